#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <Eigen/Core>

namespace equipoise {

/// What is predicted of every target at points of the parameters' standard normal scores: a matrix of
/// parameters x points goes in, targets x points come out. Predictions must be smooth in the scores: the same
/// random numbers at every point.
using Predict = std::function<Eigen::MatrixXd(const Eigen::MatrixXd& scores)>;

/// What is to be reproduced: values and their standard errors, on the scale of the predictions. A target with
/// an infinite error is predicted but not aimed at.
struct MomentTargets {
  Eigen::VectorXd value;
  Eigen::VectorXd error;
};

/// How a fit goes on.
struct FitOptions {
  std::uint64_t seed = 1;
  int starts = 3;            // the priors' middle and so many less one drawn from the priors
  int most_iterations = 12;  // gradients, of one start
  double tolerance = 0.02;   // of the step, in posterior standard deviations
};

/// How a search went.
struct SearchLog {
  std::vector<double> misfits;  // at every point that was looked at, in order: a gradient each
  double step_left =
      0.0;  // of the Gauss-Newton method from where it came to, in posterior standard deviations
  // By its own rules and with hardly a step left; one that had no gradients left did not.
  bool converged = false;
};

/// Where a fit started and where it came to.
struct FitStart {
  Eigen::VectorXd from;
  Eigen::VectorXd scores;
  Eigen::MatrixXd covariance;  // as MomentFit has it
  double misfit = 0.0;
  SearchLog log;
};

/// The scores that lie highest in the posterior, and the Gaussian around them.
struct MomentFit {
  Eigen::VectorXd scores;
  Eigen::VectorXd predicted;
  Eigen::MatrixXd jacobian;    // targets x parameters
  Eigen::MatrixXd covariance;  // of the scores: the inverse of 1 + J' diag(1 / error^2) J
  double misfit = 0.0;         // half of: squared standardized residuals + squared scores
  std::vector<FitStart> starts;
  SearchLog log;  // of the search that ended there
};

/// Parameters are standard normal a priori (a score stands for a quantile of its prior); targets are normal
/// around their predictions. Finds the mode of the posterior by NLopt's SLSQP (Kraft 1988) in coordinates in
/// which the Gauss-Newton approximation of the posterior is spherical, from several starts. `coarse` serves
/// the search among starts and may be `predict` itself.
[[nodiscard]] MomentFit fit_moments(const MomentTargets& targets, const Predict& coarse,
                                    const Predict& predict, Eigen::Index parameters,
                                    const FitOptions& options);

/// Draws from the posterior.
struct PosteriorSample {
  Eigen::MatrixXd scores;     // parameters x draws
  Eigen::MatrixXd predicted;  // targets x draws
  double acceptance = 0.0;  // share of the Gaussian's proposals that were taken: 1 where it is the posterior
  double effective_draws = 0.0;  // independent ones that the draws tell as much as
  Eigen::Index thin = 1;         // states of the chain to a draw, in the end
};

/// How long a chain is.
struct ChainLength {
  Eigen::Index draws = 300;
  Eigen::Index thin = 1;       // states to a draw
  Eigen::Index most_thin = 1;  // thin is doubled up to this while the draws repeat each other too often
};

/// Draws that tell as much as this share of independent ones repeat each other rarely enough.
inline constexpr double enough_effective = 0.6;

/// An independence chain (Tierney 1994, section 2.3.2) whose proposals come from the fit's Gaussian, widened
/// a little, and are weighed by the posterior itself, predictions and all. Every `thin`-th state is kept: a
/// proposal that is refused repeats the state before it, and draws that repeat each other say less. Where
/// they do so too often every second one is left out and the chain goes on.
[[nodiscard]] PosteriorSample sample_posterior(const MomentTargets& targets, const Predict& predict,
                                               const MomentFit& fit, const ChainLength& length,
                                               std::uint64_t seed);

}  // namespace equipoise
