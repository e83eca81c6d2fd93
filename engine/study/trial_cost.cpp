#include "engine/study/trial_cost.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace equipoise {
namespace {

// Measured on two cores of a machine of 2026 that did other work, too.
constexpr double seconds_a_trial = 3e-6;
constexpr double seconds_a_person = 30e-9;
constexpr double seconds_a_value = 15e-9;  // of an endpoint at a visit

/// Seconds that an analysis takes for each participant and visit, and for each pair of coefficients.
struct Rate {
  std::string_view method;
  double a_value = 0.0;
  double a_pair = 0.0;
  bool over_visits = false;
};

constexpr std::array<Rate, 8> rates{{{"mean_difference", 5e-9, 0.0, false},
                                     {"ancova", 10e-9, 0.0, false},
                                     {"mmrm", 40e-9, 100e-9, true},
                                     {"mixed", 100e-9, 100e-9, true},
                                     {"logistic", 100e-9, 0.0, false},
                                     {"gee", 300e-9, 100e-9, true},
                                     {"rank_sum", 10e-9, 0.0, false},
                                     {"proportions", 5e-9, 0.0, false}}};

double analysis_cost(const AnalysisOptions& options, const Design& design, double participants) {
  const Rate* const rate = std::ranges::find(rates, method_name(options), &Rate::method);
  const double visits = rate->over_visits ? static_cast<double>(design.visits.size()) : 1.0;
  const double coefficients = static_cast<double>(design.arms.size()) * visits;
  return participants * visits * rate->a_value + coefficients * coefficients * rate->a_pair;
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
