#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/scenario/build_assurance.hpp"
#include "engine/scenario/varied_key.hpp"
#include "engine/store/size_tables.hpp"
#include "engine/study/aim.hpp"
#include "engine/study/round_up.hpp"
#include "engine/study/verified_size.hpp"

namespace equipoise {

/// What was asked.
struct SizeGoal {
  Aim aim;
  bool assured = false;  // over the draws of what is not known, and not with every key at its value
  double target = 0.9;
  std::string shown;  // as the scenario names it: a hypothesis, any or all
  VariedKey key;
  PossibleValues values;
  Rounding rounding = Rounding::none;
  double lost = 0.0;  // share of the participants beyond those that the scenario loses
};

/// A number of participants rounded up, each way.
struct RoundedSize {
  Rounding rounding = Rounding::none;
  std::size_t multiple_of = 1;
  std::size_t participants = 0;
  std::size_t inflated = 0;  // for those who are lost beyond the scenario's own
};

/// What a verification tells of the draws that an assurance is over.
struct DrawsOfSize {
  Assurance assurance;  // of what is to be shown
  std::size_t draws = 0;
  double effective_draws = 0.0;
  std::uint64_t trials_per_draw = 0;
  std::vector<AssuranceKey> keys;
  // The answer's interval as far as trials alone leave it open; the answer's own holds the draws, too.
  double trials_lower = 0.0;
  double trials_upper = 0.0;
};

/// A search and what came of it, as the three formats show it.
struct SizeSummary {
  std::string title;
  std::uint64_t seed = 1;
  std::size_t hypotheses = 1;
  SizeGoal goal;
  VerifiedSize size;
  std::vector<Batch> tried;   // one a value, the checks that count with it
  std::vector<Batch> checks;  // those
  std::size_t batches = 0;    // of the search's own
  bool precision_asked = false;
  std::vector<SizeTables::Fitted> curve;
  std::vector<RoundedSize> rounded;  // of participants alone, where there is an answer
  std::vector<ArmSummary> arms;      // of the verification
  std::optional<DrawsOfSize> draws;  // of an assurance, where there is an answer
  double seconds = 0.0;
};

/// Whether there is an answer to round, verify and recommend.
[[nodiscard]] bool names_a_value(const SizeSummary& summary);

/// The value rounded up in each way that makes a difference, and the same for a number of which a share is
/// lost. `group_sizes`: one entry an arm, 0 without groups.
[[nodiscard]] std::vector<RoundedSize> rounded_sizes(double value, double lost, const Design& design,
                                                     GroupSizes group_sizes);

/// What the results file keeps of it.
[[nodiscard]] SizeTables tables_of(const SizeSummary& summary, std::span<const Batch> batches);

/// The mean response of trials with its Monte Carlo standard error.
[[nodiscard]] Simulated mean_response(ResponseKind kind, const Responses& responses);

/// "power", "assurance", "half_width": as the JSON, the CSV file and the results file call it.
[[nodiscard]] std::string goal_name(const SizeGoal& goal);

/// For people.
[[nodiscard]] std::string size_table(const SizeSummary& summary);

/// One JSON object; its members are in tools/cli/README.md and stay as they are.
[[nodiscard]] std::string size_json(const SizeSummary& summary);

/// One line for each value that was tried, verified or told of by the curve.
[[nodiscard]] std::string size_csv(const SizeSummary& summary);

}  // namespace equipoise
