#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "engine/scenario/build.hpp"
#include "models/condition_loader.hpp"

namespace equipoise {

/// The study of a scenario below scenarios/, with "KEY=VALUE" changes as the command line takes them.
[[nodiscard]] inline Study study_of(const std::string& scenario, const std::vector<std::string>& set = {}) {
  Problems problems;
  std::vector<Override> overrides;
  for (const std::string& text : set) {
    if (auto change = parse_override(text, problems)) overrides.push_back(std::move(*change));
  }
  const std::filesystem::path file = std::filesystem::path(EQUIPOISE_SCENARIOS_DIR) / scenario;
  const std::optional<ScenarioFile> read = read_scenario(file, overrides, problems);
  std::optional<Study> study = read ? build(*read, load_condition, problems) : std::nullopt;
  problems.throw_if_any();
  if (!study) throw std::runtime_error(scenario + " makes no study");
  return std::move(*study);
}

/// W1, the reference workload: 2 x 200, baseline and four visits, one endpoint, 20 % lost, ANCOVA.
[[nodiscard]] inline Study w1(const std::vector<std::string>& set = {}) {
  return study_of("validation/ancova_speed.toml", set);
}

/// 400 participants at three sites, ten endpoints, therapy groups, a loss that depends on the person.
[[nodiscard]] inline Study ten_endpoints(const std::vector<std::string>& set = {}) {
  return study_of("validation/ten_endpoints_speed.toml", set);
}

}  // namespace equipoise
