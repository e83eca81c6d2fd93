#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>
#include <vector>

#include <Eigen/Cholesky>
#include <gtest/gtest.h>

#include "engine/calibration/calibrate.hpp"
#include "engine/numeric/distributions.hpp"
#include "engine/random/laws.hpp"
#include "tests/support/calibration_folder.hpp"
#include "tests/support/limits.hpp"

namespace equipoise {
namespace {

using checks::one_in_a_million;
using Folder = CalibrationFolder;

// The whole way, from a folder to draws: true parameters from the priors, two trials of 400 people under them
// written into an evidence file as a paper would report them, and a calibration of that folder. The second
// trial gives one number, which is only compared with.

constexpr std::uint64_t repetitions = 16;
constexpr std::size_t reported_people = 400;
constexpr std::size_t simulated_people = 4'000;
constexpr std::size_t parameters = 4;

/// Errors of what 400 people show: of a normal outcome that correlates 0.6 between baseline and month 12, in
/// two arms of 200 of whom a share `seen` is left. Predictions have a simulation's error on top, smaller by
/// the number of people (McFadden 1989: 1 + 1 / S).
struct Errors {
  Errors(double sd, double seen) {
    const double n = reported_people;
    const double more = std::sqrt(1.0 + n / static_cast<double>(simulated_people));
    mean = more * sd / std::sqrt(n);
    spread = more * sd / std::sqrt(2.0 * n);
    share = more * std::sqrt(seen * (1.0 - seen) / n);
    difference = more * 0.8 * sd * std::sqrt(4.0 / (n * seen));
    treated = more * sd * std::sqrt(2.0 / (n * seen));
  }
  double mean = 0.0;
  double spread = 0.0;
  double share = 0.0;
  double difference = 0.0;
  double treated = 0.0;
};

/// What two trials show under the scores.
Eigen::MatrixXd reported_under(const CalibrationSource& source, const Eigen::VectorXd& scores,
                               std::uint64_t seed) {
  const std::atomic<bool> stop = false;
  return SourcePredictions(source, load_condition, {seed, reported_people, 1}, stop, {})(scores);
}

std::string evidence_of(const Eigen::VectorXd& first, double treated, const Errors& error, double declared) {
  return Folder::trial_heading("one", "one.toml") +
         Folder::target("mean", "one", "fit", Folder::baseline_mean, first(0), declared * error.mean) +
         Folder::target("sd", "one", "fit", Folder::baseline_sd, first(1), declared * error.spread) +
         Folder::target("seen", "one", "fit", Folder::share_seen, first(2), declared * error.share) +
         Folder::target("difference", "one", "fit", Folder::difference("treatment"), first(3),
                        declared * error.difference) +
         Folder::target("treated", "one", "check", Folder::treated_mean, treated, declared * error.treated);
}

struct Recovery {
  double distance = 0.0;  // squared, of the truth from the mode, in the fit's Gaussian; summed
  double covered = 0.0;   // 90 % intervals that hold the truth
  double held_out = 0.0;  // squared z of the number that is only compared with; summed
};

Recovery recover(double declared) {
  Recovery result;
  const Folder folder;
  const CalibrationSource both = folder.source();
  for (std::uint64_t r = 0; r < repetitions; ++r) {
    std::vector<double> normals(parameters);
    fill_normal(Streams(5, r).at(Purpose::test, 78), normals);
    Eigen::VectorXd scores = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(both.parameters.size()));
    std::vector<double> truth;
    for (std::size_t j = 0; j < parameters; ++j) {
      scores(static_cast<Eigen::Index>(j)) = normals[j];
      truth.push_back(both.parameters[j].prior.at_score(normals[j]));
    }
    const Errors error(truth[Folder::sd], truth[Folder::retention]);
    const double treated = reported_under(both, scores, 2'000 + r)(4);
    folder.write("evidence.toml",
                 evidence_of(reported_under(both, scores, 1'000 + r).col(0), treated, error, declared));
    CalibrateOptions options;
    options.seed = r;
    options.participants = simulated_people;
    options.coarse_participants = 1'000;
    options.starts = 1;
    options.draws = 60;
    const std::atomic<bool> stop = false;
    const Calibration found = calibrate(folder.source(), remembering_loader(), options, stop, {});
    const Eigen::VectorXd off = (scores - found.fit.scores).head(parameters);
    const Eigen::MatrixXd covariance = found.fit.covariance.topLeftCorner(parameters, parameters);
    result.distance += off.dot(covariance.llt().solve(off));
    for (std::size_t j = 0; j < parameters; ++j) {
      if (found.parameters[j].low <= truth[j] && truth[j] <= found.parameters[j].high) ++result.covered;
    }
    result.held_out += found.targets[4].z * found.targets[4].z;
  }
  return result;
}

/// The p value, both sides, of a sum of squares of so many standard normal numbers.
double p_of_squares(double sum, double count) {
  const double at_most = chi_squared_cdf(sum, count);
  return 2.0 * std::min(at_most, 1.0 - at_most);
}

TEST(SimulatedRecovery, TheTruthIsWithinThePosteriorAndAHeldOutNumberWithinItsError) {
  const Recovery right = recover(1.0);
  EXPECT_GT(p_of_squares(right.distance, repetitions * parameters), one_in_a_million);
  // Sixty draws find the ends of an interval to a few hundredths of its probability.
  EXPECT_GT(checks::binomial_p(right.covered, repetitions * parameters, 0.88), one_in_a_million);
  EXPECT_GT(p_of_squares(right.held_out, repetitions), one_in_a_million);
}

TEST(SimulatedRecovery, ErrorsDeclaredAThirdAsLargeAsTheyAreFail) {
  const Recovery wrong = recover(1.0 / 3.0);
  EXPECT_LT(p_of_squares(wrong.distance, repetitions * parameters), one_in_a_million);
  EXPECT_LT(checks::binomial_p(wrong.covered, repetitions * parameters, 0.88), one_in_a_million);
  EXPECT_LT(p_of_squares(wrong.held_out, repetitions), one_in_a_million);
}

}  // namespace
}  // namespace equipoise
