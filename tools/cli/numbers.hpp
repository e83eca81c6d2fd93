#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/characteristics/characteristics.hpp"

namespace equipoise {

/// 12345 -> "12,345"
[[nodiscard]] std::string grouped(std::uint64_t number);

/// "1 trial", "12,345 trials".
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view one, std::string_view several);
/// The same where the several only end in an s.
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view one);

/// A number with so many decimals; what rounds to zero has no sign.
[[nodiscard]] std::string fixed(double number, int decimals);

/// A number with as many decimals as its Monte Carlo standard error supports (one significant digit of the
/// error, in parentheses): "0.812 (0.004)". Without an error, `decimals` of them; "-" where there is no
/// number, and "0" where both are 0 but for rounding.
[[nodiscard]] std::string with_error(const Simulated& number, int decimals = 4);

/// A proportion in percent with its error: "81.2 % (0.4)", never with fewer than one decimal; alone where its
/// error is not known.
[[nodiscard]] std::string percent_with_error(const Simulated& share);

/// A proportion in percent: "81.2 %".
[[nodiscard]] std::string percent(double share);

/// A difference of proportions in percentage points, signed: "+0.4 (0.1)"; "0" where both are 0.
[[nodiscard]] std::string points_with_error(const Simulated& difference);

/// Of so many fits that ended so, those that gave no estimate.
[[nodiscard]] std::uint64_t failed_fits(const std::array<std::uint64_t, fit_status_count>& status);
[[nodiscard]] std::uint64_t failed_fits(const TestCharacteristics& test);

}  // namespace equipoise
