#include "engine/study/rejections.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "engine/base/expects.hpp"

namespace equipoise {

Rejections::Rejections(std::size_t hypotheses, std::uint64_t first, Kept kept)
    : first_(first), kept_(kept), bits_(hypotheses) {}

void Rejections::add(std::span<const TrialOutcome> trials) {
  for (const TrialOutcome& trial : trials) {
    EQUIPOISE_EXPECTS(trial.replicate == first_ + trials_ && trial.tests.size() == bits_.size());
    for (std::size_t h = 0; h < bits_.size(); ++h) {
      if (trials_ % 64 == 0) bits_[h].push_back(0);
      const TestOutcome& test = trial.tests[h];
      if (kept_ == Kept::shown ? test.shown : test.rejected)
        bits_[h].back() |= std::uint64_t{1} << (trials_ % 64);
    }
    ++trials_;
  }
}

std::uint64_t Rejections::count(std::size_t hypothesis) const {
  std::uint64_t count = 0;
  for (const std::uint64_t word : bits_[hypothesis]) count += static_cast<std::uint64_t>(std::popcount(word));
  return count;
}

namespace {

/// What two cells made of the replicates that they share.
struct Shared {
  double trials = 0.0;
  double both = 0.0;
  double only_here = 0.0;
  double only_reference = 0.0;
};

Shared shared_by(const Rejections& here, const Rejections& reference, std::size_t hypothesis) {
  Shared shared;
  const std::uint64_t begin = std::max(here.first(), reference.first());
  const std::uint64_t end = std::min(here.first() + here.trials(), reference.first() + reference.trials());
  for (std::uint64_t replicate = begin; replicate < end; ++replicate) {
    const bool rejected_here = here.rejected(hypothesis, replicate);
    const bool rejected_there = reference.rejected(hypothesis, replicate);
    shared.trials += 1.0;
    shared.both += rejected_here && rejected_there ? 1.0 : 0.0;
    shared.only_here += rejected_here && !rejected_there ? 1.0 : 0.0;
    shared.only_reference += rejected_there && !rejected_here ? 1.0 : 0.0;
  }
  return shared;
}

/// The sum over the shared trials of the products of deviations from the means over them.
double sum_of_products(const Shared& shared) {
  if (shared.trials == 0.0) return 0.0;
  const double here = shared.both + shared.only_here;
  const double reference = shared.both + shared.only_reference;
  return shared.both - here * reference / shared.trials;
}

}  // namespace

Simulated power_difference(const Rejections& here, const Rejections& reference, std::size_t hypothesis) {
  const Shared shared = shared_by(here, reference, hypothesis);
  const auto n_here = static_cast<double>(here.trials());
  const auto n_reference = static_cast<double>(reference.trials());
  const double p_here = static_cast<double>(here.count(hypothesis)) / n_here;
  const double p_reference = static_cast<double>(reference.count(hypothesis)) / n_reference;
  const double difference = p_here - p_reference;
  if (shared.trials == n_here && shared.trials == n_reference) {
    // Then only the trials in which the two disagree count, and no digits are lost.
    const double disagree = (shared.only_here + shared.only_reference) / n_here;
    return {difference, std::sqrt((disagree - difference * difference) / n_here)};
  }
  // Each mean has its own trials; the covariance of the means comes from the trials that they share.
  const double variance = p_here * (1.0 - p_here) / n_here + p_reference * (1.0 - p_reference) / n_reference -
                          2.0 * sum_of_products(shared) / (n_here * n_reference);
  return {difference, std::sqrt(std::max(0.0, variance))};
}

}  // namespace equipoise
