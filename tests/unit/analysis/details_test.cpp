// What a fit tells beyond its contrast, against the same model written out in the data's own columns.

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include "tests/unit/analysis/made_up_trial.hpp"
#include "tests/unit/analysis/repeated_trial.hpp"

namespace equipoise {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

const std::vector<Covariate> all_covariates{{Covariate::Kind::baseline, EndpointId{1}, false},
                                            {Covariate::Kind::site, {}, false},
                                            {Covariate::Kind::baseline, EndpointId{0}, false}};

struct OwnColumns {
  MatrixXd x;
  VectorXd y;
  VectorXd beta;
  VectorXd se;
};

OwnColumns own_columns(const TrialData& data, std::span<const Covariate> adjust, const FitDetails& details) {
  const auto n = static_cast<Eigen::Index>(data.participants());
  const auto p = static_cast<Eigen::Index>(details.coefficients.size());
  OwnColumns own{MatrixXd(n, p), VectorXd(n), VectorXd(p), VectorXd(p)};
  for (Eigen::Index k = 0; k < p; ++k) {
    const Coefficient& coefficient = details.coefficients[static_cast<std::size_t>(k)];
    own.beta(k) = coefficient.value;
    own.se(k) = coefficient.se;
    for (Eigen::Index row = 0; row < n; ++row) {
      const auto i = static_cast<std::size_t>(row);
      const Term& term = coefficient.term;
      own.y(row) = data.values.at(EndpointId{0}, VisitId{1})[i];
      own.x(row, k) = term.kind == Term::Kind::arm    ? data.arm[i] == term.index
                      : term.kind == Term::Kind::site ? data.site[i] == term.index
                      : term.kind == Term::Kind::covariate
                          ? data.values.at(adjust[term.index].endpoint, baseline_visit)[i]
                          : 1.0;
    }
  }
  return own;
}

TEST(Details, OfAncovaAreThoseOfLeastSquares) {
  RepeatedTrial trial(90, 1, 3);
  const AncovaOptions options{all_covariates, ModelArms::all};
  AnalysisWorkspace workspace;
  FitDetails details;
  const Estimate estimate =
      analyse(trial.data, contrast_at(1), usual_question(), options, workspace, &details);
  ASSERT_EQ(details.coefficients.size(), 7U);  // intercept, two arms, two sites, two baselines
  const OwnColumns own = own_columns(trial.data, all_covariates, details);
  const MatrixXd inverse = (own.x.transpose() * own.x).inverse();
  const VectorXd beta = inverse * own.x.transpose() * own.y;
  const double squares = (own.y - own.x * beta).squaredNorm();
  EXPECT_LT((own.beta - beta).cwiseAbs().maxCoeff(), 1e-11);
  EXPECT_NEAR(details.variances[0].value, squares / 83.0, 1e-11);
  for (Eigen::Index k = 0; k < beta.size(); ++k) {
    EXPECT_NEAR(own.se(k), std::sqrt(squares / 83.0 * inverse(k, k)), 1e-11);
  }
  EXPECT_NEAR(details.log_likelihood, -45.0 * (std::log(2.0 * std::numbers::pi * squares / 90.0) + 1.0),
              1e-9);
  const auto arm = std::ranges::find_if(details.coefficients, [](const Coefficient& of) {
    return of.term.kind == Term::Kind::arm && of.term.index == 1;
  });
  EXPECT_DOUBLE_EQ(arm->value, estimate.value);
  EXPECT_DOUBLE_EQ(arm->se, estimate.se);
}

TEST(Details, OfALogisticModelSolveItsEquations) {
  RepeatedTrial trial(240, 1, 3);
  for (double& value : trial.data.values.at(EndpointId{0}, VisitId{1})) value = value > 4.8 ? 1.0 : 0.0;
  LogisticOptions options;
  options.adjust = all_covariates;
  options.arms = ModelArms::all;
  for (const LogisticOptions::Se se : {LogisticOptions::Se::model, LogisticOptions::Se::robust}) {
    options.se = se;
    AnalysisWorkspace workspace;
    FitDetails details;
    (void)analyse(trial.data, contrast_at(1), usual_question(), options, workspace, &details);
    ASSERT_EQ(details.coefficients.size(), 7U);
    const OwnColumns own = own_columns(trial.data, all_covariates, details);
    const VectorXd log_odds = own.x * own.beta;
    const VectorXd fitted = (1.0 + (-log_odds.array()).exp()).inverse();
    EXPECT_LT((own.x.transpose() * (own.y - fitted)).cwiseAbs().maxCoeff(), 1e-9);
    const VectorXd weight = fitted.array() * (1.0 - fitted.array());
    MatrixXd variance = (own.x.transpose() * weight.asDiagonal() * own.x).inverse();
    if (se == LogisticOptions::Se::robust) {
      const VectorXd squares = (own.y - fitted).array().square();
      variance = variance * (own.x.transpose() * squares.asDiagonal() * own.x) * variance;
    }
    for (Eigen::Index k = 0; k < own.se.size(); ++k) {
      EXPECT_NEAR(own.se(k), std::sqrt(variance(k, k)), 1e-9);
    }
    const double log_likelihood =
        (own.y.array() * log_odds.array() - (1.0 + log_odds.array().exp()).log()).sum();
    EXPECT_NEAR(details.log_likelihood, log_likelihood, 1e-10);
  }
}

TEST(Details, OfTwoArmsAreTheComparatorAndWhatTheTreatmentAdds) {
  const MadeUpTrial counts = MadeUpTrial::counts(6, 20, 5, 25);
  AnalysisWorkspace workspace;
  FitDetails details;
  (void)analyse(counts.data, first_contrast(), two_sided(), ProportionsOptions{}, workspace, &details);
  ASSERT_EQ(details.coefficients.size(), 2U);
  EXPECT_NEAR(details.coefficients[0].value, 0.2, 1e-15);
  EXPECT_NEAR(details.coefficients[0].se, std::sqrt(0.2 * 0.8 / 25.0), 1e-15);
  EXPECT_NEAR(details.coefficients[1].value, 0.1, 1e-15);

  details = {};
  const Estimate welch =
      analyse(counts.data, first_contrast(), two_sided(), MeanDifferenceOptions{}, workspace, &details);
  ASSERT_EQ(details.variances.size(), 2U);
  EXPECT_EQ(details.variances[0].arm, ArmId{0});
  EXPECT_NEAR(details.variances[0].value, 0.2 * 0.8 * 25.0 / 24.0, 1e-14);
  EXPECT_DOUBLE_EQ(details.coefficients[1].se, welch.se);
}

}  // namespace
}  // namespace equipoise
