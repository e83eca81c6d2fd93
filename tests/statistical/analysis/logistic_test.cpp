// Logistic models of a table reject and cover as often as a finite sum over all tables says, worked out here
// from textbook formulas. With a covariate there is no such sum: the trials are large enough for the law of
// large samples, and what is left of its error is declared.

#include <cmath>

#include <gtest/gtest.h>

#include "engine/numeric/distributions.hpp"
#include "tests/statistical/analysis/drawn_trials.hpp"
#include "tests/statistical/analysis/tables.hpp"

namespace equipoise::checks {
namespace {

using Measure = LogisticOptions::Measure;

constexpr double reach = 1.9599639845400545;
constexpr double quantile = reach * reach;  // of chi-squared with one degree of freedom
constexpr int treated = 14;
constexpr int compared = 18;

const LogisticOptions wald{.measure = Measure::odds_ratio, .se = LogisticOptions::Se::model};
const LogisticOptions likelihood_ratio{.measure = Measure::odds_ratio,
                                       .test = LogisticOptions::Test::likelihood_ratio};
const LogisticOptions risk_difference{};
// The test is the likelihood ratio's, the interval that of the risk difference.
const LogisticOptions risk_difference_by_ratio{.test = LogisticOptions::Test::likelihood_ratio};

/// A table and its likelihood with the log odds ratio held.
struct Table {
  double yes1, no1, yes0, no0;

  Table(int of_treated, int of_compared)
      : yes1(of_treated), no1(treated - of_treated), yes0(of_compared), no0(compared - of_compared) {}

  /// Who is never, or always, a yes has no finite log odds: status separated, no rejection.
  [[nodiscard]] bool separated() const { return yes1 * no1 * yes0 * no0 == 0.0; }
  [[nodiscard]] double log_odds_ratio() const { return std::log(yes1 * no0 / (no1 * yes0)); }
  [[nodiscard]] double woolf() const { return std::sqrt(1.0 / yes1 + 1.0 / no1 + 1.0 / yes0 + 1.0 / no0); }
  [[nodiscard]] double difference() const { return yes1 / treated - yes0 / compared; }
  [[nodiscard]] double error_of_difference() const {
    return std::sqrt(yes1 * no1 / std::pow(treated, 3) + yes0 * no0 / std::pow(compared, 3));
  }
  /// Twice the fall of the log-likelihood from its maximum, the comparator's log odds by bisection.
  [[nodiscard]] double fall(double held) const {
    const auto risk = [](double log_odds) { return 1.0 / (1.0 + std::exp(-log_odds)); };
    double low = -30.0;
    double high = 30.0;
    for (int halving = 0; halving < 100; ++halving) {
      const double middle = 0.5 * (low + high);
      (treated * risk(middle + held) + compared * risk(middle) < yes1 + yes0 ? low : high) = middle;
    }
    const auto at = [&](double p1, double p0) {
      return yes1 * std::log(p1) + no1 * std::log1p(-p1) + yes0 * std::log(p0) + no0 * std::log1p(-p0);
    };
    return 2.0 * (at(yes1 / treated, yes0 / compared) - at(risk(low + held), risk(low)));
  }
};

struct Behaviour {
  Frequency rejected;
  Frequency covered;
  Frequency by_narrow_limits;  // twin: an interval 10 % too narrow
};

template <class Draw>
Behaviour behaviour(TrialData& data, std::uint64_t seed, Draw&& draw, const LogisticOptions& options,
                    double truth) {
  AnalysisWorkspace workspace;
  Behaviour seen;
  for_each_draw(seed, draw, [&] {
    const Estimate estimate = analyse(data, first_arms_at(1), two_sided_question(), options, workspace);
    seen.rejected.add(estimate.p <= 0.05);
    seen.covered.add(estimate.lower <= truth && truth <= estimate.upper);
    const double lower = estimate.value + 0.9 * (estimate.lower - estimate.value);
    const double upper = estimate.value + 0.9 * (estimate.upper - estimate.value);
    seen.by_narrow_limits.add(lower <= truth && truth <= upper);
  });
  return seen;
}

template <class Rejects, class Covers>
void expect_tables(std::uint64_t seed, const LogisticOptions& options, double truth, double p1, double p0,
                   Rejects&& rejects, Covers&& covers) {
  TrialData data = blank_trial({compared, treated});
  const Uniform uniform;
  const auto draw = [&](Stream& stream) {
    const auto value = values_at(data, 1);
    for (std::size_t i = 0; i < value.size(); ++i) {
      value[i] = uniform(stream) < (data.arm[i] == 1 ? p1 : p0) ? 1.0 : 0.0;
    }
  };
  const Behaviour seen = behaviour(data, seed, draw, options, truth);
  const auto share = [&](auto&& happens) {
    return over_all_tables(treated, compared, p1, p0, [&](int a, int b) {
      const Table table(a, b);
      return !table.separated() && happens(table);
    });
  };
  const double rejecting = share(rejects);
  const double covering = share(covers);
  EXPECT_GT(seen.rejected.p_value(rejecting), false_alarm) << seen.rejected.count << " " << rejecting;
  EXPECT_GT(seen.covered.p_value(covering), false_alarm) << seen.covered.count << " " << covering;
  EXPECT_LT(seen.by_narrow_limits.p_value(covering), false_alarm) << seen.by_narrow_limits.count;
}

TEST(StatisticalLogistic, WaldsTestOfATableDoesWhatItsTablesSay) {
  const double truth = std::log(0.5 * 0.7 / (0.5 * 0.3));
  expect_tables(
      41, wald, truth, 0.5, 0.3,
      [](const Table& t) { return std::abs(t.log_odds_ratio()) >= reach * t.woolf(); },
      [&](const Table& t) { return std::abs(t.log_odds_ratio() - truth) <= reach * t.woolf(); });
}

TEST(StatisticalLogistic, TheLikelihoodRatioOfATableDoesWhatItsTablesSay) {
  const double truth = std::log(0.15 * 0.7 / (0.85 * 0.3));
  expect_tables(
      42, likelihood_ratio, truth, 0.15, 0.3, [](const Table& t) { return t.fall(0.0) >= quantile; },
      [&](const Table& t) { return t.fall(truth) <= quantile; });
}

TEST(StatisticalLogistic, TheRiskDifferenceOfATableDoesWhatItsTablesSay) {
  expect_tables(
      43, risk_difference, 0.2, 0.5, 0.3,
      [](const Table& t) { return std::abs(t.difference()) >= reach * t.error_of_difference(); },
      [](const Table& t) { return std::abs(t.difference() - 0.2) <= reach * t.error_of_difference(); });
}

/// 50 people an arm, P(yes) = risk(-0.3 + 0.8 x + effect of the arm), x standard normal.
class Adjusted {
 public:
  explicit Adjusted(double effect) : effect_(effect) {}

  [[nodiscard]] Behaviour operator()(std::uint64_t seed, LogisticOptions options, double truth) {
    options.adjust = {{Covariate::Kind::baseline, EndpointId{0}}};
    const auto draw = [&](Stream& stream) {
      const auto x = values_at(data_, 0);
      const auto y = values_at(data_, 1);
      for (std::size_t i = 0; i < y.size(); ++i) {
        x[i] = Normal{}(stream);
        y[i] = Uniform{}(stream) < risk(x[i], data_.arm[i] == 1 ? effect_ : 0.0) ? 1.0 : 0.0;
      }
    };
    return behaviour(data_, seed, draw, options, truth);
  }
  /// The mean risk difference over x, by the midpoint rule.
  [[nodiscard]] double true_difference() const {
    double total = 0.0;
    constexpr double step = 0.01;
    for (double x = -8.0 + 0.5 * step; x < 8.0; x += step) {
      const double density = std::exp(-0.5 * x * x) / std::sqrt(2.0 * std::acos(-1.0));
      total += step * density * (risk(x, effect_) - risk(x, 0.0));
    }
    return total;
  }

 private:
  [[nodiscard]] static double risk(double x, double effect) {
    return 1.0 / (1.0 + std::exp(0.3 - 0.8 * x - effect));
  }

  double effect_;
  TrialData data_ = blank_trial({50, 50});
};

// Of 100 people, errors of the order of 1 / n: half a percentage point is allowed for them.
void expect_near(const Behaviour& seen, bool null) {
  if (null) {
    EXPECT_GT(seen.rejected.p_value(0.045, 0.055), false_alarm) << seen.rejected.count;
  }
  EXPECT_GT(seen.covered.p_value(0.945, 0.955), false_alarm) << seen.covered.count;
  EXPECT_LT(seen.by_narrow_limits.p_value(0.945, 0.955), false_alarm) << seen.by_narrow_limits.count;
}

TEST(StatisticalLogistic, AdjustedForACovariateKeepsItsLevelAndCovers) {
  expect_near(Adjusted(0.0)(44, risk_difference_by_ratio, 0.0), true);
  expect_near(Adjusted(0.7)(45, wald, 0.7), false);
  Adjusted helped(0.7);
  expect_near(helped(46, risk_difference, helped.true_difference()), false);
}

}  // namespace
}  // namespace equipoise::checks
