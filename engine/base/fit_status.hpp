#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/named.hpp"

namespace equipoise {

/// How an analysis ended. Anything but `ok` is a datum of its own: tallied and reported, never dropped.
enum class FitStatus : std::uint8_t {
  ok,
  boundary,       // a variance at zero or a correlation at one
  not_converged,  // the iterations ran out
  singular,       // the design matrix lacks rank: a covariate cannot be told from another
  separated,      // a covariate or an arm foretells a yes/no outcome without error: its odds have no bound
  too_few,        // not enough participants observed to estimate anything
};

inline constexpr std::size_t fit_status_count = 6;

template <>
struct NamesOf<FitStatus> {
  static constexpr std::array<Named<FitStatus>, fit_status_count> all{
      {{"ok", FitStatus::ok},
       {"boundary", FitStatus::boundary},
       {"not_converged", FitStatus::not_converged},
       {"singular", FitStatus::singular},
       {"separated", FitStatus::separated},
       {"too_few", FitStatus::too_few}}};
};

}  // namespace equipoise
