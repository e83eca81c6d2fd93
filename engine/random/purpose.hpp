#pragma once

#include <cmath>
#include <cstdint>

namespace equipoise {

/// What a random number is for. Part of every stream's address, so two purposes never share a number. Values
/// are never reused or renumbered: results files name the stream version that they belong to. Where a unit is
/// not a participant, the stream is a column: its k-th number belongs to the k-th participant enrolled (at
/// the site, for allocation).
enum class Purpose : std::uint32_t {
  test = 0,
  recruitment = 1,        // unit: 0 the site, 1 the time since the last one
  allocation = 2,         // unit: site
  baseline = 3,           // unit: participant; sub: further attempt at meeting the entry criteria
  course = 4,             // unit: unit_of_month of the visit; sub: endpoint
  response = 5,           // unit: 0
  attendance = 6,         // unit: 0
  practice = 7,           // unit: 0
  dropout = 8,            // unit: 0
  missed_visit = 9,       // unit: visit
  site_effect = 10,       // unit: site
  therapist_effect = 11,  // unit: therapist
  group_effect = 12,      // unit: therapy group
  sobol_shift = 20,       // unit: dimension
  resample = 21,          // unit: number of the resample
};

/// Raised whenever the same address would give other numbers than before.
inline constexpr std::uint64_t stream_version = 1;

/// The unit of a visit: its month, in millionths. A visit that is added between others leaves theirs as they
/// were.
[[nodiscard]] inline std::uint64_t unit_of_month(double month) {
  return static_cast<std::uint64_t>(std::llround(month * 1e6));
}

}  // namespace equipoise
