#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/analysis/arena.hpp"
#include "engine/analysis/mmrm/repeated_fit.hpp"
#include "engine/numeric/student_t.hpp"

namespace equipoise {

/// Scratch memory of one thread's analyses. Holds nothing that an answer depends on.
struct AnalysisWorkspace {
  std::vector<std::uint32_t> participants;  // those analysed, arm by arm
  std::vector<std::uint32_t> by_site;       // the same, site by site
  std::vector<std::uint32_t> site_ends;     // where each site ends in `by_site`
  std::vector<double> columns;              // of a design matrix and the outcome, one after the other
  std::vector<double> cross_products;       // of the columns, row by row
  Arena<double> reals;                      // taken back before each analysis
  Arena<std::uint32_t> indices;
  RepeatedFit repeated;        // the last model over visits
  std::uint64_t trial = 0;     // which trial of this workspace's is analysed; 0: not told
  StudentQuantiles quantiles;  // t quantiles seen before, by df

  /// Says that what is analysed from now on is another trial. Until the next call analyses of one trial may
  /// share a fit.
  void begin_trial() { ++trial; }
};

/// The first `count` entries of scratch memory that only ever grows.
template <class T>
[[nodiscard]] std::span<T> scratch(std::vector<T>& memory, std::size_t count) {
  if (memory.size() < count) memory.resize(count);
  return {memory.data(), count};
}

}  // namespace equipoise
