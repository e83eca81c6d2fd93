#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "engine/base/fit_status.hpp"

namespace equipoise {

/// A number found by simulation, with its Monte Carlo standard error.
struct Simulated {
  double value = 0.0;
  double mcse = 0.0;
};

/// A share of trials that reject for harm below this is not worth a place in a table: it prints as 0.0 %.
inline constexpr double negligible_harm = 0.0005;

/// A share of trials under the three ways to count a fit that failed.
struct FailureRules {
  Simulated no_rejection;  // it rejects nothing
  Simulated left_out;      // its trial is left out
  Simulated fallback;      // the plan's next analysis takes its place
};

/// How often one of the plan's next analyses took the place of one that failed.
struct FallbackUse {
  std::string name;
  std::uint64_t used = 0;
};

/// Operating characteristics of one analysis minus those of another on the same trials, each with the Monte
/// Carlo standard error of the paired difference.
struct PairedDifference {
  Simulated power;
  Simulated rejection_rate;
  Simulated bias;
  Simulated empirical_se;
  Simulated model_se;
  Simulated coverage;
};

/// A hypothesis in one cell of a study minus the same in another, with the Monte Carlo standard error of a
/// paired difference where the two share replicates.
struct CellDifference {
  Simulated power;
  Simulated rejection_rate;
};

/// One analysis of a hypothesis. Of the estimates that were used, fallbacks' included.
struct AnalysisCharacteristics {
  std::string name;
  Simulated truth;  // on the scale of this analysis; NaN where it has none
  // Were the hypothesis the trial's only one, the share of trials that reject
  Simulated power;           // in a direction that counts as power
  Simulated harm;            // in favour of the comparator; a one-sided test never does
  Simulated rejection_rate;  // in either direction: the type I error where the null hypothesis is true
  Simulated mean_estimate;
  Simulated bias;
  Simulated empirical_se;
  Simulated model_se;
  Simulated coverage;
  std::array<std::uint64_t, fit_status_count> status{};  // of its own fits
  FailureRules rules;                                    // of the power
  FailureRules rejection_rules;                          // of the rejections in either direction
  std::vector<FallbackUse> fallbacks;
  std::uint64_t unanswered = 0;  // trials without any usable fit
  PairedDifference difference;   // to the protocol's analysis; of an alternative only
};

/// The operating characteristics of one hypothesis' test.
struct TestCharacteristics {
  std::string name;
  Simulated truth;  // the true value of the contrast on the scale of the protocol's analysis, with what
                    // is left of its own simulation error
  bool null_is_true = false;  // then the rejections are type I errors
  bool wrong_side = false;    // the true value is on the side that is not claimed: that of harm
  // By the multiplicity method, the share of trials that reject; a failed fit rejects nothing
  Simulated power;           // in a direction that counts as power
  Simulated harm;            // in favour of the comparator; a one-sided test never does
  Simulated rejection_rate;  // in either direction: the type I error where the null hypothesis is true
  Simulated power_alone;     // the power were this the trial's only hypothesis
  Simulated mean_estimate;
  Simulated bias;          // mean estimate - truth; the MCSE holds both errors
  Simulated empirical_se;  // standard deviation of the estimates
  Simulated model_se;      // root mean squared standard error that the analysis reports
  Simulated coverage;      // share of usable fits whose interval holds the truth
  std::array<std::uint64_t, fit_status_count> status{};
  std::vector<AnalysisCharacteristics> analyses;  // the protocol's first, then the alternatives
};

/// What the trials of a hypothesis are counted for: the type I error rate where its null hypothesis is true,
/// else the power.
[[nodiscard]] inline const Simulated& power_or_error(const TestCharacteristics& test) {
  return test.null_is_true ? test.rejection_rate : test.power;
}
/// The same of one of its analyses, were the hypothesis the trial's only one.
[[nodiscard]] inline const Simulated& power_or_error(const AnalysisCharacteristics& analysis,
                                                     bool null_is_true) {
  return null_is_true ? analysis.rejection_rate : analysis.power;
}

/// Values of one endpoint over the visits in one arm, over all simulated participants who were seen.
struct EndpointSummary {
  std::string endpoint;
  std::vector<double> mean;  // per visit, baseline first; of a yes/no endpoint the proportion
  std::vector<double> sd;
  std::vector<double> observed;  // share of those enrolled who were seen at the visit
};

struct ArmSummary {
  std::string name;
  double enrolled = 0.0;   // per trial
  double retention = 0.0;  // share seen at the last visit
  double sessions_mean = 0.0;
  double never_attended = 0.0;  // share
  double groups = 0.0;          // per trial
  double group_size = 0.0;      // mean members of a group; NaN where none forms
  double wait = 0.0;            // mean months from enrolment to the first session of a group
  std::vector<EndpointSummary> endpoints;
};

struct Characteristics {
  std::uint64_t trials = 0;
  std::vector<TestCharacteristics> tests;
  Simulated any;  // share of trials that reject at least one hypothesis in a direction that counts as power
  Simulated all;  // share that reject every one so
  // Share that reject at least one null hypothesis that is true, in either direction; NaN where there is one
  // hypothesis only or no null hypothesis is true.
  Simulated familywise_error{std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::quiet_NaN()};
  std::vector<ArmSummary> arms;
};

}  // namespace equipoise
