#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "engine/run/run.hpp"

namespace equipoise {

/// One line on standard error with the share done, the rate and the time left; on a terminal only.
class ProgressBar {
 public:
  /// `precision`: what the run waits for, 0 where it runs a number of trials.
  ProgressBar(bool wanted, double precision);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void operator()(const Progress& progress);

 private:
  using Clock = std::chrono::steady_clock;

  bool shown_;
  double precision_;
  Clock::time_point started_;
  Clock::time_point drawn_;
};

/// One line on standard error that counts what is done, where nobody knows how much there will be; on a
/// terminal only.
class ProgressCount {
 public:
  /// `what`: the things that are counted, "source trials simulated".
  ProgressCount(bool wanted, std::string what);
  ~ProgressCount();
  ProgressCount(const ProgressCount&) = delete;
  ProgressCount& operator=(const ProgressCount&) = delete;

  /// One more.
  void operator()();

 private:
  using Clock = std::chrono::steady_clock;

  bool shown_;
  std::string what_;
  std::uint64_t done_ = 0;
  Clock::time_point started_;
  Clock::time_point drawn_;
};

/// The line itself: "[######----]  60 %  6,000 of 10,000 trials  1,650/s  2 s left".
[[nodiscard]] std::string progress_line(const Progress& progress, double seconds, double precision);

}  // namespace equipoise
