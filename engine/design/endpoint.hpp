#pragma once

#include <string>

#include "engine/base/named.hpp"

namespace equipoise {

/// What kind of quantity an endpoint is.
enum class EndpointKind {
  score,       // a bounded questionnaire score in steps
  amount,      // a positive amount, log-normal, 0 once stopped
  state,       // yes (1) or no (0)
  continuous,  // unbounded, normal
};

template <>
struct NamesOf<EndpointKind> {
  static constexpr std::array<Named<EndpointKind>, 4> all{{{"score", EndpointKind::score},
                                                           {"amount", EndpointKind::amount},
                                                           {"state", EndpointKind::state},
                                                           {"continuous", EndpointKind::continuous}}};
};

/// Which way an endpoint improves.
enum class Direction { lower_better, higher_better };

template <>
struct NamesOf<Direction> {
  static constexpr std::array<Named<Direction>, 2> all{
      {{"lower", Direction::lower_better}, {"higher", Direction::higher_better}}};
};

/// +1 where more is better, -1 where less is.
[[nodiscard]] constexpr double sign_of(Direction better) {
  return better == Direction::higher_better ? 1.0 : -1.0;
}

struct Endpoint {
  std::string name;        // as scenarios write it: pain_severity
  std::string instrument;  // as a paper names it: Brief Pain Inventory, severity
  std::string unit;
  EndpointKind kind = EndpointKind::continuous;
  Direction better = Direction::lower_better;
  double minimum = 0.0;           // of a score
  double maximum = 0.0;           // of a score
  double step = 0.0;              // of a score; 0: not rounded
  double important_change = 0.0;  // the smallest change that matters to a person, in units; 0: not stated
};

}  // namespace equipoise
