#include "tools/cli/numbers.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace equipoise {
namespace {

constexpr double rounding = 1e-12;

// Beyond so many decimals a number is written with a power of ten.
constexpr int most_decimals = 8;

int decimals_of(double error) {
  return -static_cast<int>(std::floor(std::log10(error)));
}

/// A number with an error too small for decimals.
std::string tiny(const Simulated& number, int supported, int decimals) {
  const int leading = decimals_of(std::abs(number.value));  // of its first digit
  if (leading <= decimals) return fixed(number.value, decimals);
  return fmt::format("{:.{}e} ({:.0e})", number.value, std::clamp(supported - leading, 0, most_decimals),
                     number.mcse);
}

}  // namespace

std::string grouped(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t at = 0; at < digits.size(); ++at) {
    if (at > 0 && (digits.size() - at) % 3 == 0) text += ',';
    text += digits[at];
  }
  return text;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view several) {
  return fmt::format("{} {}", grouped(number), number == 1 ? one : several);
}

std::string counted(std::uint64_t number, std::string_view one) {
  return counted(number, one, std::string(one) + "s");
}

std::string fixed(double number, int decimals) {
  std::string text = fmt::format("{:.{}f}", number, decimals);
  if (text.find_first_not_of("-0.") == std::string::npos && text.front() == '-') return text.substr(1);
  return text;
}

std::string with_error(const Simulated& number, int decimals) {
  if (std::isnan(number.value)) return "-";
  if (std::abs(number.value) < rounding && !(number.mcse > rounding)) return "0";
  // An error of rounding alone (a true value that is the same for everybody) is none.
  if (!(number.mcse > rounding * std::abs(number.value))) return fixed(number.value, decimals);
  const int supported = decimals_of(number.mcse);
  if (supported > most_decimals) return tiny(number, supported, decimals);
  const int shown = std::max(supported, 0);
  return fmt::format("{} ({})", fixed(number.value, shown), fixed(number.mcse, shown));
}

std::string percent(double share) {
  return std::isnan(share) ? "-" : fixed(100.0 * share, 1) + " %";
}

std::string percent_with_error(const Simulated& share) {
  if (std::isnan(share.value) || std::isnan(share.mcse)) return percent(share.value);
  const double error = 100.0 * share.mcse;
  const int decimals = error > 0.0 ? std::clamp(decimals_of(error), 1, 4) : 1;
  return fmt::format("{} % ({})", fixed(100.0 * share.value, decimals), fixed(error, decimals));
}

std::string points_with_error(const Simulated& difference) {
  if (std::isnan(difference.value)) return "-";
  if (std::abs(difference.value) < rounding && !(difference.mcse > rounding)) return "0";
  const std::string text = percent_with_error(difference);
  const std::size_t sign = text.find(" %");
  return (difference.value > 0.0 ? "+" : "") + text.substr(0, sign) + text.substr(sign + 2);
}

std::uint64_t failed_fits(const std::array<std::uint64_t, fit_status_count>& status) {
  std::uint64_t failed = 0;
  for (std::size_t s = 0; s < fit_status_count; ++s) {
    const auto ended = static_cast<FitStatus>(s);
    if (ended != FitStatus::ok && ended != FitStatus::boundary) failed += status[s];
  }
  return failed;
}

std::uint64_t failed_fits(const TestCharacteristics& test) {
  return failed_fits(test.status);
}

}  // namespace equipoise
