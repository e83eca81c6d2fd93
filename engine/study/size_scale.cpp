#include "engine/study/size_scale.hpp"

#include <algorithm>
#include <cmath>

#include "engine/numeric/distributions.hpp"
#include "engine/study/response_curve.hpp"

namespace equipoise {
namespace {

// The predictor of an interval that is endlessly wide, near enough.
constexpr double no_interval = 8.0;
// What is above or below by so many standard errors is so by more than chance (one in a thousand).
constexpr double standard_errors_of_chance = 3.29;

}  // namespace

SizeScale::SizeScale(const SizeQuestion& question)
    : kind_(question.kind),
      of_participants_(question.start.has_value()),
      mean_target_(question.target),
      target_(predictor_of(question.kind, question.target)) {}

// Normal theory: the quantile of the power rises with the root of the number of participants, the logarithm
// of a half-width falls with half of its logarithm.
double SizeScale::at(double value) const {
  if (!of_participants_) return value;
  return kind_ == ResponseKind::rejection ? std::sqrt(value) : std::log(value);
}

double SizeScale::value(double at) const {
  if (!of_participants_) return at;
  if (kind_ == ResponseKind::half_width) return std::exp(at);
  return at > 0.0 ? at * at : 0.0;
}

double SizeScale::predictor(const Responses& responses) const {
  const auto n = static_cast<double>(responses.count);
  if (kind_ == ResponseKind::half_width) {
    // Where no fit succeeded there is no interval, as if it were endlessly wide.
    return responses.count > 0 ? predictor_of(kind_, responses.mean()) : -no_interval;
  }
  return predictor_of(kind_, (responses.sum + 0.5) / (n + 1.0));
}

double SizeScale::mean(double predictor) const {
  return mean_at(kind_, predictor);
}

bool SizeScale::clearly(bool reached, const Responses& responses) const {
  if (responses.count == 0) return !reached && responses.trials > 0;
  const auto n = static_cast<double>(responses.count);
  const double spread = std::sqrt(responses.variance());
  // Two of each kind are added (Agresti and Coull 1998): a power of 0 or 1 so far is not known exactly.
  const double p = (responses.sum + 2.0) / (n + 4.0);
  const bool power = kind_ == ResponseKind::rejection;
  const double error = power ? std::sqrt(p * (1.0 - p) / (n + 4.0)) : spread / std::sqrt(n);
  const double gain = power ? responses.mean() - mean_target_ : mean_target_ - responses.mean();
  return reached ? gain > standard_errors_of_chance * error : gain < -standard_errors_of_chance * error;
}

bool SizeScale::misses(const Responses& responses) const {
  if (responses.count == 0) return true;
  const bool power = kind_ == ResponseKind::rejection;
  const double gain = power ? responses.mean() - mean_target_ : mean_target_ - responses.mean();
  const double error = std::sqrt(responses.variance() / static_cast<double>(responses.count));
  return gain < -normal_quantile(0.975) * error;
}

double SizeScale::predictor_error(double of_response) const {
  return kind_ == ResponseKind::rejection ? of_response / normal_density(target_)
                                          : of_response / mean_target_;
}

}  // namespace equipoise
