#include "engine/study/trial_cost.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace equipoise {
namespace {

// Measured on a machine of 2026 with two cores, both busy.
constexpr double seconds_a_trial = 3e-6;
constexpr double seconds_a_person = 30e-9;
constexpr double seconds_a_value = 30e-9;  // of an endpoint at a visit

/// What an analysis takes: each time, and for each participant and visit that it looks at; a mixed model over
/// visits for each coefficient that is estimated there, too.
struct Rate {
  std::string_view method;
  double once = 0.0;
  double a_row = 0.0;
  double a_row_and_coefficient = 0.0;
  bool over_visits = false;
};

constexpr std::array<Rate, 8> rates{{{"mean_difference", 1e-6, 20e-9},
                                     {"ancova", 1e-6, 40e-9},
                                     {"mmrm", 20e-6, 0.0, 10e-9, true},
                                     {"mixed", 20e-6, 0.0, 100e-9},
                                     {"logistic", 5e-6, 300e-9},
                                     {"gee", 20e-6, 300e-9, 0.0, true},
                                     {"rank_sum", 1e-6, 60e-9},
                                     {"proportions", 1e-6, 40e-9}}};

double analysis_cost(const AnalysisOptions& options, const Design& design, double participants) {
  const Rate* const rate = std::ranges::find(rates, method_name(options), &Rate::method);
  const double visits = rate->over_visits ? static_cast<double>(design.visits.size()) : 1.0;
  const double rows = participants * visits;
  // A mean of each arm and a covariate at each visit, and the sites.
  const double coefficients =
      (static_cast<double>(design.arms.size()) + 1.0) * visits + static_cast<double>(design.sites) - 1.0;
  return rate->once + rows * (rate->a_row + coefficients * rate->a_row_and_coefficient);
}

}  // namespace

double trial_cost(const Plan& plan, double participants) {
  const Design& design = plan.design;
  const double values =
      static_cast<double>(design.visit_count()) * static_cast<double>(plan.model->endpoints().size());
  double cost = seconds_a_trial + participants * (seconds_a_person + values * seconds_a_value);
  for (const PlannedTest& test : plan.tests) {
    for (const PlannedAnalysis& analysis : test.analyses)
      cost += analysis_cost(analysis.options, design, participants);
  }
  return cost;
}

}  // namespace equipoise
