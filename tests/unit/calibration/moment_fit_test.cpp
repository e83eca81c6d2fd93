#include "engine/calibration/moment_fit.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <stdexcept>

#include <Eigen/LU>
#include <gtest/gtest.h>

#include "engine/numeric/distributions.hpp"
#include "tests/support/limits.hpp"

namespace equipoise {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// A prediction of one point, of many.
Predict each(std::function<Eigen::VectorXd(const Eigen::VectorXd&)> of_point) {
  return [of_point](const Eigen::MatrixXd& scores) {
    Eigen::MatrixXd predicted;
    for (Eigen::Index k = 0; k < scores.cols(); ++k) {
      const Eigen::VectorXd one = of_point(scores.col(k));
      if (k == 0) predicted.resize(one.size(), scores.cols());
      predicted.col(k) = one;
    }
    return predicted;
  };
}

MomentFit fit(const MomentTargets& targets, const Predict& predict, Eigen::Index parameters, int starts = 1) {
  FitOptions options;
  options.starts = starts;
  return fit_moments(targets, predict, predict, parameters, options);
}

/// A linear prediction of four targets by three parameters; its posterior is normal and known.
struct Linear {
  Eigen::MatrixXd slopes{{1.0, 0.5, 0.0}, {0.0, 2.0, -1.0}, {0.3, 0.0, 0.1}, {1.0, 1.0, 1.0}};
  Eigen::VectorXd level{{0.2, -1.0, 4.0, 0.0}};
  MomentTargets targets{Eigen::VectorXd{{1.5, -0.4, 4.2, 0.7}}, Eigen::VectorXd{{0.5, 0.8, 0.05, 2.0}}};

  [[nodiscard]] Predict predict() const {
    return [*this](const Eigen::MatrixXd& scores) -> Eigen::MatrixXd {
      return (slopes * scores).colwise() + level;
    };
  }
  [[nodiscard]] Eigen::MatrixXd covariance() const {
    const Eigen::MatrixXd scaled = targets.error.cwiseInverse().asDiagonal() * slopes;
    return (Eigen::MatrixXd::Identity(3, 3) + scaled.transpose() * scaled).inverse();
  }
  [[nodiscard]] Eigen::VectorXd mode() const {
    const Eigen::VectorXd weight = targets.error.cwiseAbs2().cwiseInverse();
    return covariance() * slopes.transpose() * weight.asDiagonal() * (targets.value - level);
  }
};

TEST(LinearPrediction, HasTheClosedFormPosterior) {
  const Linear linear;
  const MomentFit found = fit(linear.targets, linear.predict(), 3, 2);
  EXPECT_LT((found.scores - linear.mode()).cwiseAbs().maxCoeff(), 1e-6);
  EXPECT_LT((found.covariance - linear.covariance()).cwiseAbs().maxCoeff(), 1e-6);
  EXPECT_LT((found.jacobian - linear.slopes).cwiseAbs().maxCoeff(), 1e-6);
  const Eigen::VectorXd off = (linear.slopes * linear.mode() + linear.level - linear.targets.value)
                                  .cwiseQuotient(linear.targets.error);
  EXPECT_NEAR(found.misfit, 0.5 * (off.squaredNorm() + linear.mode().squaredNorm()), 1e-9);
  for (const FitStart& start : found.starts) EXPECT_TRUE(start.log.converged);
  EXPECT_TRUE(found.log.converged);
  EXPECT_LT(found.log.step_left, 1e-6);
  ASSERT_FALSE(found.log.misfits.empty());
  EXPECT_NEAR(*std::ranges::min_element(found.log.misfits), found.misfit, 1e-9);
}

TEST(Fit, ASearchThatHadNotGradientsEnoughSaysSo) {
  // Far from linear, so that one step does not get there.
  const Predict bent = each([](const Eigen::VectorXd& score) -> Eigen::VectorXd {
    return Eigen::VectorXd{{std::exp(1.5 * score(0)), score(1) + score(0) * score(0)}};
  });
  const MomentTargets targets{Eigen::VectorXd{{6.0, -1.0}}, Eigen::VectorXd{{0.05, 0.05}}};
  FitOptions options;
  options.starts = 1;
  const MomentFit found = fit_moments(targets, bent, bent, 2, options);
  EXPECT_TRUE(found.log.converged);
  EXPECT_LT(found.log.step_left, 0.1);
  options.most_iterations = 1;
  const MomentFit cut = fit_moments(targets, bent, bent, 2, options);
  EXPECT_FALSE(cut.log.converged);
  EXPECT_FALSE(cut.starts[0].log.converged);
  EXPECT_GT(cut.log.step_left, found.log.step_left);
}

/// The share of proposals from a Gaussian wider by `widening` that an independence chain takes where the
/// Gaussian is the posterior: with x and y the squared lengths of a draw and of a proposal, both in posterior
/// standard deviations, the mean of min(1, exp(1/2 (1 - 1/widening^2) (x - y))).
double acceptance_ceiling(double parameters, double widening) {
  constexpr int cells = 400;
  constexpr double most = 60.0;
  const auto mass = [&](int k, double scale) {
    return chi_squared_cdf(most * (k + 1) / cells / scale, parameters) -
           chi_squared_cdf(most * k / cells / scale, parameters);
  };
  double taken = 0.0;
  for (int i = 0; i < cells; ++i) {
    for (int j = 0; j < cells; ++j) {
      const double apart = most * (i - j) / cells;
      const double odds = std::exp(std::min(0.0, 0.5 * (1.0 - 1.0 / (widening * widening)) * apart));
      taken += mass(i, 1.0) * mass(j, widening * widening) * odds;
    }
  }
  return taken;
}

/// Draws that a chain's are worth: one that is refused repeats the draw before, so that neighbours correlate
/// by about the share refused, and r such neighbours make (1 + r) / (1 - r) draws worth one.
double worth(const PosteriorSample& sample) {
  const double refused = 1.0 - sample.acceptance;
  return static_cast<double>(sample.scores.cols()) * (1.0 - refused) / (1.0 + refused);
}

TEST(LinearPrediction, DrawsHaveItsMomentsAndNearlyAllProposalsAreTaken) {
  const Linear linear;
  const MomentFit found = fit(linear.targets, linear.predict(), 3);
  const PosteriorSample sample = sample_posterior(linear.targets, linear.predict(), found, {20'000}, 4);
  // The widening of moment_fit.cpp. Whether neighbours are taken hardly depends on each other.
  EXPECT_NEAR(sample.acceptance, acceptance_ceiling(3.0, 1.05),
              1.5 * checks::proportion_tolerance(sample.acceptance, 20'000.0));
  const Eigen::VectorXd mean = sample.scores.rowwise().mean();
  const Eigen::MatrixXd around = sample.scores.colwise() - mean;
  const Eigen::MatrixXd spread = around * around.transpose() / 20'000.0;
  const Eigen::MatrixXd covariance = linear.covariance();
  for (Eigen::Index i = 0; i < 3; ++i) {
    EXPECT_NEAR(mean(i), linear.mode()(i),
                checks::standard_errors_allowed() * std::sqrt(covariance(i, i) / worth(sample)));
    for (Eigen::Index j = 0; j < 3; ++j) {
      // Isserlis: the variance of a product of two normal numbers.
      const double variance = covariance(i, i) * covariance(j, j) + covariance(i, j) * covariance(i, j);
      EXPECT_NEAR(spread(i, j), covariance(i, j),
                  checks::standard_errors_allowed() * std::sqrt(variance / worth(sample)));
    }
  }
  const Eigen::MatrixXd predicted = linear.predict()(sample.scores);
  EXPECT_LT((sample.predicted - predicted).cwiseAbs().maxCoeff(), 1e-12);
}

/// What a posterior of two parameters is by adding it up over a fine grid.
struct OnGrid {
  Eigen::Vector2d mode = Eigen::Vector2d::Zero();
  Eigen::Vector2d mean = Eigen::Vector2d::Zero();
  Eigen::Matrix2d covariance = Eigen::Matrix2d::Zero();
};

OnGrid on_grid(const MomentTargets& targets,
               const std::function<Eigen::VectorXd(const Eigen::VectorXd&)>& of) {
  constexpr int cells = 600;
  constexpr double most = 4.5;
  OnGrid grid;
  double mass = 0.0;
  double highest = 0.0;
  Eigen::Matrix2d squares = Eigen::Matrix2d::Zero();
  for (int i = 0; i <= cells; ++i) {
    for (int j = 0; j <= cells; ++j) {
      const Eigen::Vector2d at(most * (2.0 * i / cells - 1.0), most * (2.0 * j / cells - 1.0));
      const Eigen::VectorXd off = (of(at) - targets.value).cwiseQuotient(targets.error);
      const double density = std::exp(-0.5 * (off.squaredNorm() + at.squaredNorm()));
      if (density > highest) {
        highest = density;
        grid.mode = at;
      }
      mass += density;
      grid.mean += density * at;
      squares += density * at * at.transpose();
    }
  }
  grid.mean /= mass;
  grid.covariance = squares / mass - grid.mean * grid.mean.transpose();
  return grid;
}

TEST(CurvedPrediction, AgreesWithThePosteriorAddedUp) {
  const auto curved = [](const Eigen::VectorXd& score) -> Eigen::VectorXd {
    return Eigen::VectorXd{{score(0) + 0.15 * score(0) * score(0), score(1) + 0.3 * score(0) * score(1),
                            std::exp(0.4 * score(1))}};
  };
  const MomentTargets targets{Eigen::VectorXd{{0.9, -0.5, 0.8}}, Eigen::VectorXd{{0.4, 0.5, 0.3}}};
  const OnGrid grid = on_grid(targets, curved);
  const MomentFit found = fit(targets, each(curved), 2);
  const PosteriorSample sample = sample_posterior(targets, each(curved), found, {20'000}, 9);
  EXPECT_GT(sample.acceptance, 0.8);
  const Eigen::Vector2d mean = sample.scores.rowwise().mean();
  for (Eigen::Index i = 0; i < 2; ++i) {
    const double sd = std::sqrt(grid.covariance(i, i));
    // Derivatives over half a posterior standard deviation, and the tolerance of the search.
    EXPECT_NEAR(found.scores(i), grid.mode(i), 0.05 * sd + 4.5 / 300.0);
    // The Gaussian is not the posterior, yet near it.
    EXPECT_NEAR(std::sqrt(found.covariance(i, i)), sd, 0.15 * sd);
    const Eigen::ArrayXd around = sample.scores.row(i).array() - mean(i);
    EXPECT_NEAR(mean(i), grid.mean(i), checks::standard_errors_allowed() * sd / std::sqrt(worth(sample)));
    // A variance of numbers that are nearly normal: twice its square over their number.
    EXPECT_NEAR(around.square().mean(), grid.covariance(i, i),
                checks::standard_errors_allowed() * 1.2 * sd * sd * std::sqrt(2.0 / worth(sample)));
  }
}

TEST(Fit, ATargetOfInfiniteErrorIsNotAimedAtAndMayBeNothing) {
  const Linear linear;
  MomentTargets more{Eigen::VectorXd(5), Eigen::VectorXd(5)};
  more.value << linear.targets.value, 1e9;
  more.error << linear.targets.error, infinite;
  const auto predict = [&](double last) {
    return each([&linear, last](const Eigen::VectorXd& scores) -> Eigen::VectorXd {
      Eigen::VectorXd predicted(5);
      predicted << linear.slopes * scores + linear.level, last;
      return predicted;
    });
  };
  for (const double last : {3.0, not_a_number}) {
    const MomentFit found = fit(more, predict(last), 3);
    EXPECT_LT((found.scores - linear.mode()).cwiseAbs().maxCoeff(), 1e-6);
    EXPECT_LT((found.covariance - linear.covariance()).cwiseAbs().maxCoeff(), 1e-6);
    EXPECT_TRUE(std::isfinite(found.misfit));
    const PosteriorSample sample = sample_posterior(more, predict(last), found, {200}, 1);
    EXPECT_GT(sample.acceptance, 0.5);
  }
}

TEST(Fit, WhatThePredictionThrowsComesOut) {
  const Linear linear;
  int calls = 0;
  const Predict throwing = [&](const Eigen::MatrixXd& scores) {
    if (++calls == 2) throw std::runtime_error("no such trial");  // within the first search
    return linear.predict()(scores);
  };
  EXPECT_THROW((void)fit(linear.targets, throwing, 3), std::runtime_error);
  EXPECT_EQ(calls, 2);
}

/// A posterior that its Gaussian is far from: the chain often stands still.
struct Bent {
  MomentTargets targets{Eigen::VectorXd{{1.0, 0.0}}, Eigen::VectorXd{{0.1, 0.3}}};
  Predict predict = each([](const Eigen::VectorXd& score) -> Eigen::VectorXd {
    return Eigen::VectorXd{{score(0) + score(1) * score(1), score(1)}};
  });
  MomentFit found = fit(targets, predict, 2);

  [[nodiscard]] PosteriorSample sample(const ChainLength& length) const {
    return sample_posterior(targets, predict, found, length, 3);
  }
};

TEST(Chain, GoesOnUntilItsDrawsTellEnough) {
  const Bent bent;
  const PosteriorSample fixed = bent.sample({.draws = 200, .thin = 1});
  EXPECT_EQ(fixed.thin, 1);
  ASSERT_LT(fixed.effective_draws, enough_effective * 200.0);
  const PosteriorSample longer = bent.sample({.draws = 200, .thin = 1, .most_thin = 64});
  EXPECT_GT(longer.thin, 1);
  EXPECT_GE(longer.effective_draws, enough_effective * 200.0);
  // It is the chain that was thinned so from the start.
  const PosteriorSample thinned = bent.sample({.draws = 200, .thin = longer.thin});
  EXPECT_EQ(longer.scores, thinned.scores);
  EXPECT_EQ(longer.predicted, thinned.predicted);
  EXPECT_EQ(longer.acceptance, thinned.acceptance);
  EXPECT_EQ(longer.effective_draws, thinned.effective_draws);
  // An odd number of draws, and a bound that comes first.
  const PosteriorSample odd = bent.sample({.draws = 201, .thin = 1, .most_thin = 3});
  EXPECT_EQ(odd.thin, 2);
  EXPECT_EQ(odd.scores, bent.sample({.draws = 201, .thin = 2}).scores);
}

TEST(Fit, IsTheSameEveryTimeAndDrawsGoByTheSeed) {
  const Linear linear;
  const MomentFit one = fit(linear.targets, linear.predict(), 3, 3);
  const MomentFit two = fit(linear.targets, linear.predict(), 3, 3);
  EXPECT_EQ(one.scores, two.scores);
  EXPECT_EQ(one.covariance, two.covariance);
  const auto draws = [&](std::uint64_t seed) {
    return sample_posterior(linear.targets, linear.predict(), one, {50}, seed).scores;
  };
  EXPECT_EQ(draws(1), draws(1));
  EXPECT_NE(draws(1), draws(2));
}

TEST(Fit, SeveralStartsFindTheBetterOfTwoModes) {
  // (x + 0.3)^2 is 1.69 at 1 and at -1.6; the second target prefers -1.6. From 0 the way goes to 1.
  const Predict two = each([](const Eigen::VectorXd& score) -> Eigen::VectorXd {
    const double x = score(0);
    return Eigen::VectorXd{{(x + 0.3) * (x + 0.3), x}};
  });
  const MomentTargets targets{Eigen::VectorXd{{1.69, -1.6}}, Eigen::VectorXd{{0.3, 1.0}}};
  const MomentFit one = fit(targets, two, 1, 1);
  const MomentFit best = fit(targets, two, 1, 8);
  EXPECT_GT(one.scores(0), 0.5);
  EXPECT_NEAR(best.scores(0), -1.55, 0.1);
  EXPECT_LT(best.misfit, one.misfit);
  ASSERT_EQ(best.starts.size(), 8U);
  EXPECT_NEAR(best.starts[0].misfit, one.starts[0].misfit, 1e-12);
}

TEST(Fit, GoesAroundWhereNothingIsPredicted) {
  // Nothing beyond 1; what is aimed at lies at 1 - exp(-1.5) = 0.78, and the first step from 0 goes past 1.
  const Predict wall = each([](const Eigen::VectorXd& score) -> Eigen::VectorXd {
    return Eigen::VectorXd{{score(0) < 1.0 ? -std::log(1.0 - score(0)) : not_a_number}};
  });
  const MomentTargets targets{Eigen::VectorXd{{1.5}}, Eigen::VectorXd{{0.05}}};
  const MomentFit found = fit(targets, wall, 1);
  EXPECT_NEAR(found.scores(0), 1.0 - std::exp(-1.5), 0.01);
  const PosteriorSample sample = sample_posterior(targets, wall, found, {500}, 1);
  EXPECT_LT(sample.scores.maxCoeff(), 1.0);
}

TEST(Fit, WhatIsNeverPredictedLeavesAnInfiniteMisfit) {
  const Predict nothing = each(
      [](const Eigen::VectorXd&) -> Eigen::VectorXd { return Eigen::VectorXd::Constant(1, not_a_number); });
  const MomentTargets targets{Eigen::VectorXd{{1.5}}, Eigen::VectorXd{{0.05}}};
  const MomentFit found = fit(targets, nothing, 2, 2);
  EXPECT_EQ(found.misfit, infinite);
  const PosteriorSample sample = sample_posterior(targets, nothing, found, {20}, 1);
  EXPECT_EQ(sample.acceptance, 0.0);
  EXPECT_TRUE(sample.scores.allFinite());
}

}  // namespace
}  // namespace equipoise
