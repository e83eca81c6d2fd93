#include "engine/scenario/parameter_matters.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "engine/scenario/schema/path.hpp"

namespace equipoise {

std::string why_it_is_idle(const std::string& path, const ScenarioFile& scenario, const Design& design) {
  const std::vector<std::string> pieces = split_path(path);
  const auto is = [&](std::size_t place, std::string_view word) {
    return pieces.size() > place && pieces[place] == word;
  };
  const auto unmeasured = [&](std::size_t place) {
    const bool measured = std::ranges::any_of(
        design.endpoints, [&](const Endpoint& endpoint) { return is(place, endpoint.name); });
    return measured || pieces.size() <= place ? std::string()
                                              : fmt::format("'{}' is not measured", pieces[place]);
  };
  if (is(0, "endpoint")) return unmeasured(1);
  if (is(0, "profile")) {
    const std::string& profile = scenario.scenario.cohort.profile;
    if (!is(1, profile)) return fmt::format("the participants are of profile '{}'", profile);
    return is(2, "course") ? unmeasured(3) : std::string();
  }
  if (is(0, "therapy")) {
    if (std::ranges::none_of(design.arms, [&](const Arm& arm) { return is(1, arm.therapy); })) {
      return fmt::format("no arm has the therapy '{}'", pieces.size() > 1 ? pieces[1] : "");
    }
    return is(2, "effect") ? unmeasured(3) : std::string();
  }
  return {};
}

bool parameter_matters(const std::string& path, const ScenarioFile& scenario, const Design& design) {
  const auto sets_it = [&](const Override& change) { return change.path == path; };
  if (std::ranges::any_of(scenario.condition_overrides, sets_it)) return false;
  return why_it_is_idle(path, scenario, design).empty();
}

}  // namespace equipoise
