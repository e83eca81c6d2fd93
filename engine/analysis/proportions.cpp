#include "engine/analysis/proportions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "engine/analysis/sample.hpp"
#include "engine/numeric/distributions.hpp"
#include "engine/numeric/sums.hpp"

namespace equipoise {
namespace {

struct Proportion {
  double count;
  double value;

  [[nodiscard]] double variance_of(double probability) const {
    return probability * (1.0 - probability) / count;
  }
};

/// The probability of the first arm that is most likely among all pairs that differ by `null`: the one root
/// of the likelihood equation's cubic a x^3 + b x^2 + c x + d that is a probability of both (Farrington and
/// Manning 1990).
double most_likely_under(double null, const Proportion& first, const Proportion& second) {
  const double theta = second.count / first.count;
  const double both = first.value + theta * second.value;
  const double a = 1.0 + theta;
  const double b = -(1.0 + theta + both + null * (theta + 2.0));
  const double c = null * null + null * (2.0 * first.value + theta + 1.0) + both;
  const double d = -first.value * null * (1.0 + null);

  const double shift = b / (3.0 * a);
  const double v = shift * shift * shift - b * c / (6.0 * a * a) + d / (2.0 * a);
  const double u = std::copysign(std::sqrt(std::fmax(shift * shift - c / (3.0 * a), 0.0)), v);
  const double cosine = u == 0.0 ? 0.0 : std::clamp(v / (u * u * u), -1.0, 1.0);
  const double w = (std::numbers::pi + std::acos(cosine)) / 3.0;
  return std::clamp(2.0 * u * std::cos(w) - shift, std::fmax(0.0, null), std::fmin(1.0, 1.0 + null));
}

// z = (p1 - p2 - null) / sqrt(q1 (1 - q1) / n1 + q2 (1 - q2) / n2),   q the most likely probabilities with q1
// - q2 = null
double score(double null, const Proportion& first, const Proportion& second) {
  const double pooled =
      (first.count * first.value + second.count * second.value) / (first.count + second.count);
  const double q1 = null == 0.0 ? pooled : most_likely_under(null, first, second);
  const double distance = first.value - second.value - null;
  // Nobody or everybody in both arms: no evidence against equality, though the variance is zero.
  if (distance == 0.0) return 0.0;
  return distance / std::sqrt(first.variance_of(q1) + second.variance_of(q1 - null));
}

struct Limits {
  double lower;
  double upper;
};

// (2 n p + z^2 -+ z sqrt(z^2 + 4 n p (1 - p))) / (2 (n + z^2))
Limits wilson(const Proportion& proportion, double z) {
  const double n = proportion.count;
  const double p = proportion.value;
  const double middle = 2.0 * n * p + z * z;
  const double reach = z * std::sqrt(z * z + 4.0 * n * p * (1.0 - p));
  const double whole = 2.0 * (n + z * z);
  return {std::fmax((middle - reach) / whole, 0.0), std::fmin((middle + reach) / whole, 1.0)};
}

// p1 - p2 - sqrt((p1 - l1)^2 + (u2 - p2)^2)   to   p1 - p2 + sqrt((u1 - p1)^2 + (p2 - l2)^2)
Limits newcombe(const Proportion& first, const Proportion& second, double z) {
  const Limits of_first = wilson(first, z);
  const Limits of_second = wilson(second, z);
  const double difference = first.value - second.value;
  return {difference - std::hypot(first.value - of_first.lower, of_second.upper - second.value),
          difference + std::hypot(of_first.upper - first.value, second.value - of_second.lower)};
}

}  // namespace

Estimate proportions(const TrialData& data, const Contrast& contrast, const Question& question,
                     const ProportionsOptions& options, AnalysisWorkspace& workspace, FitDetails* details) {
  const bool failures = options.missing == ProportionsOptions::Missing::failure;
  const Sample sample = failures ? randomized_sample(data, contrast, workspace)
                                 : observed_sample(data, contrast, ModelArms::compared, {}, workspace);
  if (sample.too_few()) return failed(FitStatus::too_few);
  const std::span<double> yes = scratch(workspace.columns, sample.count());
  read_outcome(data, contrast, sample.participants, yes);
  if (failures) {
    // Who has no value, or no baseline to respond from, has the worse one.
    const Direction better = better_after(contrast.transform, contrast.better);
    const double failure = better == Direction::higher_better ? 0.0 : 1.0;
    const bool from_baseline = contrast.transform.kind == Transform::Kind::responder ||
                               contrast.transform.kind == Transform::Kind::change;
    const auto value = data.values.at(contrast.endpoint, contrast.visit);
    const auto baseline = data.values.at(contrast.endpoint, baseline_visit);
    for (std::size_t j = 0; j < sample.count(); ++j) {
      const std::uint32_t i = sample.participants[j];
      if (std::isnan(value[i]) || (from_baseline && std::isnan(baseline[i]))) yes[j] = failure;
    }
  }
  const auto proportion_of = [](std::span<const double> values) {
    const auto count = static_cast<double>(values.size());
    return Proportion{count, sum(values) / count};
  };
  const Proportion comparator = proportion_of(yes.first(sample.comparator_count));
  const Proportion treatment = proportion_of(yes.subspan(sample.comparator_count));

  constexpr double infinite = std::numeric_limits<double>::infinity();
  const auto statistic = [&](double null) { return score(null, treatment, comparator); };
  const Question::Answer answer = question.ask(statistic, [](double z) { return normal_cdf(-z); });
  const Limits limits =
      newcombe(treatment, comparator, workspace.quantiles(0.5 + 0.5 * question.confidence(), infinite));
  const double difference = treatment.value - comparator.value;
  const double se =
      std::sqrt(treatment.variance_of(treatment.value) + comparator.variance_of(comparator.value));
  if (details != nullptr) {
    details->participants = details->observations = sample.count();
    details->coefficients = {{{Term::Kind::intercept, 0, {}},
                              comparator.value,
                              std::sqrt(comparator.variance_of(comparator.value)),
                              infinite},
                             {{Term::Kind::arm, contrast.treatment.value, {}}, difference, se, infinite}};
  }
  return {.value = difference,
          .se = se,
          .df = infinite,
          .statistic = answer.statistic,
          .p = answer.p,
          .lower = limits.lower,
          .upper = limits.upper,
          .status = FitStatus::ok};
}

}  // namespace equipoise
