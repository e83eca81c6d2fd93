#include "engine/scenario/profile_dropout.hpp"

#include <algorithm>

namespace equipoise {
namespace {

/// The share of the profile's loss that has happened by a month: straight lines from (0, 0) through its
/// points, level after the last.
double loss_by(const ProfileDropout& profile, double month) {
  double earlier_month = 0.0;
  double earlier = 0.0;
  for (std::size_t k = 0; k < profile.shape_months.size(); ++k) {
    const double width = profile.shape_months[k] - earlier_month;
    if (month <= profile.shape_months[k] && width > 0.0) {
      return earlier + (profile.shape[k] - earlier) * (month - earlier_month) / width;
    }
    earlier_month = profile.shape_months[k];
    earlier = profile.shape[k];
  }
  return earlier;
}

/// The same at the scenario's visits, as shares of what is lost by its last.
std::vector<double> shape_at(const std::vector<double>& visits, const ProfileDropout& profile) {
  const double whole = loss_by(profile, visits.back());
  std::vector<double> shape;
  for (const double month : visits)
    shape.push_back(whole > 0.0 ? loss_by(profile, month) / whole : month / visits.back());
  shape.back() = 1.0;
  return shape;
}

double profile_retention(const std::vector<double>& visits, const ProfileDropout& profile) {
  if (profile.shape.empty() || profile.shape.back() <= 0.0) return profile.retention;
  return 1.0 - (1.0 - profile.retention) * loss_by(profile, visits.back()) / profile.shape.back();
}

std::vector<RetentionGoal> goals_from(const Scenario& scenario, double usual) {
  std::vector<RetentionGoal> goals;
  RetentionGoal shared{usual, {}};
  for (std::size_t a = 0; a < scenario.arms.size(); ++a) {
    if (const auto own = scenario.arms[a].retention) {
      goals.push_back({*own, {id_at<ArmId>(a)}});
    } else {
      shared.arms.push_back(id_at<ArmId>(a));
    }
  }
  if (!shared.arms.empty()) goals.push_back(std::move(shared));
  return goals;
}

}  // namespace

std::string dropout_endpoint(const Scenario& scenario, const Condition& condition) {
  const ProfileDropout profile = condition.dropout(scenario.cohort.profile);
  const double last_seen = scenario.dropout.last_seen.value_or(profile.last_seen);
  const double unseen_term = scenario.dropout.unseen.value_or(profile.unseen);
  if (last_seen == 0.0 && unseen_term == 0.0) return {};
  return scenario.dropout.endpoint.value_or(profile.endpoint);
}

DropoutRules dropout_rules(const Scenario& scenario, const Condition& condition, const Design& design) {
  const ProfileDropout profile = condition.dropout(scenario.cohort.profile);
  const DropoutPart& part = scenario.dropout;
  DropoutRules rules;
  rules.goals = goals_from(scenario, part.retention.value_or(profile_retention(design.visits, profile)));
  rules.shape = shape_at(design.visits, profile);
  rules.per_session = part.per_session.value_or(profile.per_session);
  rules.last_seen = part.last_seen.value_or(profile.last_seen);
  rules.unseen = part.unseen.value_or(profile.unseen);
  rules.missed_visit = part.missed_visit.value_or(profile.missed_visit);
  const std::string endpoint = dropout_endpoint(scenario, condition);
  const auto found = std::ranges::find(design.endpoints, endpoint, &Endpoint::name);
  if (found != design.endpoints.end()) {
    rules.endpoint = id_at<EndpointId>(static_cast<std::size_t>(found - design.endpoints.begin()));
  }
  return rules;
}

}  // namespace equipoise
