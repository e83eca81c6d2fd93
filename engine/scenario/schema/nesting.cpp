#include "engine/scenario/schema/nesting.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace equipoise {
namespace {

/// Walks through a TOML text as far as is needed to tell brackets and dots from those in strings and
/// comments.
class Walk {
 public:
  explicit Walk(std::string_view text) : rest_(text) {}

  /// Whether it came to the end; else it stands where the text is too deep.
  bool to_the_end() {
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (c == '#') {
        skip(std::min(rest_.find('\n'), rest_.size()));
      } else if (c == '"' || c == '\'') {
        skip_string(c);
      } else {
        count(c);
        if (brackets_ > deepest_nesting || dots_ >= deepest_nesting) return false;
        skip(1);
      }
    }
    return true;
  }

  [[nodiscard]] bool in_key() const { return dots_ >= deepest_nesting; }
  [[nodiscard]] Place place(const std::string& file) const { return {file, line_, column_}; }

 private:
  void count(char c) {
    if (c == '[' || c == '{') {
      ++brackets_;
    } else if ((c == ']' || c == '}') && brackets_ > 0) {
      --brackets_;
    }
    if (c == '.') {
      ++dots_;
    } else if (std::string_view("=,[]{}\n").find(c) != std::string_view::npos) {
      dots_ = 0;
    }
  }

  void skip(std::size_t bytes) {
    for (const char c : rest_.substr(0, bytes)) {
      line_ += c == '\n' ? 1 : 0;
      column_ = c == '\n' ? 1 : column_ + 1;
    }
    rest_.remove_prefix(std::min(bytes, rest_.size()));
  }

  /// Past a string; one without an end is the parser's to tell, which ends at the line's or the text's.
  void skip_string(char quote) {
    const std::string three(3, quote);
    const bool of_lines = rest_.starts_with(three);
    const std::size_t width = of_lines ? 3U : 1U;
    std::size_t at = width;
    while (at < rest_.size() && rest_.substr(at, width) != std::string_view(three).substr(0, width)) {
      if (rest_[at] == '\n' && !of_lines) return skip(at);
      at += quote == '"' && rest_[at] == '\\' ? 2U : 1U;
    }
    skip(at + width);
  }

  std::string_view rest_;
  std::size_t brackets_ = 0;
  std::size_t dots_ = 0;  // of the key at hand
  int line_ = 1;
  int column_ = 1;
};

}  // namespace

bool check_nesting(std::string_view toml, const std::string& file, Problems& problems) {
  Walk walk(toml);
  if (walk.to_the_end()) return true;
  problems.add(walk.place(file),
               walk.in_key() ? fmt::format("a key of more than {} pieces", deepest_nesting)
                             : fmt::format("brackets within more than {} others", deepest_nesting),
               "no key stands so deep", "a bracket or a quote may be missing before it");
  return false;
}

}  // namespace equipoise
