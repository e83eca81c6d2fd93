#include "engine/random/sobol_points.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <boost/random/sobol.hpp>

#include "engine/base/expects.hpp"
#include "engine/random/stream.hpp"
#include "engine/random/unit_interval.hpp"

namespace equipoise {

struct SobolPoints::Sequence {
  Sequence(std::size_t dimensions, std::uint64_t seed) : sequence(dimensions) {
    for (std::size_t d = 0; d < dimensions; ++d)
      shifts.push_back(Streams(seed, 0).at(Purpose::sobol_shift, d)());
  }

  boost::random::sobol sequence;
  std::vector<std::uint64_t> shifts;
  bool at_origin = true;  // the sequence's first point, which Boost passes over
};

SobolPoints::SobolPoints(std::size_t dimensions, std::uint64_t seed)
    : sequence_(std::make_unique<Sequence>(dimensions, seed)) {}
SobolPoints::~SobolPoints() = default;
SobolPoints::SobolPoints(SobolPoints&&) noexcept = default;

void SobolPoints::next(std::span<double> point) {
  EQUIPOISE_EXPECTS(point.size() == sequence_->shifts.size());
  const bool origin = std::exchange(sequence_->at_origin, false);
  for (std::size_t d = 0; d < point.size(); ++d) {
    const std::uint64_t word = origin ? 0 : sequence_->sequence();
    point[d] = unit_interval(word ^ sequence_->shifts[d]);
  }
}

}  // namespace equipoise
