#pragma once

#include <span>

#include "engine/base/named.hpp"

namespace equipoise {

/// How the tests of several hypotheses share one alpha.
enum class MultiplicityMethod {
  none,        // each at the full alpha
  bonferroni,  // each at its share of alpha
  holm,        // step down (Holm 1979)
  co_primary,  // the trial succeeds only if all are rejected (intersection-union test)
};

template <>
struct NamesOf<MultiplicityMethod> {
  static constexpr std::array<Named<MultiplicityMethod>, 4> all{
      {{"none", MultiplicityMethod::none},
       {"bonferroni", MultiplicityMethod::bonferroni},
       {"holm", MultiplicityMethod::holm},
       {"co_primary", MultiplicityMethod::co_primary}}};
};

/// Adjusted p values: a hypothesis is rejected at alpha where its adjusted p value is at most alpha. A NaN
/// stands for a test that could not be made: it counts as 1. `adjusted` has as many entries as `p`, at
/// most 64. Allocates nothing.
void adjust_p_values(MultiplicityMethod method, std::span<const double> p, std::span<double> adjusted);

inline constexpr std::size_t most_hypotheses = 64;

}  // namespace equipoise
