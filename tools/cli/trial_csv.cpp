#include "tools/cli/trial_csv.hpp"

#include <fmt/format.h>

#include "tools/cli/csv.hpp"

namespace equipoise {
namespace {

std::string header(const Design& design) {
  std::string line = fmt::format("participant,site,arm,group,enrolled,sessions,visit,{},attended",
                                 singular(design.time_unit));
  for (const Endpoint& endpoint : design.endpoints) line += "," + endpoint.name;
  for (const Endpoint& endpoint : design.endpoints) line += ",true_" + endpoint.name;
  return line + '\n';
}

/// What stays the same over a participant's rows. Counted from 1, as people count.
std::string person(const Design& design, const People& people, std::size_t i) {
  const std::string group = people.group[i] < 0 ? "NA" : std::to_string(people.group[i] + 1);
  return fmt::format("{},{},{},{},{:.4f},{}", i + 1, people.site[i] + 1,
                     csv_text(design.arms[people.arm[i]].name), group, people.enrolled[i],
                     people.sessions[i]);
}

}  // namespace

std::string trial_csv(const Plan& plan, const TrialWorkspace& trial) {
  const Design& design = plan.design;
  std::string text = header(design);
  for (std::size_t i = 0; i < trial.people.count(); ++i) {
    const std::string who = person(design, trial.people, i);
    for (std::size_t v = 0; v < design.visit_count(); ++v) {
      const auto visit = id_at<VisitId>(v);
      text += fmt::format("{},{},{:g},{}", who, v, design.shown_time(visit),
                          trial.data.attended(i, visit) ? 1 : 0);
      for (std::size_t e = 0; e < design.endpoints.size(); ++e) {
        text += "," + csv_number(trial.data.values.at(id_at<EndpointId>(e), visit)[i]);
      }
      for (std::size_t e = 0; e < design.endpoints.size(); ++e) {
        text += "," + csv_number(trial.truth.at(id_at<EndpointId>(e), visit)[i]);
      }
      text += '\n';
    }
  }
  return text;
}

}  // namespace equipoise
