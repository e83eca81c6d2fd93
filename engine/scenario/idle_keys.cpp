#include "engine/scenario/idle_keys.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "engine/scenario/parameter_matters.hpp"
#include "engine/scenario/schema/path.hpp"

namespace equipoise {
namespace {

/// A key that somebody sets or varies.
struct Touched {
  std::string path;
  Place place;
};

void add_all(const ByName<Value>& factors, std::vector<Touched>& keys) {
  for (const auto& item : factors.items) keys.push_back({item.name, item.place});
}

std::vector<Touched> touched(const ScenarioFile& file) {
  std::vector<Touched> keys;
  for (const Override& change : file.condition_overrides) keys.push_back({change.path, change.place});
  const Scenario& scenario = file.scenario;
  if (scenario.sweep) add_all(scenario.sweep->factors, keys);
  if (scenario.sensitivity) add_all(scenario.sensitivity->factors, keys);
  if (scenario.assurance) add_all(scenario.assurance->priors, keys);
  keys.push_back({scenario.size.vary, place_of(file.tree, "size.vary")});
  return keys;
}

/// Whether it decides on which parameters matter: then they are others in other cells.
bool decides_what_matters(const Touched& key) {
  constexpr std::array<std::string_view, 4> words{"therapy", "profile", "endpoint", "endpoints"};
  const std::vector<std::string> pieces = split_path(key.path);
  const bool of_the_scenario = pieces.front() == "arm" || pieces.front() == "cohort" ||
                               pieces.front() == "schedule" || pieces.front() == "hypothesis";
  return of_the_scenario && std::ranges::find(words, pieces.back()) != words.end();
}

}  // namespace

void warn_of_idle_keys(const ScenarioFile& file, const Design& design, Problems& warnings) {
  const std::vector<Touched> keys = touched(file);
  if (std::ranges::any_of(keys, decides_what_matters)) return;
  for (const Touched& key : keys) {
    const std::string why = why_it_is_idle(key.path, file, design);
    if (why.empty()) continue;
    warnings.add(key.place, fmt::format("'{}' changes nothing in this trial", key.path), why);
  }
}

}  // namespace equipoise
