#include "engine/cohort/people.hpp"

namespace equipoise {

void People::resize(std::size_t participants) {
  enrolled.resize(participants);
  site.resize(participants);
  arm.resize(participants);
  group.resize(participants);
  wait.resize(participants);
  sessions.resize(participants);
  response.resize(participants);
  practice.resize(participants);
}

}  // namespace equipoise
