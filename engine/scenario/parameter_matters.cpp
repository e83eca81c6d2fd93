#include "engine/scenario/parameter_matters.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "engine/scenario/schema/path.hpp"

namespace equipoise {

bool parameter_matters(const std::string& path, const ScenarioFile& scenario, const Design& design) {
  const auto sets_it = [&](const Override& change) { return change.path == path; };
  if (std::ranges::any_of(scenario.condition_overrides, sets_it)) return false;
  const std::vector<std::string> pieces = split_path(path);
  const auto is = [&](std::size_t place, std::string_view word) {
    return pieces.size() > place && pieces[place] == word;
  };
  const auto measured = [&](std::size_t place) {
    return std::ranges::any_of(design.endpoints,
                               [&](const Endpoint& endpoint) { return is(place, endpoint.name); });
  };
  if (is(0, "endpoint")) return measured(1);
  if (is(0, "profile")) {
    return is(1, scenario.scenario.cohort.profile) && (!is(2, "course") || measured(3));
  }
  if (is(0, "therapy")) {
    return std::ranges::any_of(design.arms, [&](const Arm& arm) { return is(1, arm.therapy); }) &&
           (!is(2, "effect") || measured(3));
  }
  return true;
}

}  // namespace equipoise
