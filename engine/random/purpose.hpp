#pragma once

#include <cstdint>

namespace equipoise {

/// What a random number is for. Part of every stream's address, so two purposes never share a number. Values
/// are never reused or renumbered: results files name the stream version that they belong to.
enum class Purpose : std::uint32_t {
  test = 0,
  recruitment = 1,        // unit: participant
  allocation = 2,         // unit: stratum; sub: block
  baseline = 3,           // unit: participant; sub: attempt at meeting the entry criteria
  course = 4,             // unit: participant; sub: endpoint
  response = 5,           // unit: participant
  attendance = 6,         // unit: participant
  practice = 7,           // unit: participant
  dropout = 8,            // unit: participant
  missed_visit = 9,       // unit: participant
  site_effect = 10,       // unit: site
  therapist_effect = 11,  // unit: therapist
  group_effect = 12,      // unit: therapy group
};

/// Raised whenever the same address would give other numbers than before.
inline constexpr std::uint64_t stream_version = 1;

}  // namespace equipoise
