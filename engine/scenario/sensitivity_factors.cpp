#include "engine/scenario/sensitivity_factors.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/scenario/scenario_keys.hpp"
#include "engine/scenario/schema/distribution_codec.hpp"
#include "engine/scenario/schema/path.hpp"
#include "engine/scenario/sweep_factors.hpp"

namespace equipoise {
namespace {

// Of a study that would make too many cells the keys are looked at nevertheless, with so many points.
constexpr std::size_t fewest_points = 4;

bool takes_whole_numbers(const std::vector<KeyRow>& rows, const std::string& key) {
  return std::ranges::any_of(rows, [&](const KeyRow& row) {
    return row.type == Codec<int>::type() && is_declared({&row, 1}, key);
  });
}

/// { min = a, max = b } stands for { uniform = [a, b] }.
Value in_words(const Value& value) {
  if (!value.is_table()) return value;
  const Value* min = value.find("min");
  const Value* max = value.find("max");
  if (min == nullptr || max == nullptr || value.items().size() != 2) return value;
  Value range = Value::make_table(value.place(), true);
  Value& ends = range.set("uniform", Value::make_array(value.place()));
  ends.append(*min);
  ends.append(*max);
  return range;
}

std::vector<Factor> values_of(const std::vector<UncertainKey>& keys, const SensitivityStudy& study) {
  std::vector<Factor> factors;
  for (std::size_t f = 0; f < keys.size(); ++f) {
    Factor factor{keys[f].key, keys[f].place, {}};
    for (std::size_t cell = 0; cell < study.cells(); ++cell) {
      factor.values.push_back(keys[f].value_at(study.probability(cell, f)));
    }
    factors.push_back(std::move(factor));
  }
  return factors;
}

/// A line without a table may be one of [sensitivity]'s own keys, misspelt. Returns whether it is told.
bool is_misspelt(const Override& line, Problems& problems) {
  const std::string near =
      line.value.is_table() ? std::string() : nearest(line.path, sensitivity_keys().names());
  if (near.empty()) return false;
  problems.add(line.place, fmt::format("unknown key 'sensitivity.{}'", line.path), {},
               fmt::format("did you mean '{}'?", near));
  return true;
}

/// A value that cannot be, told as a matter of the distribution that it was drawn from.
Problem of_belief(const UncertainKey& key, const Problem& of_value) {
  Problem problem = of_value;
  problem.what = fmt::format("{} draws values of '{}' that cannot be: {}",
                             Codec<Distribution>::text(key.distribution), key.key, of_value.what);
  if (problem.suggestion.empty()) problem.suggestion = "cut it off where they end: add within = [LOW, HIGH]";
  return problem;
}

bool check_tornado(const ScenarioFile& file, const SensitivityPart& part, Problems& problems) {
  if (part.tornado.size() == 2 && part.tornado[0] < part.tornado[1]) return true;
  problems.add(place_of(file.tree, "sensitivity.tornado"),
               "'sensitivity.tornado' must be two quantiles, the lower first", {},
               "write tornado = [0.05, 0.95]");
  return false;
}

bool check_count(const ScenarioFile& file, const SensitivityPart& part, std::size_t keys,
                 Problems& problems) {
  const std::size_t cells = part.points * (keys + 2) + 2 * keys + 1;
  if (cells <= most_cells) return true;
  problems.add(place_of(file.tree, "sensitivity"), fmt::format("[sensitivity] makes {} cells", cells),
               fmt::format("at most {} can be run at once", most_cells), "take fewer points or fewer keys");
  return false;
}

}  // namespace

Value UncertainKey::value_at(double probability) const {
  const double value = distribution.quantile(probability);
  return whole ? Value::of(static_cast<std::int64_t>(std::llround(value)), value_place)
               : Value::of(value, value_place);
}

std::vector<UncertainKey> read_uncertain(const ByName<Value>& lines, const Value& tree, Problems& problems) {
  const std::vector<KeyRow> rows = scenario_keys().rows();
  Value table = Value::make_table();
  for (const auto& item : lines.items) table.set(item.name, item.value, item.place);
  std::vector<UncertainKey> keys;
  std::unordered_map<std::string, std::size_t> known;  // in keys, by canonical path
  for (const Override& line : overrides_in(table)) {
    if (is_misspelt(line, problems)) continue;
    if (!may_differ(line.path, line.place, problems)) continue;
    const std::string key = canonical_path(tree, line.path);
    if (const auto before = known.find(key); before != known.end()) {
      const UncertainKey& first = keys[before->second];
      problems.add(line.place, fmt::format("'{}' is given two distributions", line.path),
                   named_before(first.key, first.place), "keep one of the two lines");
      continue;
    }
    const auto distribution = Codec<Distribution>::read(in_words(line.value), line.path, {}, problems);
    if (!distribution) continue;
    known.emplace(key, keys.size());
    keys.push_back(
        {line.path, line.place, line.value.place(), *distribution, takes_whole_numbers(rows, line.path)});
  }
  return keys;
}

void check_beliefs(std::span<const UncertainKey> keys, const ScenarioCells& scenarios,
                   std::span<const std::size_t> cells, Problems& problems) {
  Problems found = problems;
  scenarios.check(cells, found);
  std::set<std::pair<std::string, std::string>> told;
  Problems of_values;
  for (const Problem& problem : found.all()) {
    const auto key = std::ranges::find(keys, problem.place, &UncertainKey::value_place);
    if (key == keys.end()) {
      of_values.add(problem);
    } else if (told.emplace(key->key, problem.why).second) {
      of_values.add(of_belief(*key, problem));
    }
  }
  problems.add_new(of_values);
}

std::optional<SensitivityPlan> sensitivity_plan(const ScenarioFile& file, const RunOptions& run,
                                                Problems& problems) {
  const SensitivityPart& part = *file.scenario.sensitivity;
  const std::size_t before = problems.size();
  std::vector<UncertainKey> keys = read_uncertain(part.factors, file.tree, problems);
  if (keys.empty() && problems.size() == before) {
    problems.add(place_of(file.tree, "sensitivity"), "[sensitivity] names no key", "nothing would differ",
                 "add a line such as \"groups.icc\" = { min = 0, max = 0.1 }");
  }
  const bool tornado = check_tornado(file, part, problems);
  const bool few = check_count(file, part, keys.size(), problems);
  if (keys.empty()) return std::nullopt;
  const std::vector<double> ends = tornado ? part.tornado : SensitivityPart{}.tornado;
  SensitivityStudy study(keys.size(), {.rows = few ? part.points : fewest_points,
                                       .row_trials = part.trials,
                                       .tornado_trials = run.trials,
                                       .tornado = {ends[0], ends[1]},
                                       .seed = run.seed});
  std::vector<Factor> factors = values_of(keys, study);
  return SensitivityPlan{std::move(keys), std::move(study), std::move(factors)};
}

void check_sensitivity(const SensitivityPlan& plan, const ScenarioCells& cells, Problems& problems) {
  std::set<std::size_t> telling;
  for (std::size_t cell = 0; cell < 2 * plan.keys.size() + 1; ++cell) telling.insert(cell);
  for (std::size_t f = 0; f < plan.keys.size(); ++f) {
    const auto probability = [&](std::size_t cell) { return plan.study.probability(cell, f); };
    std::size_t least = 0;
    std::size_t most = 0;
    for (std::size_t cell = 1; cell < plan.study.cells(); ++cell) {
      if (probability(cell) < probability(least)) least = cell;
      if (probability(cell) > probability(most)) most = cell;
    }
    telling.insert({least, most});
  }
  const std::vector<std::size_t> chosen(telling.begin(), telling.end());
  check_beliefs(plan.keys, cells, chosen, problems);
}

std::vector<SensitivityFactor> described(const SensitivityPlan& plan, const SensitivityPart& part) {
  std::vector<SensitivityFactor> factors;
  for (const UncertainKey& key : plan.keys) {
    factors.push_back({key.key, Codec<Distribution>::text(key.distribution),
                       key.value_at(part.tornado[0]).number(), key.value_at(0.5).number(),
                       key.value_at(part.tornado[1]).number()});
  }
  return factors;
}

}  // namespace equipoise
