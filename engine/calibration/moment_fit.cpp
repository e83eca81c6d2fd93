#include "engine/calibration/moment_fit.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <memory>
#include <optional>

#include <Eigen/Cholesky>
#include <nlopt.h>

#include "engine/random/laws.hpp"

namespace equipoise {
namespace {

// Half the distance over which a derivative is taken, in posterior standard deviations: wide enough that the
// steps of bounded scores and entry criteria average out, narrow beside the curvature of what is predicted.
constexpr double derivative_reach = 0.5;
// No farther than this in prior standard deviations, where the targets say nothing.
constexpr double longest_reach = 0.25;

// A search that ends farther than this from where the next step would go, in posterior standard deviations,
// stood still and not at the mode. Nearer than that it is there, whatever made the optimizer stop: on the
// roughness of a simulation a line search often finds nothing better long before its tolerance is met.
constexpr double farthest_step = 0.1;

// The proposals are wider than the Gaussian by this factor, so that no part of the posterior is out of reach.
constexpr double widening = 1.05;

// What the streams of a calibration draw, as units of Purpose::test: no trial shares their addresses.
constexpr std::uint64_t unit_of_starts = 1;
constexpr std::uint64_t unit_of_proposals = 2;
constexpr std::uint64_t unit_of_acceptance = 3;
constexpr std::uint64_t calibration_replicate = (std::uint64_t{1} << 63U) + (std::uint64_t{1} << 62U);

Eigen::MatrixXd normals(std::uint64_t seed, std::uint64_t unit, Eigen::Index rows, Eigen::Index columns) {
  Eigen::MatrixXd numbers(rows, columns);
  fill_normal(Streams(seed, calibration_replicate).at(Purpose::test, unit),
              {numbers.data(), static_cast<std::size_t>(numbers.size())});
  return numbers;
}

/// Rows over the targets' errors; 0 for a target that is not aimed at, whatever is predicted of it.
template <class Rows>
Eigen::MatrixXd standardized(const MomentTargets& targets, const Rows& rows) {
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(rows.rows(), rows.cols());
  for (Eigen::Index t = 0; t < rows.rows(); ++t) {
    if (std::isfinite(targets.error(t))) result.row(t) = rows.row(t) / targets.error(t);
  }
  return result;
}

/// Infinite where a target that is aimed at has no finite prediction: nothing worse can be.
double misfit_of(const MomentTargets& targets, const Eigen::VectorXd& scores,
                 const Eigen::VectorXd& predicted) {
  const Eigen::MatrixXd residual = standardized(targets, predicted - targets.value);
  const double misfit = 0.5 * (residual.squaredNorm() + scores.squaredNorm());
  return std::isfinite(misfit) ? misfit : std::numeric_limits<double>::infinity();
}

/// A point with all that is known there.
struct Point {
  Eigen::VectorXd scores;
  Eigen::VectorXd predicted;
  Eigen::MatrixXd jacobian;
  double misfit = 0.0;
};

/// Predictions at a point and their derivatives by central differences over `reach`; 0 where a neighbour has
/// no finite prediction.
Point look_at(const MomentTargets& targets, const Predict& predict, const Eigen::VectorXd& scores,
              const Eigen::VectorXd& reach) {
  const Eigen::Index p = scores.size();
  Eigen::MatrixXd points = scores.replicate(1, 2 * p + 1);
  for (Eigen::Index j = 0; j < p; ++j) {
    points(j, 2 * j + 1) += reach(j);
    points(j, 2 * j + 2) -= reach(j);
  }
  const Eigen::MatrixXd predicted = predict(points);
  Point point{scores, predicted.col(0), Eigen::MatrixXd(targets.value.size(), p), 0.0};
  for (Eigen::Index j = 0; j < p; ++j) {
    const Eigen::VectorXd slope = (predicted.col(2 * j + 1) - predicted.col(2 * j + 2)) / (2.0 * reach(j));
    point.jacobian.col(j) = slope.array().isFinite().select(slope, 0.0);
  }
  point.misfit = misfit_of(targets, scores, point.predicted);
  return point;
}

/// 1 + J' diag(1 / error^2) J
Eigen::LLT<Eigen::MatrixXd> precision_at(const MomentTargets& targets, const Point& point) {
  const Eigen::MatrixXd weighted = standardized(targets, point.jacobian);
  Eigen::MatrixXd precision = weighted.transpose() * weighted;
  precision.diagonal().array() += 1.0;
  return Eigen::LLT<Eigen::MatrixXd>(precision);
}

Eigen::MatrixXd covariance_at(const MomentTargets& targets, const Point& point) {
  const Eigen::Index p = point.scores.size();
  return precision_at(targets, point).solve(Eigen::MatrixXd::Identity(p, p));
}

Eigen::VectorXd reach_from(const Eigen::MatrixXd& covariance) {
  return (derivative_reach * covariance.diagonal().cwiseSqrt()).cwiseMin(longest_reach);
}

/// The misfit as NLopt sees it: at scores centre + T u, T T' the Gaussian's covariance, so that to second
/// order it is half the squared distance from the mode.
class Search {
 public:
  Search(const MomentTargets& targets, const Predict& predict, const Point& centre, double tolerance)
      : targets_(targets),
        predict_(predict),
        tolerance_(tolerance),
        centre_(centre.scores),
        precision_(precision_at(targets, centre)),
        reach_(reach_from(covariance_at(targets, centre))),
        last_(centre) {}

  /// NLopt asks for the value and, where `gradient` is given, for the gradient.
  double operator()(const double* u, double* gradient) {
    const Eigen::Index p = centre_.size();
    const Eigen::VectorXd coordinates = Eigen::Map<const Eigen::VectorXd>(u, p);
    const Eigen::VectorXd scores = centre_ + precision_.matrixU().solve(coordinates);
    if ((scores - last_.scores).lpNorm<Eigen::Infinity>() > 0.0) {
      last_ = look_at(targets_, predict_, scores, reach_);
      misfits_.push_back(last_.misfit);
    }
    if (!best_ || last_.misfit < best_->misfit) best_ = last_;
    if (gradient != nullptr && !std::isfinite(last_.misfit)) {
      std::fill_n(gradient, p, 0.0);  // there is no way down from here
    } else if (gradient != nullptr) {
      const Eigen::VectorXd residual = standardized(targets_, last_.predicted - targets_.value);
      const Eigen::VectorXd slope = standardized(targets_, last_.jacobian).transpose() * residual + scores;
      Eigen::Map<Eigen::VectorXd> descent(gradient, p);
      descent = precision_.matrixL().solve(slope);
      // The gradient is the step that is left, in posterior standard deviations. SLSQP would look along one
      // of no length for an improvement that roundoff hides, again and again.
      if (descent.lpNorm<Eigen::Infinity>() < tolerance_) descent.setZero();
    }
    return last_.misfit;
  }

  [[nodiscard]] const std::vector<double>& misfits() const { return misfits_; }
  [[nodiscard]] const Point& best() const { return *best_; }

 private:
  const MomentTargets& targets_;
  const Predict& predict_;
  double tolerance_;
  Eigen::VectorXd centre_;
  Eigen::LLT<Eigen::MatrixXd> precision_;
  Eigen::VectorXd reach_;
  Point last_;
  std::optional<Point> best_;
  std::vector<double> misfits_;
};

/// A search with what it threw: an exception must not pass through NLopt, which is C.
struct Call {
  Search& search;
  nlopt_opt optimizer;
  std::exception_ptr thrown{};
};

double search_misfit(unsigned, const double* u, double* gradient, void* data) {
  Call& call = *static_cast<Call*>(data);
  try {
    return call.search(u, gradient);
  } catch (...) {
    call.thrown = std::current_exception();
    nlopt_force_stop(call.optimizer);
    return 0.0;
  }
}

struct Found {
  Point point;
  SearchLog log;
};

/// The largest coordinate of the Gauss-Newton step from a point, in posterior standard deviations.
double step_from(const MomentTargets& targets, const Point& point) {
  const Eigen::VectorXd residual = standardized(targets, point.predicted - targets.value);
  const Eigen::VectorXd slope = standardized(targets, point.jacobian).transpose() * residual + point.scores;
  return precision_at(targets, point).matrixL().solve(slope).lpNorm<Eigen::Infinity>();
}

/// One search of the spherical misfit around a centre.
Found search_from(const MomentTargets& targets, const Predict& predict, const Point& centre,
                  const FitOptions& options) {
  const auto p = static_cast<unsigned>(centre.scores.size());
  Search search(targets, predict, centre, options.tolerance);
  const std::unique_ptr<nlopt_opt_s, decltype(&nlopt_destroy)> optimizer(nlopt_create(NLOPT_LD_SLSQP, p),
                                                                         nlopt_destroy);
  Call call{search, optimizer.get()};
  nlopt_set_min_objective(optimizer.get(), search_misfit, &call);
  nlopt_set_xtol_abs1(optimizer.get(), options.tolerance);
  // A misfit that falls by less is not told from the simulation's own roughness.
  nlopt_set_ftol_abs(optimizer.get(), 0.5 * options.tolerance * options.tolerance);
  nlopt_set_maxeval(optimizer.get(), options.most_iterations);
  std::vector<double> u(p, 0.0);
  double misfit = 0.0;
  (void)nlopt_optimize(optimizer.get(), u.data(), &misfit);
  if (call.thrown) std::rethrow_exception(call.thrown);
  const double step = step_from(targets, search.best());
  const bool converged = step < farthest_step && std::isfinite(search.best().misfit);
  return {search.best(), {search.misfits(), step, converged}};
}

Eigen::VectorXd first_reach(Eigen::Index parameters) {
  return Eigen::VectorXd::Constant(parameters, longest_reach);
}

/// From far away the Gaussian at the start is not that at the mode: the search is made again around where the
/// first one came to. How the second ended is how both did.
Found search_twice(const MomentTargets& targets, const Predict& predict, const Point& start,
                   const FitOptions& options) {
  const Found first = search_from(targets, predict, start, options);
  Found second = search_from(targets, predict, first.point, options);
  std::vector<double> misfits{start.misfit};
  misfits.insert(misfits.end(), first.log.misfits.begin(), first.log.misfits.end());
  misfits.insert(misfits.end(), second.log.misfits.begin(), second.log.misfits.end());
  second.log.misfits = std::move(misfits);
  return second;
}

/// The independence chain. It starts with its first proposal that is possible at all, and with the mode where
/// the first ones are not; every later state is a proposal or the state before.
class Chain {
 public:
  Chain(const MomentTargets& targets, const Predict& predict, const MomentFit& fit, std::uint64_t seed)
      : targets_(targets),
        predict_(predict),
        mode_(fit.scores),
        factor_(fit.covariance),
        seed_(seed),
        scores_(fit.scores),
        predicted_(fit.predicted) {}

  /// Goes on until it has so many states; `visit` sees each. All proposals are predicted at once: none
  /// depends on the state.
  template <class Visit>
  void go_on(Eigen::Index states, Visit visit) {
    const Eigen::Index fresh = states - states_;
    const Eigen::MatrixXd standard =
        widening * normals(seed_, unit_of_proposals, mode_.size(), states).rightCols(fresh);
    const Eigen::MatrixXd proposals = (factor_.matrixL() * standard).colwise() + mode_;
    const Eigen::MatrixXd predicted = predict_(proposals);
    std::vector<double> uniform(static_cast<std::size_t>(states));
    fill_uniform(Streams(seed_, calibration_replicate).at(Purpose::test, unit_of_acceptance), uniform);
    for (Eigen::Index k = 0; k < fresh; ++k) {
      const double proposed = -misfit_of(targets_, proposals.col(k), predicted.col(k)) +
                              0.5 * standard.col(k).squaredNorm() / (widening * widening);
      const double luck = std::log(uniform[static_cast<std::size_t>(states_)]);
      if (proposed > impossible && luck < proposed - weight_) {
        scores_ = proposals.col(k);
        predicted_ = predicted.col(k);
        weight_ = proposed;
        ++taken_;
      }
      ++states_;
      visit(scores_, predicted_);
    }
  }

  [[nodiscard]] Eigen::Index states() const { return states_; }
  [[nodiscard]] double acceptance() const {
    return static_cast<double>(taken_) / static_cast<double>(states_);
  }

 private:
  static constexpr double impossible = -std::numeric_limits<double>::infinity();

  const MomentTargets& targets_;
  const Predict& predict_;
  const Eigen::VectorXd mode_;
  const Eigen::LLT<Eigen::MatrixXd> factor_;
  std::uint64_t seed_;
  Eigen::VectorXd scores_;
  Eigen::VectorXd predicted_;
  double weight_ = impossible;  // logarithm of posterior over proposal
  Eigen::Index states_ = 0;
  Eigen::Index taken_ = 0;
};

/// Draws that repeat the one before are one draw with a larger weight (Kish 1965): (sum w)^2 / sum w^2.
double effective_number(const Eigen::MatrixXd& draws) {
  double squares = 0.0;
  double weight = 0.0;
  for (Eigen::Index d = 0; d < draws.cols(); ++d) {
    weight += 1.0;
    const bool ends = d + 1 == draws.cols() || draws.col(d) != draws.col(d + 1);
    if (!ends) continue;
    squares += weight * weight;
    weight = 0.0;
  }
  const auto count = static_cast<double>(draws.cols());
  return count * count / squares;
}

}  // namespace

MomentFit fit_moments(const MomentTargets& targets, const Predict& coarse, const Predict& predict,
                      Eigen::Index parameters, const FitOptions& options) {
  MomentFit fit;
  // Wide of the priors' middle, yet where the model can still be believed.
  constexpr double spread = 0.7;
  Eigen::MatrixXd starts =
      spread * normals(options.seed, unit_of_starts, parameters, std::max(options.starts, 1));
  starts.col(0).setZero();
  for (Eigen::Index s = 0; s < starts.cols(); ++s) {
    const Point start = look_at(targets, coarse, starts.col(s), first_reach(parameters));
    const Found found = search_twice(targets, coarse, start, options);
    fit.starts.push_back({starts.col(s), found.point.scores, covariance_at(targets, found.point),
                          found.point.misfit, found.log});
  }
  const FitStart& best = *std::ranges::min_element(fit.starts, {}, &FitStart::misfit);
  // Near the mode already: derivatives over the posterior's own reach. What fewer people looked like is left
  // behind by the first search, and the second begins where the many are.
  const Point near = look_at(targets, predict, best.scores, reach_from(best.covariance));
  const auto [mode, log] = search_twice(targets, predict, near, options);
  fit.scores = mode.scores;
  fit.predicted = mode.predicted;
  fit.jacobian = mode.jacobian;
  fit.covariance = covariance_at(targets, mode);
  fit.misfit = mode.misfit;
  fit.log = log;
  return fit;
}

PosteriorSample sample_posterior(const MomentTargets& targets, const Predict& predict, const MomentFit& fit,
                                 const ChainLength& length, std::uint64_t seed) {
  const Eigen::Index draws = length.draws;
  PosteriorSample sample{Eigen::MatrixXd(fit.scores.size(), draws),
                         Eigen::MatrixXd(targets.value.size(), draws), 0.0, 0.0, length.thin};
  Chain chain(targets, predict, fit, seed);
  Eigen::Index kept = 0;
  while (true) {
    chain.go_on(draws * sample.thin, [&](const Eigen::VectorXd& scores, const Eigen::VectorXd& predicted) {
      if (chain.states() % sample.thin != 0) return;
      sample.scores.col(kept) = scores;
      sample.predicted.col(kept) = predicted;
      ++kept;
    });
    sample.effective_draws = effective_number(sample.scores);
    const bool enough = sample.effective_draws >= enough_effective * static_cast<double>(draws);
    if (enough || 2 * sample.thin > length.most_thin) break;
    sample.thin *= 2;
    kept = draws / 2;  // those at every second place, which a chain that was thinned so from the start has
    for (Eigen::Index d = 0; d < kept; ++d) {
      sample.scores.col(d) = sample.scores.col(2 * d + 1);
      sample.predicted.col(d) = sample.predicted.col(2 * d + 1);
    }
  }
  sample.acceptance = chain.acceptance();
  return sample;
}

}  // namespace equipoise
