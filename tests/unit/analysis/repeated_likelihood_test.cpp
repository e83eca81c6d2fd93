// The likelihood's derivatives against differences of the likelihood itself, for every structure.

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "engine/analysis/mmrm/fit_repeated.hpp"
#include "engine/analysis/mmrm/start.hpp"
#include "tests/unit/analysis/repeated_trial.hpp"

namespace equipoise {
namespace {

struct Case {
  CovarianceStructure structure;
  Likelihood kind;
  bool by_arm;
  bool main_effect;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const auto& structure : NamesOf<CovarianceStructure>::all) {
    for (const auto& kind : NamesOf<Likelihood>::all) {
      all.push_back({structure.value, kind.value, false, false});
      all.push_back({structure.value, kind.value, true, true});
    }
  }
  return all;
}

class Derivatives : public testing::TestWithParam<Case> {};

TEST_P(Derivatives, AreThoseOfTheLikelihood) {
  const Case& the = GetParam();
  RepeatedTrial trial(60, 4);
  trial.lose_some();
  const std::vector<Covariate> adjust{{Covariate::Kind::baseline, EndpointId{0}, !the.main_effect},
                                      {Covariate::Kind::site, {}, false}};
  Arena<double> reals;
  Arena<std::uint32_t> indices;
  RepeatedMeasures data;
  read_repeated_measures(trial.data, contrast_at(4), {adjust, ModelArms::all, the.by_arm}, reals, indices,
                         data);
  const MeanModel mean(data, {}, reals, indices);
  const CovarianceModel covariance(the.structure, data.positions);
  RepeatedLikelihood likelihood(data, mean, covariance, the.kind, reals);
  RepeatedInformation second(likelihood, reals);
  const std::size_t m = likelihood.parameters();

  // A little off the start, so that the gradient is none of zero.
  std::vector<double> sigma(16);
  ASSERT_TRUE(starting_covariance(data, the.kind, reals, sigma));
  std::vector<double> theta(m);
  const std::size_t of_group = covariance.parameters();
  for (std::size_t g = 0; g < data.groups; ++g) {
    covariance.near(sigma, std::span(theta).subspan(g * of_group, of_group));
  }
  for (std::size_t k = 0; k < m; ++k) theta[k] *= 1.0 + 0.01 * static_cast<double>(k % 3);

  const auto gradient_at = [&](const std::vector<double>& at) {
    EXPECT_TRUE(likelihood.go_to(at));
    likelihood.find_gradient();
    return std::vector<double>(likelihood.gradient().begin(), likelihood.gradient().end());
  };
  const auto likelihood_at = [&](const std::vector<double>& at) {
    EXPECT_TRUE(likelihood.go_to(at));
    return likelihood.log_likelihood();
  };
  const std::vector<double> gradient = gradient_at(theta);
  std::vector<double> information(m * m);
  second.find(RepeatedInformation::Of::observed, information);
  std::vector<double> average(m * m);
  second.find(RepeatedInformation::Of::average, average);
  std::vector<double> expected(m * m);
  second.find(RepeatedInformation::Of::expected, expected);
  const CovarianceModel& model = covariance;
  for (std::size_t k = 0; k < m; ++k) {
    const double h = 1e-5 * std::abs(theta[k]);
    std::vector<double> up = theta;
    std::vector<double> down = theta;
    up[k] += h;
    down[k] -= h;
    const double slope = (likelihood_at(up) - likelihood_at(down)) / (2.0 * h);
    // Rounding of the likelihood, some 1e-13, over the step.
    EXPECT_NEAR(slope, gradient[k], 1e-6 * (1.0 + std::abs(gradient[k])) + 1e-12 / h);
    const std::vector<double> above = gradient_at(up);
    const std::vector<double> below = gradient_at(down);
    for (std::size_t l = 0; l < m; ++l) {
      const double size = std::sqrt(std::abs(information[k * m + k] * information[l * m + l]));
      EXPECT_NEAR(-(above[l] - below[l]) / (2.0 * h), information[k * m + l], 1e-6 * size) << k << " " << l;
      if (model.linear()) {
        EXPECT_NEAR(2.0 * average[k * m + l] - expected[k * m + l], information[k * m + l], 1e-9 * size);
      }
    }
  }
}

std::string name_of_case(const testing::TestParamInfo<Case>& info) {
  return std::string(name_of(info.param.structure)) + "_" + std::string(name_of(info.param.kind)) +
         (info.param.by_arm ? "_by_arm" : "");
}

INSTANTIATE_TEST_SUITE_P(Structures, Derivatives, testing::ValuesIn(cases()), name_of_case);

TEST(Start, IsTheMaximumWherePeopleOnlyLeave) {
  RepeatedTrial trial(80, 4);
  for (std::size_t i = 0; i < 80; i += 5) trial.drop(i, 2 + i / 5 % 3);
  for (const auto& kind : NamesOf<Likelihood>::all) {
    FitDetails details;
    const Estimate estimate = analyse(
        trial, contrast_at(4),
        MmrmOptions{.adjust = baseline_by_visit(), .likelihood = kind.value, .df = DfMethod::satterthwaite},
        &details);
    EXPECT_EQ(estimate.status, FitStatus::ok);
    EXPECT_EQ(details.iterations, 1) << kind.name;
  }
}

}  // namespace
}  // namespace equipoise
