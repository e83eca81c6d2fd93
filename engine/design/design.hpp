#pragma once

#include <string>
#include <vector>

#include "engine/design/endpoint.hpp"
#include "engine/design/hypothesis.hpp"
#include "engine/design/ids.hpp"
#include "engine/design/time_unit.hpp"

namespace equipoise {

struct Arm {
  std::string name;
  std::string therapy;
  int allocation = 1;  // share of each block
};

/// What is on paper before anybody is enrolled.
struct Design {
  std::size_t participants = 0;
  std::size_t sites = 1;
  std::size_t block_size = 0;  // participants in a permuted block, a multiple of the sum of the allocations
  std::vector<Arm> arms;
  std::vector<double> visits;  // months; visit v of VisitId stands at visits[v - 1], baseline is not listed
  TimeUnit time_unit = TimeUnit::months;  // in which the protocol, and what is shown of it, counts time
  std::vector<double> visits_in_unit;     // as the protocol says them; empty where that is `visits`
  std::vector<Endpoint> endpoints;        // those that the trial measures
  std::vector<Hypothesis> hypotheses;

  /// Baseline and the scheduled visits.
  [[nodiscard]] std::size_t visit_count() const { return visits.size() + 1; }
  [[nodiscard]] double month(VisitId visit) const {
    return visit.value == 0 ? 0.0 : visits[visit.index() - 1];
  }
  /// The visits, without baseline, in the protocol's unit.
  [[nodiscard]] const std::vector<double>& shown_visits() const {
    return visits_in_unit.empty() ? visits : visits_in_unit;
  }
  /// The time of a visit in the protocol's unit.
  [[nodiscard]] double shown_time(VisitId visit) const {
    return visit.value == 0 ? 0.0 : shown_visits()[visit.index() - 1];
  }
  [[nodiscard]] int allocation_total() const {
    int total = 0;
    for (const Arm& arm : arms) total += arm.allocation;
    return total;
  }
};

}  // namespace equipoise
