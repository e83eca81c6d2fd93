#include "engine/trial/plan.hpp"

namespace equipoise {

Plan with_participants(Plan plan, std::size_t participants) {
  plan.design.participants = participants;
  plan.process = CohortProcess(plan.design, plan.process.rules());
  return plan;
}

}  // namespace equipoise
