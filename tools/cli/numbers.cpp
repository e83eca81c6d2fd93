#include "tools/cli/numbers.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace equipoise {
namespace {

constexpr double rounding = 1e-12;

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

std::string fixed(double number, int decimals) {
  std::string text = fmt::format("{:.{}f}", number, decimals);
  if (text.find_first_not_of("-0.") == std::string::npos && text.front() == '-') return text.substr(1);
  return text;
}

std::string with_error(const Simulated& number, int decimals) {
  if (std::isnan(number.value)) return "-";
  // An error of rounding alone (a true value that is the same for everybody) is none.
  if (!(number.mcse > rounding * std::abs(number.value))) return fixed(number.value, decimals);
  const int supported = -static_cast<int>(std::floor(std::log10(number.mcse)));
  const int shown = std::clamp(supported, 0, 8);
  return fmt::format("{} ({})", fixed(number.value, shown), fixed(number.mcse, shown));
}

std::string percent(double share) {
  return std::isnan(share) ? "-" : fixed(100.0 * share, 1) + " %";
}

std::string percent_with_error(const Simulated& share) {
  if (std::isnan(share.value) || std::isnan(share.mcse)) return percent(share.value);
  const double error = 100.0 * share.mcse;
  const int decimals = error > 0.0 ? std::clamp(-static_cast<int>(std::floor(std::log10(error))), 1, 4) : 1;
  return fmt::format("{} % ({})", fixed(100.0 * share.value, decimals), fixed(error, decimals));
}

std::uint64_t failed_fits(const TestCharacteristics& test) {
  std::uint64_t failed = 0;
  for (std::size_t s = 0; s < fit_status_count; ++s) {
    const auto status = static_cast<FitStatus>(s);
    if (status != FitStatus::ok && status != FitStatus::boundary) failed += test.status[s];
  }
  return failed;
}

}  // namespace equipoise
