// The familywise error rate of every procedure: normal statistics of four treatments against one comparator,
// two-sided p values, a hundred thousand trials for each set of true nulls.

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/numeric/student_t.hpp"
#include "engine/random/laws.hpp"
#include "engine/testing/multiplicity.hpp"
#include "tests/statistical/analysis/frequency.hpp"

namespace equipoise {
namespace {

using checks::false_alarm;
using checks::Frequency;
using Method = MultiplicityMethod;

constexpr double alpha = 0.05;
constexpr std::uint64_t seed = 20251125;
constexpr std::size_t treatments = 4;
// Of a treatment that works, in standard errors: rejected often, not always, so that what is handed on
// differs from trial to trial.
constexpr double effect = 3.0;

/// Statistics with correlations of a half, and a scale estimated with so many degrees of freedom.
class Trials {
 public:
  Trials(std::uint64_t true_nulls, std::size_t count, double df = std::numeric_limits<double>::infinity())
      : true_nulls_(true_nulls), df_(count, df), p_(count), adjusted_(count) {}

  /// Whether the trial of that number rejects a true null.
  bool errs(const Multiplicity& procedure, std::uint64_t replicate) {
    Stream stream = Streams(seed, replicate).at(Purpose::test, 0);
    const Normal normal;
    const double comparator = normal(stream);
    const double df = df_.front();
    double squares = 0.0;
    for (int k = 0; k < (std::isinf(df) ? 0 : static_cast<int>(df)); ++k)
      squares += std::pow(normal(stream), 2.0);
    const double scale = std::isinf(df) ? 1.0 : std::sqrt(squares / df);
    for (std::size_t h = 0; h < p_.size(); ++h) {
      const double mean = (true_nulls_ >> h & 1U) != 0 ? 0.0 : effect;
      const double z = (normal(stream) - comparator) / std::sqrt(2.0) + mean;
      p_[h] = 2.0 * student_upper_tail(std::abs(z) / scale, df);
    }
    procedure(p_, df_, adjusted_, scratch_);
    for (std::size_t h = 0; h < p_.size(); ++h) {
      if ((true_nulls_ >> h & 1U) != 0 && adjusted_[h] <= alpha) return true;
    }
    return false;
  }

  Frequency errors(const Multiplicity& procedure) {
    Frequency frequency;
    for (int k = 0; k < checks::trials; ++k) frequency.add(errs(procedure, static_cast<std::uint64_t>(k)));
    return frequency;
  }

 private:
  std::uint64_t true_nulls_;
  std::vector<double> df_;
  std::vector<double> p_;
  std::vector<double> adjusted_;
  Multiplicity::Scratch scratch_;
};

/// How unlikely it is that so many or more err where alpha do.
double above_alpha_p(const Frequency& errors) {
  return errors.count == 0 ? 1.0 : 1.0 - binomial_cdf(errors.count - 1, checks::trials, alpha);
}

Multiplicity dunnett(Method method, std::size_t count, double correlation) {
  MultiplicityRules rules;
  rules.method = method;
  for (std::size_t i = 0; i < count * count; ++i) {
    rules.joint.correlation.push_back(i % (count + 1) == 0 ? 1.0 : correlation);
  }
  return {rules, count};
}

std::vector<Multiplicity> procedures() {
  std::vector<Multiplicity> all;
  for (const Method method : {Method::bonferroni, Method::holm, Method::hochberg, Method::hommel,
                              Method::fixed_sequence, Method::fallback}) {
    MultiplicityRules rules;
    rules.method = method;
    all.emplace_back(rules, treatments);
  }
  MultiplicityRules graph;
  graph.method = Method::graph;
  graph.weights = {0.6, 0.4, 0.0, 0.0};
  graph.transitions = {0.0, 0.5, 0.5, 0.0, 0.5, 0.0, 0.0, 0.5, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0};
  all.emplace_back(graph, treatments);
  for (const Gate gate : {Gate::parallel, Gate::serial}) {
    MultiplicityRules rules;
    rules.method = Method::gatekeeping;
    rules.families = {{{0, 1}, {0.5, 0.5}, FamilyMethod::holm, gate == Gate::serial ? 1.0 : 0.5, gate},
                      {{2, 3}, {0.5, 0.5}, FamilyMethod::holm, 1.0, Gate::parallel}};
    all.emplace_back(rules, treatments);
  }
  all.push_back(dunnett(Method::dunnett, treatments, 0.5));
  all.push_back(dunnett(Method::dunnett_step_down, treatments, 0.5));
  return all;
}

/// Which nulls are true: all, or some.
class FamilywiseError : public testing::TestWithParam<std::uint64_t> {};

TEST_P(FamilywiseError, IsAtMostAlpha) {
  Trials trials(GetParam(), treatments);
  for (const Multiplicity& procedure : procedures()) {
    const Frequency errors = trials.errors(procedure);
    EXPECT_GT(above_alpha_p(errors), false_alarm) << name_of(procedure.method()) << ": " << errors.count;
  }
}

INSTANTIATE_TEST_SUITE_P(Of, FamilywiseError, testing::Values(0b1111, 0b0001, 0b1010, 0b0111, 0b1100),
                         [](const auto& nulls) { return "TrueNulls" + std::to_string(nulls.param); });

TEST(FamilywiseErrorControl, WithoutAdjustmentItIsTooLarge) {
  for (const std::uint64_t nulls : {0b1111U, 0b1010U}) {
    EXPECT_LT(above_alpha_p(Trials(nulls, treatments).errors(Method::none)), false_alarm) << nulls;
  }
}

TEST(FamilywiseErrorControl, OfAFixedSequenceIsThatOfItsFirst) {
  MultiplicityRules rules;
  rules.method = Method::fixed_sequence;
  EXPECT_GT(Trials(0b1111, treatments).errors({rules, treatments}).p_value(alpha), false_alarm);
}

TEST(FamilywiseErrorControl, OfDunnettsTestIsAlphaToTheLetter) {
  EXPECT_GT(Trials(0b1111, treatments).errors(dunnett(Method::dunnett, treatments, 0.5)).p_value(alpha),
            false_alarm);
  // A wrong correlation shows, on either side.
  EXPECT_LT(Trials(0b1111, treatments).errors(dunnett(Method::dunnett, treatments, 0.9)).p_value(alpha),
            false_alarm);
  EXPECT_LT(Trials(0b1111, treatments).errors(dunnett(Method::dunnett, treatments, 0.0)).p_value(alpha),
            false_alarm);
}

TEST(FamilywiseErrorControl, OfDunnettsTestWithFewDegreesOfFreedomToo) {
  constexpr double few = 6.0;
  EXPECT_GT(Trials(0b11, 2, few).errors(dunnett(Method::dunnett, 2, 0.5)).p_value(alpha), false_alarm);
}

}  // namespace
}  // namespace equipoise
