#include <algorithm>
#include <cmath>

#include "models/trajectory_model.hpp"

namespace equipoise {
namespace {

// A file writes 1/7 with six digits or more.
constexpr double rounded_step = 1e-5;

void read_score(const Endpoint& endpoint, std::span<double> values) {
  const double minimum = endpoint.minimum;
  const double maximum = endpoint.maximum;
  const double step = endpoint.step;
  if (step <= 0.0) {
    for (double& value : values) value = std::min(std::max(value, minimum), maximum);
    return;
  }
  // Tenths and sevenths have no exact step, but a whole number of steps a unit: dividing by it shows 59.4,
  // not 59.400000000000006.
  const double whole = std::nearbyint(1.0 / step);
  const double steps_a_unit = std::abs(whole * step - 1.0) < rounded_step ? whole : 1.0 / step;
  for (double& value : values) {
    const double inside = std::min(std::max(value, minimum), maximum);
    value = std::min(minimum + std::nearbyint((inside - minimum) * steps_a_unit) / steps_a_unit, maximum);
  }
}

}  // namespace

void read_instrument(const EndpointCourse& course, std::span<double> values) {
  switch (course.endpoint.kind) {
    case EndpointKind::continuous:
      return;
    case EndpointKind::score:
      read_score(course.endpoint, values);
      return;
    case EndpointKind::state:
      for (double& value : values) value = value > 0.0 ? 1.0 : 0.0;
      return;
    case EndpointKind::amount:
      for (double& value : values) {
        const double amount = std::exp(value);
        value = amount < course.stopped_below ? 0.0 : amount;
      }
      return;
  }
}

}  // namespace equipoise
