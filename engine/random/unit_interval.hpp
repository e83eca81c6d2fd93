#pragma once

#include <cstdint>

namespace equipoise {

/// The number in (0, 1) that a word of a stream stands for: its upper 52 bits name one of 2^52 equal cells,
/// the number is the cell's middle. Exact in double precision, symmetric about 1/2, never 0 or 1.
[[nodiscard]] constexpr double unit_interval(std::uint64_t word) {
  constexpr double cell = 0x1p-52;
  return (static_cast<double>(static_cast<std::int64_t>(word >> 12U)) + 0.5) * cell;
}

}  // namespace equipoise
