#include <atomic>
#include <cmath>
#include <fstream>
#include <iterator>
#include <numbers>
#include <optional>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/numeric/distributions.hpp"
#include "engine/numeric/student_t.hpp"
#include "engine/scenario/build_assurance.hpp"
#include "engine/scenario/schema/document.hpp"
#include "models/condition_loader.hpp"
#include "tests/support/limits.hpp"
#include "tests/support/study_from.hpp"

namespace equipoise {
namespace {

// What is believed of the effect, in SDs: power 0.80 at the mean, but little is known.
constexpr double prior_mean = 0.5;
constexpr double prior_sd = 0.25;
// An arm of two_normal_arms.toml.
constexpr double arm = 64.0;

const double se = std::sqrt(2.0 / arm);
const double spread = std::sqrt(1.0 + prior_sd * prior_sd / (se * se));  // of the estimate, in units of se

/// The assurance of the one-sided z test at `level`: O'Hagan, Stevens and Campbell (2005).
double z_assurance(double level) {
  const double z = normal_quantile(1.0 - level);
  return normal_cdf((prior_mean - z * se) / std::sqrt(se * se + prior_sd * prior_sd));
}

/// The same of the two-sided pooled t test at 0.05. Over the prior the estimate is normal around its mean,
/// `spread` times as wide, while its standard error stays what it was: t / spread is noncentral t.
double t_assurance() {
  const double df = 2.0 * arm - 2.0;
  const double critical = student_quantile(0.975, df) / spread;
  const double delta = prior_mean / se / spread;
  return 1.0 - noncentral_t_cdf(critical, df, delta) + noncentral_t_cdf(-critical, df, delta);
}

double t_power(double effect) {
  const double df = 2.0 * arm - 2.0;
  const double critical = student_quantile(0.975, df);
  return 1.0 - noncentral_t_cdf(critical, df, effect / se) + noncentral_t_cdf(-critical, df, effect / se);
}

AssuranceRun run_with_prior() {
  std::ifstream in(std::string(EQUIPOISE_SOURCE_DIR) + "/scenarios/validation/two_normal_arms.toml");
  const std::string text =
      std::string{std::istreambuf_iterator<char>(in), {}} +
      fmt::format(
          "\n[assurance]\ndraws = 2000\ntrials = 10\ntruth_participants = 1000\n[assurance.prior]\n"
          "\"therapy.treatment.effect.outcome\" = {{ normal = [{}, {}] }}\n",
          prior_mean, prior_sd);
  Problems problems;
  const auto overrides = checks::overrides_of({"run.trials=1000", "run.truth_participants=1000"}, problems);
  const ScenarioFile file =
      scenario_from(parse_toml(text, "s.toml", problems), "s.toml", overrides, problems);
  std::optional<AssuranceRun> run = build_assurance(file, remembering_loader(), problems);
  if (!run) throw std::runtime_error(checks::text_of(problems));
  return std::move(*run);
}

/// Simulated once for all that is asked of it.
const Assurance& simulated() {
  static const Assurance found = [] {
    AssuranceRun run = run_with_prior();
    const std::atomic<bool> stop = false;
    run_cells(run.cells(stop), run.options(), nullptr, stop,
              [&](std::size_t cell, const CellResult& result) { run.study.add(cell, result); }, {});
    return run.study.result().front();
  }();
  return found;
}

TEST(AssuranceOfTwoNormalArms, IsItsClosedForm) {
  const Assurance& found = simulated();
  const double tolerance = checks::standard_errors_allowed() * found.assurance.mcse;
  // 126 degrees of freedom are nearly infinitely many, and hardly anybody rejects on the wrong side.
  EXPECT_NEAR(t_assurance(), z_assurance(0.025), 0.007);
  EXPECT_NEAR(found.assurance.value, t_assurance(), tolerance);
  EXPECT_NEAR(found.assurance.value, z_assurance(0.025), tolerance + 0.007);
  // The negative controls: the power at the prior's mean, and the level that is not halved.
  EXPECT_GT(std::abs(found.assurance.value - t_power(prior_mean)), tolerance);
  EXPECT_GT(std::abs(found.assurance.value - z_assurance(0.05)), tolerance);
  EXPECT_NEAR(found.power.value, t_power(prior_mean), checks::standard_errors_allowed() * found.power.mcse);
  // The only thing that is not known explains what there is to explain.
  EXPECT_GT(found.drivers[0].share, 0.9);
}

/// Mean of a function of the power over a normal prior of this SD, by the trapezoid rule.
template <typename Function>
double over_prior(double sd, const Function& function) {
  double sum = 0.0;
  for (int i = -800; i <= 800; ++i) {
    const double z = 0.01 * i;
    sum += 0.01 * std::exp(-0.5 * z * z) / std::sqrt(2.0 * std::numbers::pi) *
           function(t_power(prior_mean + sd * z));
  }
  return sum;
}

TEST(AssuranceOfTwoNormalArms, ThePowersSpreadIsThatOfThePrior) {
  const Assurance& found = simulated();
  const double mean = over_prior(prior_sd, [](double power) { return power; });
  EXPECT_NEAR(mean, t_assurance(), 1e-6);
  const double variance = over_prior(prior_sd, [&](double power) { return (power - mean) * (power - mean); });
  // A draw's square is at most (mean)^2, so that its variance is at most this.
  const double noise = over_prior(prior_sd, [](double power) { return power * (1.0 - power) / 10.0; });
  const double of_a_square = mean * mean * (variance + noise);
  const double tolerance = checks::standard_errors_allowed() * std::sqrt(of_a_square / 2000.0);
  EXPECT_NEAR(found.sd.value * found.sd.value, variance, tolerance);
  // The negative control: a prior two thirds as wide.
  const double narrow = over_prior(2.0 / 3.0 * prior_sd, [](double power) { return power; });
  EXPECT_GT(std::abs(found.sd.value * found.sd.value -
                     over_prior(2.0 / 3.0 * prior_sd,
                                [&](double power) { return (power - narrow) * (power - narrow); })),
            tolerance);
  EXPECT_NEAR(found.assurance.mcse, std::sqrt((variance + noise) / 2000.0),
              0.5 * tolerance / std::sqrt((variance + noise) * 2000.0));
}

}  // namespace
}  // namespace equipoise
