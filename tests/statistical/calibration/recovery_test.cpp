#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "engine/calibration/moment_fit.hpp"
#include "engine/numeric/distributions.hpp"
#include "engine/random/laws.hpp"
#include "tests/support/limits.hpp"

namespace equipoise {
namespace {

using checks::one_in_a_million;

// Simulation-based calibration (Talts et al. 2018, arXiv:1804.06788): scores drawn from the prior, targets
// drawn around what is predicted of them, a posterior of each. The rank of the true score among independent
// draws is then uniform, whatever is predicted. An analytic prediction stands in for the trials.

constexpr Eigen::Index parameters = 6;
constexpr Eigen::Index targets = 10;
constexpr std::uint64_t repetitions = 400;
// A chain that refuses three tenths of its proposals has forgotten a state after ten of them (0.3^10).
constexpr Eigen::Index kept_draws = 99;
constexpr Eigen::Index thinning = 10;
constexpr std::size_t bins = 20;  // of five ranks each: 0 to 99

/// Fixed numbers between -1 and 1.
double coefficient(Eigen::Index a, Eigen::Index b) {
  return std::sin(1.0 + 3.7 * static_cast<double>(a) + 2.3 * static_cast<double>(b));
}

/// Ten smooth curves of six scores: lines, products of neighbours and a saturation.
Eigen::MatrixXd curves(const Eigen::MatrixXd& scores) {
  Eigen::MatrixXd predicted(targets, scores.cols());
  for (Eigen::Index k = 0; k < scores.cols(); ++k) {
    for (Eigen::Index t = 0; t < targets; ++t) {
      double line = 0.0;
      for (Eigen::Index j = 0; j < parameters; ++j) line += coefficient(t, j) * scores(j, k);
      const double product = scores(t % parameters, k) * scores((t + 1) % parameters, k);
      predicted(t, k) = line + 0.08 * product + 0.5 * std::tanh(scores(t % parameters, k));
    }
  }
  return predicted;
}

/// What the repetitions show of each parameter.
struct Recovery {
  std::vector<std::vector<double>> counts =
      std::vector<std::vector<double>>(parameters, std::vector<double>(bins, 0.0));
  std::vector<double> covered = std::vector<double>(parameters, 0.0);  // by the interval of ranks 5 to 94
  double acceptance = 0.0;

  /// Pearson's chi-square of the ranks' counts against equal ones.
  [[nodiscard]] double p_of_ranks(Eigen::Index j) const {
    const double expected = static_cast<double>(repetitions) / bins;
    double distance = 0.0;
    for (const double count : counts[static_cast<std::size_t>(j)]) {
      distance += (count - expected) * (count - expected) / expected;
    }
    return 1.0 - chi_squared_cdf(distance, bins - 1.0);
  }
  /// Ninety of the hundred ranks are covered.
  [[nodiscard]] double p_of_coverage(Eigen::Index j) const {
    return checks::binomial_p(covered[static_cast<std::size_t>(j)], repetitions, 0.9);
  }
};

/// The noise of the targets is `noise` times the errors that are declared.
Recovery recover(double noise) {
  Recovery result;
  const Eigen::VectorXd error = Eigen::VectorXd::LinSpaced(targets, 0.4, 1.2);
  for (std::uint64_t r = 0; r < repetitions; ++r) {
    std::vector<double> normals(parameters + targets);
    fill_normal(Streams(2026, r).at(Purpose::test, 77), normals);
    const Eigen::VectorXd truth = Eigen::Map<const Eigen::VectorXd>(normals.data(), parameters);
    const Eigen::VectorXd off = Eigen::Map<const Eigen::VectorXd>(normals.data() + parameters, targets);
    const MomentTargets reported{curves(truth) + noise * error.cwiseProduct(off), error};
    FitOptions options;
    options.seed = r;
    options.starts = 1;
    const MomentFit fit = fit_moments(reported, curves, curves, parameters, options);
    const PosteriorSample sample = sample_posterior(reported, curves, fit, {kept_draws * thinning}, r);
    result.acceptance += sample.acceptance / static_cast<double>(repetitions);
    for (Eigen::Index j = 0; j < parameters; ++j) {
      std::size_t rank = 0;
      for (Eigen::Index d = 0; d < kept_draws; ++d) {
        if (sample.scores(j, (d + 1) * thinning - 1) < truth(j)) ++rank;
      }
      ++result.counts[static_cast<std::size_t>(j)][rank * bins / (kept_draws + 1)];
      if (rank >= 5 && rank < 95) ++result.covered[static_cast<std::size_t>(j)];
    }
  }
  return result;
}

TEST(Recovery, TheTruthIsOneOfThePosteriorsDraws) {
  const Recovery right = recover(1.0);
  EXPECT_GT(right.acceptance, 0.7);
  for (Eigen::Index j = 0; j < parameters; ++j) {
    EXPECT_GT(right.p_of_ranks(j), one_in_a_million) << j;
    EXPECT_GT(right.p_of_coverage(j), one_in_a_million) << j;
  }
}

TEST(Recovery, ErrorsDeclaredHalfAsLargeAsTheyAreFail) {
  const Recovery wrong = recover(2.0);
  // Of a parameter that the targets hardly move the prior is most of the posterior, and is right.
  Eigen::Index ranks = 0;
  Eigen::Index coverage = 0;
  for (Eigen::Index j = 0; j < parameters; ++j) {
    if (wrong.p_of_ranks(j) < one_in_a_million) ++ranks;
    if (wrong.p_of_coverage(j) < one_in_a_million) ++coverage;
  }
  EXPECT_GE(ranks, parameters - 1);
  EXPECT_GE(coverage, parameters - 1);
}

}  // namespace
}  // namespace equipoise
