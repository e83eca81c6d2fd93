#include "models/file_condition.hpp"

#include <algorithm>

#include "engine/base/expects.hpp"
#include "models/trajectory_model.hpp"

namespace equipoise {
namespace {

Endpoint endpoint_of(const std::string& name, const EndpointPart& part) {
  Endpoint endpoint;
  endpoint.name = name;
  endpoint.instrument = part.instrument;
  endpoint.unit = part.unit;
  endpoint.kind = part.kind;
  endpoint.better = part.better;
  endpoint.minimum = part.minimum;
  endpoint.maximum = part.maximum;
  endpoint.step = part.step;
  endpoint.important_change = part.important_change ? part.important_change->value : 0.0;
  return endpoint;
}

/// The part of that name. Expects it to be there: the loader has seen to it.
template <class T>
const T& part_of(const ByName<T>& parts, const std::string& name) {
  const T* const part = parts.find(name);
  EQUIPOISE_EXPECTS(part != nullptr);
  return *part;
}

}  // namespace

Eigen::MatrixXd correlation_matrix(const ConditionFile& file) {
  const std::vector<std::string> names = file.endpoint.names();
  const auto count = static_cast<Eigen::Index>(names.size());
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Identity(count, count);
  const auto index = [&](const std::string& name) { return std::ranges::find(names, name) - names.begin(); };
  for (const auto& row : file.correlation.items) {
    for (const auto& pair : row.value.items) {
      const Eigen::Index i = index(row.name);
      const Eigen::Index j = index(pair.name);
      if (i >= count || j >= count) continue;
      matrix(i, j) = matrix(j, i) = pair.value.value;
    }
  }
  return matrix;
}

TimeStructure time_structure(const EndpointPart& endpoint) {
  TimeStructure time;
  time.level = endpoint.level.value;
  time.serial = endpoint.serial.value;
  time.serial_half_life = endpoint.serial_half_life.value;
  time.slope = endpoint.slope.value;
  time.level_slope_correlation = endpoint.level_slope_correlation.value;
  time.followup_sd = endpoint.followup_sd.value;
  return time;
}

FileCondition::FileCondition(ConditionFile file, std::string parameters_text,
                             std::vector<std::string> assumed,
                             std::shared_ptr<const PosteriorDraws> posterior)
    : file_(std::move(file)),
      parameters_text_(std::move(parameters_text)),
      assumed_(std::move(assumed)),
      posterior_(std::move(posterior)),
      therapies_(file_.therapy.names()),
      profiles_(file_.profile.names()) {
  for (const auto& item : file_.endpoint.items) endpoints_.push_back(endpoint_of(item.name, item.value));
}

std::size_t FileCondition::index_of(const std::string& endpoint) const {
  const auto found = std::ranges::find(endpoints_, endpoint, &Endpoint::name);
  EQUIPOISE_EXPECTS(found != endpoints_.end());
  return static_cast<std::size_t>(found - endpoints_.begin());
}

Delivery FileCondition::delivery(const std::string& therapy) const {
  const TherapyPart& part = part_of(file_.therapy, therapy);
  Delivery delivery;
  delivery.in_groups = part.in_groups;
  delivery.sessions = part.sessions.value;
  delivery.never_attend = part.never_attend.value;
  delivery.attendance_mean = part.attendance_mean.value;
  delivery.attendance_rho = part.attendance_rho.value;
  delivery.half_dose = part.half_dose.value;
  delivery.practice_asked = part.practice_asked.value;
  delivery.practice_mean = part.practice_mean.value;
  delivery.practice_sd = part.practice_sd.value;
  return delivery;
}

ProfileDropout FileCondition::dropout(const std::string& profile) const {
  const LossPart& part = part_of(file_.profile, profile).dropout;
  ProfileDropout dropout;
  dropout.retention = part.retention.value;
  dropout.shape_months = part.shape_months.value;
  dropout.shape = part.shape.value;
  dropout.endpoint = part.endpoint;
  dropout.per_session = part.per_session.value;
  dropout.last_seen = part.last_seen.value;
  dropout.unseen = part.unseen.value;
  dropout.missed_visit = part.missed_visit.value;
  return dropout;
}

double FileCondition::enrolment_rate(const std::string& profile) const {
  return part_of(file_.profile, profile).enrolment_rate.value;
}

ClusterShares FileCondition::cluster_shares() const {
  return {file_.clusters.group.value, file_.clusters.therapist.value, file_.clusters.site.value};
}

EndpointCourse FileCondition::endpoint_course(std::size_t endpoint, const ProfilePart& profile) const {
  const std::string& name = endpoints_[endpoint].name;
  const EndpointPart& part = part_of(file_.endpoint, name);
  const BaselinePart& baseline = part_of(profile.baseline, name);
  EndpointCourse course;
  course.endpoint = endpoints_[endpoint];
  course.time = time_structure(part);
  course.mean = baseline.mean.value;
  course.sd = baseline.sd.value;
  course.stopped_below = part.stopped_below ? part.stopped_below->value : 0.0;
  if (const CoursePart* const change = profile.course.find(name); change != nullptr) {
    course.change = change->change.value;
    course.change_half_life = change->half_life.value;
  }
  return course;
}

TherapyCourse FileCondition::therapy_course(const std::string& therapy) const {
  const TherapyPart& part = part_of(file_.therapy, therapy);
  TherapyCourse course;
  course.ramp = part.ramp.value;
  course.long_run = part.long_run.value;
  course.half_life = part.half_life.value;
  course.practice_lengthening = part.practice_lengthening.value;
  course.practice_half_life = part.practice_half_life.value;
  course.heterogeneity = part.heterogeneity.value;
  course.moderation = part.moderation.value;
  for (const Endpoint& endpoint : endpoints_) {
    const Number* const effect = part.effect.find(endpoint.name);
    course.effects.push_back(effect != nullptr ? effect->value : 0.0);
  }
  return course;
}

TrajectoryParameters FileCondition::trajectory_parameters(const ModelRequest& request) const {
  const ProfilePart& profile = part_of(file_.profile, request.profile);
  TrajectoryParameters parameters;
  parameters.correlation = correlation_matrix(file_);
  for (std::size_t e = 0; e < endpoints_.size(); ++e)
    parameters.endpoints.push_back(endpoint_course(e, profile));
  for (const EntryPart& part : profile.entry) {
    const std::size_t endpoint = index_of(part.endpoint);
    if (part.at_least) parameters.entry.push_back({endpoint, true, part.at_least->value});
    if (part.at_most) parameters.entry.push_back({endpoint, false, part.at_most->value});
  }
  parameters.clusters.group = request.clusters.group.value_or(file_.clusters.group.value);
  parameters.clusters.therapist = request.clusters.therapist.value_or(file_.clusters.therapist.value);
  parameters.clusters.site = request.clusters.site.value_or(file_.clusters.site.value);
  for (const std::string& therapy : request.therapies) parameters.arms.push_back(therapy_course(therapy));
  parameters.visits = request.visits;
  for (const std::string& endpoint : request.endpoints) parameters.measured.push_back(index_of(endpoint));
  return parameters;
}

std::shared_ptr<const OutcomeModel> FileCondition::outcome_model(const ModelRequest& request) const {
  return std::make_shared<TrajectoryModel>(trajectory_parameters(request));
}

}  // namespace equipoise
