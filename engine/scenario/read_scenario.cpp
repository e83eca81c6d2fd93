#include "engine/scenario/read_scenario.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/scenario/other_words.hpp"
#include "engine/scenario/scenario_keys.hpp"
#include "engine/scenario/schema/document.hpp"
#include "engine/scenario/schema/path.hpp"

namespace equipoise {
namespace {

constexpr const char* override_section = "override";

std::vector<Override> all_overrides(const Value& tree, std::span<const Override> command_line) {
  std::vector<Override> overrides;
  const Value* section = tree.find(override_section);
  if (section != nullptr && section->is_table()) overrides = overrides_in(*section);
  overrides.insert(overrides.end(), command_line.begin(), command_line.end());
  // A command line may name a line of [override] as such; it means the key that the line stands for.
  const std::string prefix = std::string(override_section) + ".";
  for (Override& change : overrides) {
    if (change.path.starts_with(prefix)) change.path.erase(0, prefix.size());
  }
  return overrides;
}

// The stored scenario has the overrides of its own keys in their places; the condition's stay to be applied
// again.
void keep_for_the_record(Value& tree, const std::vector<Override>& condition_overrides) {
  const Value* written = tree.find(override_section);
  if (written != nullptr && !written->is_table()) return;
  Value section = Value::make_table(written == nullptr ? tree.place() : written->place());
  for (const Override& change : condition_overrides) section.set(change.path, change.value, change.place);
  if (section.items().empty()) {
    tree.erase(override_section);
  } else {
    tree.set(override_section, std::move(section));
  }
}

/// Visits that are counted become a list. A trial that says both, or half, is told so when it is checked.
void spread_visits(SchedulePart& schedule) {
  if (!schedule.visits.empty() || !schedule.count || !schedule.last) return;
  const auto count = static_cast<double>(*schedule.count);
  for (double visit = 1.0; visit < count; visit += 1.0) {
    schedule.visits.push_back(*schedule.last * visit / count);
  }
  schedule.visits.push_back(*schedule.last);
}

/// Whether an override's key is what others call one of the scenario's; then that is told.
bool is_another_word(const Override& change, Problems& problems) {
  const auto other = std::ranges::find(other_words(), change.path, &OtherWord::word);
  if (other == other_words().end()) return false;
  problems.add(change.place, fmt::format("there is no key '{}'", change.path), {}, remedy_of(*other));
  return true;
}

}  // namespace

ScenarioFile scenario_from(Value tree, const std::filesystem::path& file,
                           std::span<const Override> command_line, Problems& problems) {
  const Keys<Scenario> keys = scenario_keys();
  const std::vector<KeyRow> rows = keys.rows();
  std::vector<Override> for_condition;
  for (const Override& change : all_overrides(tree, command_line)) {
    if (is_declared(rows, change.path)) {
      set_path(tree, change.path, change.value, problems);
    } else if (!is_another_word(change, problems)) {
      for_condition.push_back(change);
    }
  }
  keep_for_the_record(tree, for_condition);
  Scenario scenario;
  keys.read(tree, scenario, problems, other_words());
  spread_visits(scenario.schedule);
  return {file, std::move(tree), std::move(scenario), std::move(for_condition)};
}

std::optional<ScenarioFile> read_scenario(const std::filesystem::path& file,
                                          std::span<const Override> command_line, Problems& problems) {
  Problems reading;
  Value tree = read_toml(file, reading);
  for (const Problem& problem : reading.all()) problems.add(problem);
  if (!reading.empty()) return std::nullopt;
  return scenario_from(std::move(tree), file, command_line, problems);
}

}  // namespace equipoise
