#pragma once

#include "engine/base/named.hpp"

namespace equipoise {

/// In what a protocol counts the time of its visits.
enum class TimeUnit { months, weeks };

template <>
struct NamesOf<TimeUnit> {
  static constexpr std::array<Named<TimeUnit>, 2> all{
      {{"months", TimeUnit::months}, {"weeks", TimeUnit::weeks}}};
};

/// A month is a twelfth of a year of 365.25 days, a week 7 days.
inline constexpr double weeks_per_month = 365.25 / 7.0 / 12.0;

/// A time in months, in the unit, and the way back.
[[nodiscard]] constexpr double in_unit(double months, TimeUnit unit) {
  return unit == TimeUnit::weeks ? months * weeks_per_month : months;
}
[[nodiscard]] constexpr double in_months(double time, TimeUnit unit) {
  return unit == TimeUnit::weeks ? time / weeks_per_month : time;
}

/// "month" or "week"
[[nodiscard]] constexpr const char* singular(TimeUnit unit) {
  return unit == TimeUnit::weeks ? "week" : "month";
}

}  // namespace equipoise
