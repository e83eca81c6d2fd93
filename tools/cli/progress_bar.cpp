#include "tools/cli/progress_bar.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "tools/cli/numbers.hpp"

namespace equipoise {
namespace {

constexpr std::chrono::milliseconds between_drawings{100};
constexpr int bar_width = 24;
constexpr const char* erase_line = "\r\033[K";

/// The share of the way to the end: of the trials or, where a precision is waited for, of the trials that it
/// will need, for the standard error shrinks with their square root.
double share_done(const Progress& progress, double precision) {
  const double of_trials =
      static_cast<double>(progress.trials_done) / static_cast<double>(progress.trials_planned);
  if (precision <= 0.0 || progress.worst_mcse <= 0.0) return of_trials;
  return std::clamp(std::pow(precision / progress.worst_mcse, 2.0), of_trials, 1.0);
}

std::string time_left(double seconds) {
  const double rounded = std::ceil(seconds);
  if (rounded < 60.0) return fmt::format("{:.0f} s left", rounded);
  return fmt::format("{:.0f} min {:02.0f} s left", std::floor(rounded / 60.0), std::fmod(rounded, 60.0));
}

}  // namespace

std::string progress_line(const Progress& progress, double seconds, double precision) {
  const double share = share_done(progress, precision);
  const auto filled = static_cast<std::size_t>(share * bar_width);
  const double rate = seconds > 0.0 ? static_cast<double>(progress.trials_done) / seconds : 0.0;
  std::string line =
      fmt::format("[{}{}] {:3.0f} %  {}  {}/s", std::string(filled, '#'),
                  std::string(bar_width - filled, '-'), std::floor(100.0 * share),
                  counted(progress.trials_done, "trial"), grouped(static_cast<std::uint64_t>(rate)));
  if (share > 0.0) line += "  " + time_left(seconds * (1.0 - share) / share);
  return line;
}

ProgressBar::ProgressBar(bool wanted, double precision)
    : shown_(wanted && isatty(STDERR_FILENO) == 1),
      precision_(precision),
      started_(Clock::now()),
      drawn_(started_) {}

void ProgressBar::operator()(const Progress& progress) {
  if (!shown_) return;
  const auto now = Clock::now();
  if (now - drawn_ < between_drawings) return;
  drawn_ = now;
  const std::chrono::duration<double> elapsed = now - started_;
  std::fprintf(stderr, "%s%s", erase_line, progress_line(progress, elapsed.count(), precision_).c_str());
  std::fflush(stderr);
}

ProgressBar::~ProgressBar() {
  if (shown_) std::fputs(erase_line, stderr);
}

ProgressCount::ProgressCount(bool wanted, std::string what)
    : shown_(wanted && isatty(STDERR_FILENO) == 1),
      what_(std::move(what)),
      started_(Clock::now()),
      drawn_(started_) {}

void ProgressCount::operator()() {
  ++done_;
  const auto now = Clock::now();
  if (!shown_ || now - drawn_ < between_drawings) return;
  drawn_ = now;
  const std::chrono::duration<double> elapsed = now - started_;
  std::fprintf(stderr, "%s%s %s, %.0f s", erase_line, grouped(done_).c_str(), what_.c_str(), elapsed.count());
  std::fflush(stderr);
}

ProgressCount::~ProgressCount() {
  if (shown_) std::fputs(erase_line, stderr);
}

}  // namespace equipoise
