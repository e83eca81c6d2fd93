#pragma once

#include <cstdint>
#include <string>

#include "engine/characteristics/characteristics.hpp"

namespace equipoise {

/// 12345 -> "12,345"
[[nodiscard]] std::string grouped(std::uint64_t number);

/// A number with so many decimals; what rounds to zero has no sign.
[[nodiscard]] std::string fixed(double number, int decimals);

/// A number with as many decimals as its Monte Carlo standard error supports (one significant digit of the
/// error, in parentheses): "0.812 (0.004)". Without an error, `decimals` of them; "-" where there is no
/// number.
[[nodiscard]] std::string with_error(const Simulated& number, int decimals = 4);

/// A proportion in percent with its error: "81.2 % (0.4)", never with fewer than one decimal; alone where its
/// error is not known.
[[nodiscard]] std::string percent_with_error(const Simulated& share);

/// A proportion in percent: "81.2 %".
[[nodiscard]] std::string percent(double share);

/// Fits that gave no estimate.
[[nodiscard]] std::uint64_t failed_fits(const TestCharacteristics& test);

}  // namespace equipoise
