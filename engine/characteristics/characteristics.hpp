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

/// Power under the three ways to count a fit that failed.
struct PowerRules {
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
  Simulated bias;
  Simulated empirical_se;
  Simulated model_se;
  Simulated coverage;
};

/// One analysis of a hypothesis. Of the estimates that were used, fallbacks' included.
struct AnalysisCharacteristics {
  std::string name;
  Simulated truth;  // on the scale of this analysis; NaN where it has none
  Simulated power;  // were the hypothesis the trial's only one
  Simulated mean_estimate;
  Simulated bias;
  Simulated empirical_se;
  Simulated model_se;
  Simulated coverage;
  std::array<std::uint64_t, fit_status_count> status{};  // of its own fits
  PowerRules rules;
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
  Simulated power;  // share of trials that reject, by the multiplicity method; a failed fit rejects nothing
  Simulated power_alone;  // share that would reject were this the trial's only hypothesis
  Simulated mean_estimate;
  Simulated bias;          // mean estimate - truth; the MCSE holds both errors
  Simulated empirical_se;  // standard deviation of the estimates
  Simulated model_se;      // root mean squared standard error that the analysis reports
  Simulated coverage;      // share of usable fits whose interval holds the truth
  std::array<std::uint64_t, fit_status_count> status{};
  std::vector<AnalysisCharacteristics> analyses;  // the protocol's first, then the alternatives
};

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
  Simulated any;  // share of trials that reject at least one hypothesis
  Simulated all;  // share that reject every one
  // Share that reject at least one null hypothesis that is true; NaN where there is one hypothesis only or no
  // null hypothesis is true.
  Simulated familywise_error{std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::quiet_NaN()};
  std::vector<ArmSummary> arms;
};

}  // namespace equipoise
