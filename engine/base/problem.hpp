#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace equipoise {

/// Where in a user's file something stands. Line and column count from 1; 0 means that there is none.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;

  friend bool operator==(const Place&, const Place&) = default;
};

/// One thing a user got wrong: what is wrong, why it matters, and the nearest right thing (both may be
/// empty).
struct Problem {
  Place place;
  std::string what;
  std::string why;
  std::string suggestion;
};

/// "file:line:column: what (why); suggestion"
[[nodiscard]] std::string to_text(const Problem& problem);

/// Everything wrong with an input, gathered so that the user reads it all at once.
class Problems {
 public:
  void add(Problem problem);
  void add(const Place& place, std::string what, std::string why = {}, std::string suggestion = {});
  /// Those of another look at the same input: what both saw is told once.
  void add_new(const Problems& others);

  [[nodiscard]] bool empty() const { return problems_.empty(); }
  [[nodiscard]] std::size_t size() const { return problems_.size(); }
  /// In the order of the user's file.
  [[nodiscard]] const std::vector<Problem>& all() const { return problems_; }
  /// Throws InvalidInput with all of them, if there are any.
  void throw_if_any() const;

 private:
  std::vector<Problem> problems_;
};

/// The user's input cannot be used; the program ends with exit code 2.
class InvalidInput : public std::runtime_error {
 public:
  explicit InvalidInput(Problems problems);
  explicit InvalidInput(Problem problem);
  [[nodiscard]] const Problems& problems() const { return problems_; }

 private:
  Problems problems_;
};

}  // namespace equipoise
