#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/named.hpp"
#include "engine/scenario/schema/keys.hpp"
#include "engine/scenario/schema/parameter.hpp"
#include "engine/scenario/schema/value.hpp"

namespace equipoise {

/// What a target counts. engine/methods/calibration.md says how each is found in simulated participants.
enum class Statistic {
  mean,
  sd,
  median,
  quartile_1,
  quartile_3,
  share,                    // of those seen whose value lies within at_least and at_most
  count_share,              // of those enrolled who are still seen
  mean_change,              // from baseline
  relative_change,          // of the mean, a fraction of the baseline mean
  mean_difference,          // adjusted for baseline, first minus second
  standardized_difference,  // the same in adjusted SDs, positive: the first is better
  odds_ratio,               // of being within at_least and at_most, first over second
  risk_difference,          // likewise, first minus second
  hazard_ratio,
  correlation,             // of the visit with baseline
  sd_ratio,                // of the visit over baseline
  responder_share,         // of those at least 30 % better
  intraclass_correlation,  // of members of one therapy group
};

template <>
struct NamesOf<Statistic> {
  static constexpr std::array<Named<Statistic>, 18> all{
      {{"mean", Statistic::mean},
       {"sd", Statistic::sd},
       {"median", Statistic::median},
       {"quartile_1", Statistic::quartile_1},
       {"quartile_3", Statistic::quartile_3},
       {"share", Statistic::share},
       {"count_share", Statistic::count_share},
       {"mean_change", Statistic::mean_change},
       {"relative_change", Statistic::relative_change},
       {"mean_difference", Statistic::mean_difference},
       {"standardized_difference", Statistic::standardized_difference},
       {"odds_ratio", Statistic::odds_ratio},
       {"risk_difference", Statistic::risk_difference},
       {"hazard_ratio", Statistic::hazard_ratio},
       {"correlation", Statistic::correlation},
       {"sd_ratio", Statistic::sd_ratio},
       {"responder_share", Statistic::responder_share},
       {"intraclass_correlation", Statistic::intraclass_correlation}}};
};

/// What a calibration does with a target.
enum class TargetRole {
  fit,    // reproduces it
  check,  // compares with it
  note,   // leaves it alone: nothing simulates it
};

template <>
struct NamesOf<TargetRole> {
  static constexpr std::array<Named<TargetRole>, 3> all{
      {{"fit", TargetRole::fit}, {"check", TargetRole::check}, {"note", TargetRole::note}}};
};

/// A published trial: [trial.NAME] of evidence.toml.
struct SourceTrial {
  std::string title;
  std::string scenario;  // a file beside evidence.toml: the trial as it was run; empty: it is not simulated
  std::string citation;
};

/// Months of one visit or of several: 6 or [6, 12].
struct Months {
  std::vector<double> months;
};

/// What a target may name instead of an endpoint: who is still seen, and sessions attended.
inline constexpr const char* retention_endpoint = "retention";
inline constexpr const char* attendance_endpoint = "attendance";

/// One reported number: [[target]] of evidence.toml.
struct Target {
  std::string id;
  std::string trial;
  TargetRole role = TargetRole::note;
  std::string arm;                    // a therapy, "all", or empty where there is a contrast
  std::vector<std::string> contrast;  // two therapies, first and second
  std::string endpoint;               // of the condition, or "retention" or "attendance"
  std::string instrument;             // only where it differs from the endpoint's own
  Months visit_months;
  Statistic statistic = Statistic::mean;
  std::optional<double> at_least;
  std::optional<double> at_most;
  std::optional<std::size_t> n;  // participants behind it
  double value = 0.0;
  std::optional<double> se;  // of a ratio: of its logarithm
  std::optional<double>
      discrepancy;  // SD by which the trial's population may differ, in the units of se; assumed
  std::string se_basis;
  ParameterStatus se_status = ParameterStatus::derived;  // of se; a discrepancy is always assumed
  ParameterStatus status = ParameterStatus::assumed;
  std::string citation;

  /// Whether somebody's memory or guess is in the value or in its standard error.
  [[nodiscard]] bool is_assumed() const {
    return status == ParameterStatus::assumed || (se && se_status == ParameterStatus::assumed);
  }
  /// Whether value and prediction are compared on the log scale, which is that of `se`.
  [[nodiscard]] bool is_ratio() const {
    return statistic == Statistic::odds_ratio || statistic == Statistic::hazard_ratio;
  }
};

/// evidence.toml of a condition folder.
struct Evidence {
  ByName<SourceTrial> trials;
  std::vector<Target> targets;
};

/// Reads evidence.toml and gathers every problem of types, ranges, unknown keys and of keys that do not go
/// together. `root` keeps the places for later messages. Nothing is returned where there is any problem.
[[nodiscard]] std::optional<Evidence> read_evidence(const std::filesystem::path& file, Value& root,
                                                    Problems& problems);

/// The same of a tree that was read already.
[[nodiscard]] std::optional<Evidence> evidence_from(const Value& root, Problems& problems);

/// The declaration of every key of evidence.toml.
[[nodiscard]] Keys<Evidence> evidence_keys();

}  // namespace equipoise
