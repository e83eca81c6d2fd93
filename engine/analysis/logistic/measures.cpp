#include "engine/analysis/logistic/measures.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/numeric/cholesky.hpp"

namespace equipoise {

double variance_of(const LogisticModel& model, LogisticOptions::Se se, std::span<double> l) {
  forward_substitute(model.factor(), l.size(), l);
  double variance = 0.0;
  for (const double part : l) variance += part * part;
  if (se == LogisticOptions::Se::model) return variance;
  back_substitute(model.factor(), l.size(), l);
  variance = 0.0;
  for (std::size_t i = 0; i < model.count(); ++i) {
    double score = 0.0;
    for (std::size_t k = 0; k < l.size(); ++k) score += l[k] * model.row(i)[k];
    score *= model.outcome(i) - model.fitted(i);
    variance += score * score;
  }
  return variance;
}

Measured odds_ratio(const LogisticModel& model, LogisticOptions::Se se, std::span<double> direction) {
  std::ranges::fill(direction, 0.0);
  direction[0] = 1.0;
  return {model.beta()[0], variance_of(model, se, direction)};
}

Measured standardized(const LogisticModel& model, const LogisticOptions& options,
                      std::span<double> direction) {
  const auto n = static_cast<double>(model.count());
  const double effect = model.beta()[0];
  const auto risks = [&](std::size_t i) {
    const double untreated = model.compared_log_odds(i);
    return std::pair{probability(untreated + effect), probability(untreated)};
  };
  double m1 = 0.0;
  double m0 = 0.0;
  for (std::size_t i = 0; i < model.count(); ++i) {
    const auto [p1, p0] = risks(i);
    m1 += p1 / n;
    m0 += p0 / n;
  }
  const bool ratio = options.measure == LogisticOptions::Measure::risk_ratio;
  const double a1 = ratio ? 1.0 / m1 : 1.0;
  const double a0 = ratio ? 1.0 / m0 : 1.0;
  std::ranges::fill(direction, 0.0);
  for (std::size_t i = 0; i < model.count(); ++i) {
    const auto [p1, p0] = risks(i);
    const double w1 = a1 * p1 * (1.0 - p1) / n;
    const double w0 = a0 * p0 * (1.0 - p0) / n;
    direction[0] += w1;
    for (std::size_t k = 1; k < direction.size(); ++k) {
      if (!model.is_arm(k)) direction[k] += (w1 - w0) * model.row(i)[k];
    }
  }
  const double value = ratio ? std::log(m1) - std::log(m0) : m1 - m0;
  forward_substitute(model.factor(), direction.size(), direction);
  double variance = 0.0;
  for (const double part : direction) variance += part * part;
  if (options.se == LogisticOptions::Se::model) return {value, variance};
  back_substitute(model.factor(), direction.size(), direction);
  variance = 0.0;
  for (std::size_t i = 0; i < model.count(); ++i) {
    const auto [p1, p0] = risks(i);
    double influence = 0.0;
    for (std::size_t k = 0; k < direction.size(); ++k) influence += direction[k] * model.row(i)[k];
    influence *= model.outcome(i) - model.fitted(i);
    influence += (a1 * (p1 - m1) - a0 * (p0 - m0)) / n;
    variance += influence * influence;
  }
  return {value, variance};
}

}  // namespace equipoise
