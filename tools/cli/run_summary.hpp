#pragma once

#include <string>

#include "engine/run/run.hpp"
#include "engine/scenario/build.hpp"

namespace equipoise {

/// A run and what came of it, as the three formats show it.
struct RunSummary {
  const Study& study;
  const RunResult& result;
};

/// For people: reads like the tables of a statistical methods section.
[[nodiscard]] std::string run_table(const RunSummary& summary);

/// One JSON object; its members are in tools/cli/README.md and stay as they are.
[[nodiscard]] std::string run_json(const RunSummary& summary);

/// One line a hypothesis.
[[nodiscard]] std::string run_csv(const RunSummary& summary);

/// "Coverage is that of 95 % intervals.": what a coverage is to be held against.
[[nodiscard]] std::string coverage_note(const Plan& plan);

}  // namespace equipoise
