#pragma once

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "engine/study/size_search.hpp"
#include "engine/study/try_plan.hpp"
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

/// The number of participants that the scenario needs for the power, found by simulated trials; of its first
/// hypothesis. `set`: changes as the command line takes them.
[[nodiscard]] inline SizeAnswer searched(const std::string& scenario, std::uint64_t seed,
                                         const std::vector<std::string>& set = {},
                                         std::optional<double> precision = {}) {
  const std::atomic<bool> stop = false;
  const TryValue make = [&](double value, std::uint64_t first, std::uint64_t trials) {
    std::vector<std::string> changes = set;
    changes.push_back(fmt::format("cohort.participants={}", value));
    const Study study = study_from(scenario, changes);
    return try_plan(study.plan, Aim{}, {seed, first, trials, 0}, stop);
  };
  SizeQuestion question;
  question.target = 0.9;
  question.values = {20.0, 5'000.0, true};
  question.start = 100.0;
  question.precision = precision;
  SizeSearch search(question, make);
  return search.answer();
}

/// The closed-form sizes that R computed (tests/reference/size/reference.R).
[[nodiscard]] inline double closed_form(const std::string& name) {
  for (const std::vector<std::string>& line : reference_cells("size/sizes.csv")) {
    if (line[0] == name) return std::stod(line[1]);
  }
  throw std::runtime_error("no closed form of " + name);
}

}  // namespace equipoise::checks
