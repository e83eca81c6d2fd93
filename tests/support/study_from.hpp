#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/scenario/build.hpp"
#include "engine/scenario/schema/document.hpp"
#include "models/condition_loader.hpp"

namespace equipoise {

namespace checks {

[[nodiscard]] inline std::string text_of(const Problems& problems) {
  std::string text;
  for (const Problem& problem : problems.all()) text += to_text(problem) + "\n";
  return text;
}

[[nodiscard]] inline Study finished(const std::optional<ScenarioFile>& file, Problems& problems) {
  std::optional<Study> study = file ? build(*file, load_condition, problems) : std::nullopt;
  if (!problems.empty() || !study) throw std::runtime_error(text_of(problems));
  return std::move(*study);
}

[[nodiscard]] inline std::vector<Override> overrides_of(const std::vector<std::string>& set,
                                                        Problems& problems) {
  std::vector<Override> overrides;
  for (const std::string& text : set) {
    if (auto one = parse_override(text, problems)) overrides.push_back(std::move(*one));
  }
  return overrides;
}

}  // namespace checks

/// The study of a scenario that ships, with "KEY=VALUE" changes as the command line takes them. Throws where
/// anything is wrong with it.
[[nodiscard]] inline Study shipped_study(const std::string& scenario,
                                         const std::vector<std::string>& set = {}) {
  Problems problems;
  const std::vector<Override> overrides = checks::overrides_of(set, problems);
  const std::filesystem::path file = std::filesystem::path(EQUIPOISE_SOURCE_DIR) / "scenarios" / scenario;
  return checks::finished(read_scenario(file, overrides, problems), problems);
}

/// The study of a scenario written out.
[[nodiscard]] inline Study study_from(const std::string& toml, const std::vector<std::string>& set = {}) {
  Problems problems;
  const std::vector<Override> overrides = checks::overrides_of(set, problems);
  return checks::finished(
      scenario_from(parse_toml(toml, "written out", problems), "written out", overrides, problems), problems);
}

}  // namespace equipoise
