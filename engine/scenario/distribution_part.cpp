#include "engine/scenario/distribution_part.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"

namespace equipoise {
namespace {

constexpr const char* written_so =
    "write { min = …, max = … }, { normal = [mean, sd] }, { lognormal = [mean, sd] } of the logarithm or "
    "{ beta = [a, b] }; within = [low, high] cuts it off";

const std::vector<std::string>& words() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> every = names_of<Distribution::Kind>();
    every.insert(every.end(), {"min", "max", "within"});
    return every;
  }();
  return all;
}

/// [a, b], or nothing and a problem.
std::optional<std::array<double, 2>> pair_of(const Value& value, const std::string& path,
                                             Problems& problems) {
  const bool two_numbers = value.is_array() && value.items().size() == 2 &&
                           std::ranges::all_of(value.items(), &Value::is_number);
  if (two_numbers) return std::array{value.items()[0].number(), value.items()[1].number()};
  problems.add(value.place(), fmt::format("'{}.{}' must be two numbers in [brackets]", path, value.key()), {},
               written_so);
  return std::nullopt;
}

/// Reads the members of the table into a distribution; counts how many said what kind it is.
class Reading {
 public:
  Reading(const std::string& path, Problems& problems) : path_(path), problems_(problems) {}

  void member(const Value& item) {
    if (item.key() == "min" || item.key() == "max") {
      end(item);
    } else if (item.key() == "within") {
      if (const auto bounds = pair_of(item, path_, problems_)) {
        distribution_.within = {(*bounds)[0], (*bounds)[1]};
      }
    } else if (const auto kind = value_of<Distribution::Kind>(item.key())) {
      ++kinds_;
      distribution_.kind = *kind;
      if (const auto pair = pair_of(item, path_, problems_)) distribution_.parameters = *pair;
    } else {
      problems_.add(item.key_place(), fmt::format("unknown key '{}.{}'", path_, item.key()), {},
                    suggest(item.key(), words()));
    }
  }

  [[nodiscard]] bool said_once() const {
    return (ends_ == 2 && kinds_ == 0) || (ends_ == 0 && kinds_ == 1);
  }
  [[nodiscard]] const Distribution& distribution() const { return distribution_; }

 private:
  void end(const Value& item) {
    ++ends_;
    if (!item.is_number()) {
      report_wrong_type(item, path_ + "." + item.key(), "a number", problems_);
      return;
    }
    distribution_.parameters[item.key() == "min" ? 0 : 1] = item.number();
  }

  const std::string& path_;
  Problems& problems_;
  Distribution distribution_;
  int ends_ = 0;
  int kinds_ = 0;
};

}  // namespace

std::string Codec<Distribution>::text(const Distribution& distribution) {
  std::string text = fmt::format("{} = [{}, {}]", name_of(distribution.kind), distribution.parameters[0],
                                 distribution.parameters[1]);
  if (distribution.within) {
    text += fmt::format(", within = [{}, {}]", distribution.within->low, distribution.within->high);
  }
  return "{ " + text + " }";
}

std::optional<Distribution> Codec<Distribution>::read(const Value& value, const std::string& path,
                                                      const KeyInfo&, Problems& problems) {
  if (!value.is_table()) {
    problems.add(value.place(), fmt::format("'{}' must be a range or a distribution", path),
                 fmt::format("here it is {}", value.kind_text()), written_so);
    return std::nullopt;
  }
  const std::size_t before = problems.size();
  Reading reading(path, problems);
  for (const Value& item : value.items()) reading.member(item);
  if (problems.size() > before) return std::nullopt;
  if (!reading.said_once()) {
    problems.add(value.place(), fmt::format("'{}' must be one range or one distribution", path), {}, written_so);
    return std::nullopt;
  }
  if (const std::string_view wrong = what_is_wrong_with(reading.distribution()); !wrong.empty()) {
    problems.add(value.place(), fmt::format("'{}' is {}, which is no distribution", path,
                                            text(reading.distribution())),
                 std::string(wrong));
    return std::nullopt;
  }
  return reading.distribution();
}

}  // namespace equipoise
