#pragma once

#include <atomic>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "engine/study/try_plan.hpp"
#include "engine/study/verified_size.hpp"
#include "tests/support/reference_csv.hpp"
#include "tests/support/study_from.hpp"

namespace equipoise::checks {

/// Two arms of the textbook condition, half an SD apart.
inline constexpr const char* two_arms = R"(
title     = "Two arms"
condition = "textbook"
[cohort]
profile      = "standard"
participants = 100
[schedule]
visits    = [12]
endpoints = ["outcome"]
[[arm]]
name    = "Treatment"
therapy = "treatment"
[[arm]]
name    = "Control"
therapy = "control"
[[hypothesis]]
name     = "Higher"
endpoint = "outcome"
visit    = 12
compare  = ["Treatment", "Control"]
analysis = { method = "mean_difference", variance = "pooled" }
)";

/// Trials of the scenario with any number of participants. `set`: changes as the command line takes them.
[[nodiscard]] inline TryValue trials_of(const std::string& scenario, std::uint64_t seed,
                                        const std::vector<std::string>& set = {}) {
  return [=](double value, std::uint64_t first, std::uint64_t trials) {
    const std::atomic<bool> stop = false;
    std::vector<std::string> changes = set;
    changes.push_back(fmt::format("cohort.participants={}", value));
    const Study study = study_from(scenario, changes);
    return try_plan(study.plan, Aim{}, {seed, first, trials, 0}, stop);
  };
}

[[nodiscard]] inline SizeQuestion question_about_scenario(std::optional<double> precision) {
  SizeQuestion question;
  question.target = 0.9;
  question.values = {20.0, 5'000.0, true};
  question.start = 100.0;
  question.grain = 2.0;
  question.precision = precision;
  question.first_replicate = std::uint64_t{1} << 62U;
  return question;
}

/// The number of participants that the scenario needs for a power of 0.9, found by simulated trials; of its
/// first hypothesis.
[[nodiscard]] inline SizeAnswer searched(const std::string& scenario, std::uint64_t seed,
                                         const std::vector<std::string>& set = {},
                                         std::optional<double> precision = {}) {
  SizeSearch search(question_about_scenario(precision), trials_of(scenario, seed, set));
  return search.answer();
}

/// The same, rounded to blocks of four and checked.
[[nodiscard]] inline VerifiedSize searched_and_verified(const std::string& scenario, std::uint64_t seed,
                                                        const SizeQuestion& question, std::uint64_t checks,
                                                        const std::vector<std::string>& set = {}) {
  const TryValue trials = trials_of(scenario, seed, set);
  SizeSearch search(question, trials);
  return verified_size(
      search, [](double value) { return 4.0 * std::ceil(value / 4.0); }, {checks, false}, trials);
}

/// The closed-form sizes that R computed (tests/reference/size/reference.R).
[[nodiscard]] inline double closed_form(const std::string& name) {
  for (const std::vector<std::string>& line : reference_cells("size/sizes.csv")) {
    if (line[0] == name) return std::stod(line[1]);
  }
  throw std::runtime_error("no closed form of " + name);
}

}  // namespace equipoise::checks
