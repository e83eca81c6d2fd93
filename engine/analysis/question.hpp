#pragma once

#include "engine/design/endpoint.hpp"
#include "engine/design/hypothesis.hpp"

namespace equipoise {

/// The significance level of a test and on how many sides it is spent.
struct Level {
  double alpha = 0.05;
  int sides = 2;
};

/// What is asked of a difference: which value the null hypothesis gives it and on which side the alternative
/// lies.
///
/// superiority, two sides:  H0 difference = 0
/// superiority, one side:   H0 difference is 0 or on the worse side
/// superiority by a margin: H0 difference is better by the margin at most         (one-sided)
/// noninferiority:          H0 difference is worse by the margin or more          (one-sided)
/// equivalence:             H0 difference is the margin or more away from 0       (two one-sided tests)
class Question {
 public:
  Question(TestKind test, Direction better, double margin, Level level)
      : test_(test), sign_(sign_of(better)), margin_(margin), level_(level) {}

  struct Answer {
    double statistic;
    double p;
  };

  /// The p value, given `statistic(null)`, the standardized distance of the estimate from a null value, and
  /// `upper_tail(statistic)`, the probability of at least this much under that null (symmetric about 0).
  template <class StatisticAt, class UpperTail>
  [[nodiscard]] Answer ask(StatisticAt&& statistic, UpperTail&& upper_tail) const {
    switch (test_) {
      case TestKind::superiority: {
        const double z = statistic(sign_ * margin_);
        if (!directional()) return {z, 2.0 * upper_tail(z < 0.0 ? -z : z)};
        return {z, upper_tail(sign_ * z)};
      }
      case TestKind::noninferiority: {
        const double z = statistic(-sign_ * margin_);
        return {z, upper_tail(sign_ * z)};
      }
      case TestKind::equivalence: {
        const double above = statistic(-margin_);
        const double below = statistic(margin_);
        // Both have the same tail, so the one nearer to its null is the one that decides.
        return above <= -below ? Answer{above, upper_tail(above)} : Answer{below, upper_tail(-below)};
      }
    }
    return {0.0, 1.0};
  }

  /// The p value to hold against alpha. One-sided tests answer for one side of it: with two sides their p
  /// value counts double. A NaN, from a fit that failed, counts as 1.
  [[nodiscard]] double on_scale_of_alpha(double p) const {
    const double scaled = directional() && level_.sides == 2 ? 2.0 * p : p;
    return scaled < 1.0 ? scaled : 1.0;
  }
  /// Whether the test can reject in one direction only.
  [[nodiscard]] bool directional() const {
    return test_ != TestKind::superiority || level_.sides == 1 || margin_ > 0.0;
  }
  /// Whether a rejection with this statistic, the answer's, is one in favour of the comparator. A test in one
  /// direction never is.
  [[nodiscard]] bool favours_comparator(double statistic) const {
    return !directional() && sign_ * statistic < 0.0;
  }
  /// Of the two-sided interval that goes with the level: 1 - alpha, or 1 - 2 alpha where alpha is one-sided.
  [[nodiscard]] double confidence() const { return 1.0 - (level_.sides == 2 ? 1.0 : 2.0) * level_.alpha; }

 private:
  TestKind test_;
  double sign_;
  double margin_;
  Level level_;
};

}  // namespace equipoise
