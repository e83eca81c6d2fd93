#include "tools/cli/size_trials.hpp"

#include <algorithm>
#include <utility>

namespace equipoise {

SizeTrials::SizeTrials(SizeTrialsSetup setup, const std::atomic<bool>& stop)
    : setup_(std::move(setup)), stop_(stop), bar_(!setup_.quiet, 0.0) {}

void SizeTrials::show(std::uint64_t done, std::uint64_t expected) {
  bar_({done, std::max(done, expected), 0.0});
}

Responses SizeTrials::make(double value, std::uint64_t first, std::uint64_t trials, std::uint64_t expected) {
  if (stop_) return {};
  const Responses responses = make_trials(value, {setup_.seed, first, trials, setup_.threads},
                                          [&](std::uint64_t done) { show(done_ + done, expected); });
  done_ += responses.trials;
  return responses;
}

Responses SizeTrials::verify(double value, std::uint64_t first, std::uint64_t trials) {
  if (stop_) return {};
  return verify_trials(value, {setup_.seed, first, trials, setup_.threads},
                       [&](std::uint64_t done) { show(done_ + done, done_ + trials); });
}

}  // namespace equipoise
