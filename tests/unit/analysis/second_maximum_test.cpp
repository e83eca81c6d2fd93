// Groups of very different sizes, of which the large ones agree and the small ones do not: with no variance
// between groups the likelihood would fall with the first little of it, and has its maximum far away.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include "tests/unit/analysis/made_up_trial.hpp"

namespace equipoise {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Two groups of 84 with the same mean, twenty groups of three whose means are `apart` from it, and sixty
/// people on their own, all with a variance of 1 within.
MadeUpTrial trial_with(double apart) {
  std::vector<MadeUpTrial::Person> people;
  std::vector<std::int32_t> groups;
  const auto add = [&](double value, std::int32_t group) {
    people.push_back({.arm = 1, .value = value});
    groups.push_back(group);
  };
  for (std::int32_t group = 0; group < 2; ++group) {
    for (int k = 0; k < 84; ++k) add(k % 2 == 0 ? 1.0 : -1.0, group);
  }
  for (std::int32_t group = 2; group < 22; ++group) {
    for (const double within : {-1.0, 0.0, 1.0}) add(within + (group % 2 == 0 ? apart : -apart), group);
  }
  for (int i = 0; i < 60; ++i) {
    people.push_back({.arm = 0, .value = i % 2 == 0 ? 1.0 : -1.0});
    groups.push_back(-1);
  }
  MadeUpTrial trial(people);
  trial.data.group = groups;
  return trial;
}

/// REML with whole matrices.
double log_likelihood(const TrialData& data, double between, double treated, double comparator) {
  const auto n = static_cast<Eigen::Index>(data.participants());
  MatrixXd x(n, 2);
  MatrixXd v = MatrixXd::Zero(n, n);
  VectorXd y(n);
  for (Eigen::Index a = 0; a < n; ++a) {
    const auto i = static_cast<std::size_t>(a);
    x.row(a) << 1.0, data.arm[i];
    y(a) = data.values.at(EndpointId{0}, VisitId{1})[i];
    v(a, a) = data.arm[i] == 1 ? treated : comparator;
    for (Eigen::Index b = 0; b < n; ++b) {
      const bool together = data.group[i] >= 0 && data.group[i] == data.group[static_cast<std::size_t>(b)];
      v(a, b) += together ? between : 0.0;
    }
  }
  const Eigen::LLT<MatrixXd> factor(v);
  const MatrixXd information = x.transpose() * factor.solve(x);
  const VectorXd beta = information.ldlt().solve(x.transpose() * factor.solve(y));
  const VectorXd residual = y - x * beta;
  const double log_v = 2.0 * factor.matrixL().toDenseMatrix().diagonal().array().log().sum();
  const double two_pi = std::log(2.0 * std::acos(-1.0));
  return -0.5 * (log_v + std::log(information.determinant()) + residual.dot(factor.solve(residual)) +
                 static_cast<double>(n - 2) * two_pi);
}

struct Fitted {
  Estimate estimate;
  FitDetails details;
};

Fitted fit(const TrialData& data) {
  MixedOptions options;
  AnalysisWorkspace workspace;
  Fitted fitted;
  fitted.estimate = analyse(data, first_contrast(), two_sided(), options, workspace, &fitted.details);
  return fitted;
}

/// The highest of a grid of variances.
double highest(const TrialData& data, double least_between, double most_between = 1.0) {
  double best = -std::numeric_limits<double>::infinity();
  for (double between = least_between; between < most_between; between += 0.1) {
    for (double treated = 0.9; treated < 1.3; treated += 0.1) {
      best = std::max(best, log_likelihood(data, between, treated, 60.0 / 59.0));
    }
  }
  return best;
}

TEST(SecondMaximum, IsFoundWhereItIsHigher) {
  const TrialData data = trial_with(0.9).data;
  const Fitted fitted = fit(data);
  EXPECT_EQ(fitted.estimate.status, FitStatus::ok);
  const auto& variances = fitted.details.variances;  // between groups, the comparator's, the treatment's
  EXPECT_NEAR(variances[0].value, 0.37, 0.05);
  EXPECT_NEAR(fitted.details.log_likelihood,
              log_likelihood(data, variances[0].value, variances[2].value, variances[1].value), 1e-8);
  EXPECT_GT(fitted.details.log_likelihood, highest(data, 0.0));
  // Next to none the likelihood falls: who looks there alone stops at none.
  const double alone = 1.13;
  EXPECT_LT(log_likelihood(data, 0.005, alone, 1.0), log_likelihood(data, 0.0, alone, 1.0));
}

TEST(SecondMaximum, IsLeftWhereItIsLower) {
  const TrialData data = trial_with(0.77).data;
  const Fitted fitted = fit(data);
  EXPECT_EQ(fitted.estimate.status, FitStatus::boundary);
  EXPECT_EQ(fitted.details.variances[0].value, 0.0);
  EXPECT_GT(fitted.details.log_likelihood, highest(data, 0.0) - 1e-3);
  // It is there all the same.
  EXPECT_LT(highest(data, 0.03, 0.04), highest(data, 0.03));
}

}  // namespace
}  // namespace equipoise
