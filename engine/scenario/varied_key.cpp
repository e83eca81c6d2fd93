#include "engine/scenario/varied_key.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/base/expects.hpp"
#include "engine/base/nearest.hpp"
#include "engine/scenario/build_assurance.hpp"
#include "engine/scenario/scenario_keys.hpp"
#include "engine/scenario/schema/document.hpp"
#include "engine/scenario/schema/path.hpp"

namespace equipoise {
namespace {

constexpr const char* vary = "size.vary";

// A range that nobody names: from a quarter of the present value to four times it; of participants up to
// sixteen times, for a search that walks does not pay for what lies beyond its answer.
constexpr double usual_factor = 4.0;
constexpr double factor_of_participants = 16.0;
// An end of a share's range that is outside itself, such as a retention above 0, is left by so much.
constexpr double off_an_open_end = 0.01;
// An end that cannot be built comes half of the way to the present value, so many times.
constexpr int most_halvings = 8;
// Whole numbers in a range that are looked through one by one: more than a group, a block or a visit plan
// has.
constexpr double most_looked_through = 256.0;
// To see whether a value can be built at all, its dropout need not be solved well.
constexpr BuildOptions roughly{.dropout_participants = 200};

// What tells how a trial is simulated and looked at, and says nothing of the trial.
constexpr std::array<std::string_view, 7> no_part_of_the_trial{"seed",        "run",       "sweep",   "size",
                                                               "sensitivity", "assurance", "override"};

bool is_number_type(const std::string& type) {
  return type == "number" || type == "whole number";
}

void not_a_number(const CheckContext& context, const std::string& what) {
  context.add(vary, fmt::format("'{}' is no number", context.scenario.size.vary), what,
              "name a key that holds one number, such as cohort.participants");
}

/// What a default says, where that is a number.
std::optional<double> number_in(const std::string& text) {
  double number = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// A key of visits is in the scenario's unit of time.
std::string unit_of(const KeyRow& row, const Scenario& scenario) {
  const bool of_visits = row.path == "schedule.last" || row.path == "hypothesis.*.visit";
  return of_visits ? std::string(name_of(scenario.schedule.unit)) : row.unit;
}

std::optional<VariedKey> scenario_key(const KeyRow& row, const CheckContext& context) {
  const std::string& path = context.scenario.size.vary;
  const Value* written = find_path(context.tree, path);
  const std::string section = split_path(path).front();
  if (std::ranges::find(no_part_of_the_trial, section) != no_part_of_the_trial.end()) {
    context.add(vary, fmt::format("'{}' is no part of the trial", path), "its power does not depend on it",
                "name a key of the trial, such as cohort.participants");
    return std::nullopt;
  }
  if (!is_number_type(row.type)) {
    not_a_number(context, row.section ? "it is a section" : fmt::format("it is: {}", row.type));
    return std::nullopt;
  }
  // Of keys that repeat, such as arm.*.allocation, the one must be there.
  if (row.path.find('*') != std::string::npos &&
      find_path(context.tree, path.substr(0, path.rfind('.'))) == nullptr) {
    const std::vector<std::string> known = declared_paths(scenario_keys().rows(), context.tree);
    context.add(vary, fmt::format("there is no key '{}'", path), {}, suggest(path, known));
    return std::nullopt;
  }
  VariedKey key{path,
                unit_of(row, context.scenario),
                row.limits,
                row.type == "whole number",
                row.type == "whole number",
                {}};
  key.present = written != nullptr && written->is_number() ? std::optional(written->number())
                                                           : number_in(row.default_text);
  return key;
}

std::optional<VariedKey> condition_key(const CheckContext& context) {
  const std::string& path = context.scenario.size.vary;
  Problems none;  // the condition was read once already
  const Value parameters = parse_toml(context.condition->parameters_text(), "parameters", none);
  const Value* parameter = find_path(parameters, path);
  if (parameter == nullptr) {
    const std::vector<KeyRow> rows = scenario_keys().rows();
    std::vector<std::string> known = declared_paths(rows, context.tree);
    for (std::string& leaf : leaf_paths(parameters)) known.push_back(std::move(leaf));
    context.add(vary, fmt::format("there is no key '{}'", path),
                "neither the scenario nor its condition has it", suggest(path, known));
    return std::nullopt;
  }
  const Value* value = is_parameter(*parameter) ? parameter->find("value") : parameter;
  if (value == nullptr || !value->is_number()) {
    not_a_number(context, fmt::format("it is {}", value == nullptr ? "a table" : value->kind_text()));
    return std::nullopt;
  }
  const Value* unit = parameter->find("unit");
  VariedKey key{path,  unit != nullptr && unit->is_string() ? unit->text() : "",
                {},    value->is_integer(),
                false, value->number()};
  // A number such as 2 may be written without its point where 2.5 would do as well.
  for (const double end : context.scenario.size.between) key.whole = key.whole && std::floor(end) == end;
  return key;
}

/// Adds what is wrong with a trial that has the value; of an assurance with its outermost draws, too.
bool check_value(const ScenarioFile& file, const VariedKey& key, double value, const ConditionLoader& load,
                 Problems& problems) {
  if (!file.scenario.size.assurance) return study_at(file, key, value, load, problems, roughly).has_value();
  return build_assurance(scenario_at(file, key, value, problems), load, problems,
                         {.base = roughly, .draw = roughly})
      .has_value();
}

bool can_be_built(const ScenarioFile& file, const VariedKey& key, double value, const ConditionLoader& load) {
  Problems problems;
  return check_value(file, key, value, load, problems);
}

/// The smallest number of participants that can be built, by bisection.
double fewest_participants(const ScenarioFile& file, const VariedKey& key, const ConditionLoader& load) {
  double too_few = 1.0;
  double enough = *key.present;
  while (enough - too_few > 1.0) {
    const double middle = std::floor(0.5 * (too_few + enough));
    (can_be_built(file, key, middle, load) ? enough : too_few) = middle;
  }
  return enough;
}

bool is_share(const Range& limits) {
  return limits.low >= 0.0 && limits.high <= 1.0;
}

std::array<double, 2> widest_range(const VariedKey& key) {
  if (is_share(key.limits)) {
    return {key.limits.low + (key.limits.low_open ? off_an_open_end : 0.0),
            key.limits.high - (key.limits.high_open ? off_an_open_end : 0.0)};
  }
  const double present = key.present.value_or(0.0);
  std::array<double, 2> ends{present / usual_factor, present * usual_factor};
  std::ranges::sort(ends);
  if (key.whole) ends = {std::ceil(ends[0]), std::floor(ends[1])};
  return {std::max(ends[0], key.limits.low), std::min(ends[1], key.limits.high)};
}

/// As near to the end as can be built.
double end_of(const ScenarioFile& file, const VariedKey& key, double end, const ConditionLoader& load) {
  for (int halving = 0; halving < most_halvings; ++halving) {
    if (can_be_built(file, key, end, load)) return end;
    end += 0.5 * (*key.present - end);
    if (key.whole) end = std::round(end);
  }
  return *key.present;
}

/// Tells which whole numbers between the ends contradict the rest of the scenario, as a block does that holds
/// no whole shares.
void leave_out_what_cannot_be_built(const ScenarioFile& file, const VariedKey& key,
                                    const ConditionLoader& load, PossibleValues& values) {
  if (!values.whole || values.high - values.low >= most_looked_through) return;
  std::vector<double> can;
  for (double value = values.low; value <= values.high; value += 1.0) {
    if (can_be_built(file, key, value, load)) can.push_back(value);
  }
  if (static_cast<double>(can.size()) < values.high - values.low + 1.0) values.only = std::move(can);
}

/// Between the ends that size.between names, which must both be possible.
PossibleValues named_range(const ScenarioFile& file, const VariedKey& key, const ConditionLoader& load,
                           Problems& problems) {
  const std::vector<double>& between = file.scenario.size.between;
  PossibleValues values{between[0], between[1], key.whole};
  for (const double end : between) {
    if (!check_value(file, key, end, load, problems)) return values;
  }
  if (!key.is_participants()) leave_out_what_cannot_be_built(file, key, load, values);
  return values;
}

}  // namespace

std::optional<VariedKey> varied_key(const CheckContext& context) {
  const std::vector<KeyRow> rows = scenario_keys().rows();
  const KeyRow* row = declaration_of(rows, context.scenario.size.vary);
  return row != nullptr ? scenario_key(*row, context) : condition_key(context);
}

ScenarioFile scenario_at(const ScenarioFile& file, const VariedKey& key, double value, Problems& problems) {
  const Place place{fmt::format("{} = {}", key.path, value), 0, 0};
  const Value written =
      key.whole ? Value::of(static_cast<std::int64_t>(std::llround(value)), place) : Value::of(value, place);
  const Override change{key.path, written, place};
  return scenario_from(file.tree, file.file, {&change, 1}, problems);
}

std::optional<Study> study_at(const ScenarioFile& file, const VariedKey& key, double value,
                              const ConditionLoader& load, Problems& problems, const BuildOptions& options) {
  return build(scenario_at(file, key, value, problems), load, problems, options);
}

PossibleValues values_of(const ScenarioFile& file, const VariedKey& key, const ConditionLoader& load,
                         Problems& problems) {
  if (file.scenario.size.between.size() == 2) return named_range(file, key, load, problems);
  if (key.is_participants()) {
    return {fewest_participants(file, key, load),
            std::min(factor_of_participants * *key.present, most_participants), true};
  }
  const std::array<double, 2> widest = widest_range(key);
  if (!key.present || !(widest[0] < widest[1])) {
    problems.add(
        place_of(file.tree, vary), fmt::format("it is not known between which values to vary '{}'", key.path),
        key.present ? "its present value says nothing of its scale" : "it has no value in the scenario",
        "give the smallest and the largest with --between LOW,HIGH or size.between");
    return {0.0, 1.0, key.whole};
  }
  PossibleValues values{end_of(file, key, widest[0], load), end_of(file, key, widest[1], load), key.whole};
  if (!(values.low < values.high)) {
    problems.add(place_of(file.tree, vary),
                 fmt::format("no other value of '{}' can be built than {}", key.path, *key.present),
                 "the others contradict the rest of the scenario");
    return values;
  }
  leave_out_what_cannot_be_built(file, key, load, values);
  return values;
}

VariedKey varied_key_of(const ScenarioFile& file, const ConditionLoader& load) {
  Problems problems;
  const ConditionRequest request{file.scenario.condition,
                                 place_of(file.tree, "condition"),
                                 file.file.parent_path(),
                                 file.condition_overrides,
                                 {}};
  const std::unique_ptr<Condition> condition = load(request, problems);
  EQUIPOISE_EXPECTS(condition != nullptr);
  std::optional<VariedKey> key = varied_key({file.scenario, file.tree, condition.get(), problems});
  EQUIPOISE_EXPECTS(key.has_value());
  return *key;
}

}  // namespace equipoise
