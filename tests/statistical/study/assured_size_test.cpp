// How many participants an assurance takes, beside integrals over what is believed.

#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/numeric/distributions.hpp"
#include "engine/numeric/moments.hpp"
#include "engine/numeric/root.hpp"
#include "engine/numeric/student_t.hpp"
#include "engine/random/laws.hpp"
#include "engine/scenario/draw_trials.hpp"
#include "engine/study/size_search.hpp"
#include "tests/statistical/study/searched.hpp"
#include "tests/support/limits.hpp"
#include "tests/unit/study/binomial_trials.hpp"

namespace equipoise {
namespace {

using checks::closed_form;

constexpr double target = 0.8;

/// Effects that are believed to be normal around 0.5 with an SD of 0.2.
std::vector<double> believed(std::uint64_t seed, std::size_t draws) {
  std::vector<double> effects(draws);
  fill_normal(Streams(seed, 0).at(Purpose::test, 1), effects);
  for (double& effect : effects) effect = 0.5 + 0.2 * effect;
  return effects;
}

/// Trials of known powers, as many of each draw.
TryValue coins_of(const std::vector<double>& effects, std::uint64_t seed) {
  return [&effects, seed](double value, std::uint64_t first, std::uint64_t trials) {
    const std::uint64_t each = trials / effects.size();
    Responses all;
    for (std::size_t d = 0; d < effects.size(); ++d) {
      const TryValue draw = coins(seed, [&](double n) { return normal_power(n, effects[d]); });
      all.merge(draw(value, first + d * each, each));
    }
    return all;
  };
}

struct Searched {
  SizeAnswer trials_alone;
  SizeAnswer with_draws;
};

Searched search_over(const std::vector<double>& effects, std::uint64_t seed) {
  SizeQuestion question = about_participants(100.0, target);
  question.unit = effects.size();
  SizeSearch search(question, coins_of(effects, seed));
  Searched searched;
  searched.trials_alone = search.answer();
  Moments powers;
  for (const double effect : effects) powers.add(normal_power(searched.trials_alone.value, effect));
  const double df = static_cast<double>(effects.size()) - 1.0;
  searched.with_draws = search.allowing_for(powers.standard_error(), df, searched.trials_alone);
  return searched;
}

bool holds(const SizeAnswer& answer, double number) {
  const double whole = std::ceil(number);  // as it is told
  return answer.outcome == SizeOutcome::found && answer.lower <= whole && whole <= answer.upper;
}

TEST(AssuredSize, TheIntervalHoldsTheIntegralAsOftenAsItSays) {
  constexpr int searches = 2'000;
  const double expected = closed_form("assured_normal");
  int held = 0;
  int held_by_trials_alone = 0;
  for (std::uint64_t k = 0; k < searches; ++k) {
    const Searched searched = search_over(believed(k, 200), 1'000 + k);
    held += holds(searched.with_draws, expected) ? 1 : 0;
    held_by_trials_alone += holds(searched.trials_alone, expected) ? 1 : 0;
  }
  EXPECT_GT(checks::binomial_p(held, searches, 0.95), checks::one_in_a_million) << held;
  // What the draws leave open is most of it: without them the interval holds far too little.
  EXPECT_LT(checks::binomial_p(held_by_trials_alone, searches, 0.95), checks::one_in_a_million)
      << held_by_trials_alone;
}

const std::string unknown_effect = std::string(checks::two_arms) + R"(
[assurance]
draws = 300
[assurance.prior]
"therapy.treatment.effect.outcome" = { normal = [0.5, 0.2] }
[size]
assurance = 0.8
)";

/// The power of a two-sided t test at 0.05.
double t_power(double n, double effect) {
  const double critical = student_quantile(0.975, n - 2.0);
  const double shift = effect * std::sqrt(n / 4.0);
  return 1.0 - noncentral_t_cdf(critical, n - 2.0, shift) + noncentral_t_cdf(-critical, n - 2.0, shift);
}

TEST(AssuredSize, OfTwoMeansIsTheNoncentralTAveragedOverItsDraws) {
  Problems problems;
  const ScenarioFile file =
      scenario_from(parse_toml(unknown_effect, "unknown_effect", problems), "unknown_effect", {}, problems);
  const VariedKey key = varied_key_of(file, load_condition);
  const std::optional<AssuranceRun> run = build_assurance(file, load_condition, problems);
  ASSERT_TRUE(run.has_value()) << checks::text_of(problems);
  const std::vector<double> all = run->scenarios.columns().front().numbers;
  const std::vector<double> effects(all.begin() + 1, all.end());  // the first cell has the effect as planned
  const auto expected_of = [&](double too_large) {
    return find_root(
        [&](double n) {
          double sum = 0.0;
          for (const double effect : effects) sum += t_power(n, effect + too_large);
          return sum / static_cast<double>(effects.size()) - target;
        },
        20.0, 5'000.0);
  };

  const std::atomic<bool> stop = false;
  DrawTrials trials(file, key, load_condition, {});
  SizeQuestion question = about_participants(100.0, target);
  question.unit = effects.size();
  question.precision = 3.0;
  SizeSearch search(question, [&](double value, std::uint64_t first, std::uint64_t count) {
    return trials(value, {7, first, count, 0}, stop, [](std::uint64_t) {});
  });
  const SizeAnswer answer = search.answer();
  ASSERT_TRUE(answer.precise);
  const double error = (0.5 * (answer.upper - answer.lower) + 0.5) / normal_quantile(0.975);
  const double allowed = checks::standard_errors_allowed() * error;
  EXPECT_NEAR(answer.exact, expected_of(0.0), allowed);
  // Effects a tenth of an SD larger, as a negative control.
  EXPECT_GT(answer.exact - expected_of(0.1), allowed);
  // And the integral over all that is believed is within what so many draws leave open.
  Moments powers;
  for (const double effect : effects) powers.add(t_power(answer.exact, effect));
  const double df = static_cast<double>(effects.size()) - 1.0;
  const SizeAnswer wider = search.allowing_for(powers.standard_error(), df, answer);
  const double half = 0.5 * (wider.upper - wider.lower) / normal_quantile(0.975);
  EXPECT_NEAR(answer.exact, closed_form("assured"), checks::standard_errors_allowed() * half);
}

}  // namespace
}  // namespace equipoise
