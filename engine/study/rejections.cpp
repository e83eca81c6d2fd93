#include "engine/study/rejections.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "engine/base/expects.hpp"

namespace equipoise {

Rejections::Rejections(std::size_t hypotheses, std::uint64_t first) : first_(first), bits_(hypotheses) {}

void Rejections::add(std::span<const TrialOutcome> trials) {
  for (const TrialOutcome& trial : trials) {
    EQUIPOISE_EXPECTS(trial.replicate == first_ + trials_ && trial.tests.size() == bits_.size());
    for (std::size_t h = 0; h < bits_.size(); ++h) {
      if (trials_ % 64 == 0) bits_[h].push_back(0);
      if (trial.tests[h].rejected) bits_[h].back() |= std::uint64_t{1} << (trials_ % 64);
    }
    ++trials_;
  }
}

std::uint64_t Rejections::count(std::size_t hypothesis) const {
  std::uint64_t count = 0;
  for (const std::uint64_t word : bits_[hypothesis]) count += static_cast<std::uint64_t>(std::popcount(word));
  return count;
}

Simulated power_difference(const Rejections& here, const Rejections& reference, std::size_t hypothesis) {
  const auto n_here = static_cast<double>(here.trials());
  const auto n_reference = static_cast<double>(reference.trials());
  const double p_here = static_cast<double>(here.count(hypothesis)) / n_here;
  const double p_reference = static_cast<double>(reference.count(hypothesis)) / n_reference;
  double common = 0.0;
  double both = 0.0;
  double only_here = 0.0;
  double only_reference = 0.0;
  const std::uint64_t begin = std::max(here.first(), reference.first());
  const std::uint64_t end = std::min(here.first() + here.trials(), reference.first() + reference.trials());
  for (std::uint64_t replicate = begin; replicate < end; ++replicate) {
    const bool rejected_here = here.rejected(hypothesis, replicate);
    const bool rejected_there = reference.rejected(hypothesis, replicate);
    common += 1.0;
    both += rejected_here && rejected_there ? 1.0 : 0.0;
    only_here += rejected_here && !rejected_there ? 1.0 : 0.0;
    only_reference += rejected_there && !rejected_here ? 1.0 : 0.0;
  }
  // Each mean has its own trials; the covariance of the means comes from the trials that they share.
  double covariance_of_means = 0.0;
  if (common > 0.0) {
    const double covariance =
        both / common - (both + only_here) / common * ((both + only_reference) / common);
    covariance_of_means = covariance * common / (n_here * n_reference);
  }
  const double variance = p_here * (1.0 - p_here) / n_here + p_reference * (1.0 - p_reference) / n_reference -
                          2.0 * covariance_of_means;
  return {p_here - p_reference, std::sqrt(std::max(0.0, variance))};
}

}  // namespace equipoise
