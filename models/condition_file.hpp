#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/design/endpoint.hpp"
#include "engine/scenario/schema/keys.hpp"
#include "engine/scenario/schema/parameter.hpp"

namespace equipoise {

using Number = Parameter<double>;

/// parameters.toml of a condition folder, part by part; models/README.md has the whole table.
struct EndpointPart {
  std::string instrument;
  std::string unit;
  EndpointKind kind = EndpointKind::continuous;
  Direction better = Direction::lower_better;
  double minimum = 0.0;
  double maximum = 0.0;
  double step = 0.0;
  std::optional<Number> stopped_below;
  std::optional<Number> important_change;
  Number level;
  Number serial;
  Number serial_half_life;
  Number slope;
  Number level_slope_correlation;
  Number followup_sd;
};

struct BaselinePart {
  Number mean;
  Number sd;
};

struct CoursePart {
  Number change;
  Number half_life;
};

struct EntryPart {
  std::string endpoint;
  std::optional<Number> at_least;
  std::optional<Number> at_most;
};

struct LossPart {
  Number retention;
  Parameter<std::vector<double>> shape_months;
  Parameter<std::vector<double>> shape;
  std::string endpoint;
  Number per_session;
  Number last_seen;
  Number unseen;
  Number missed_visit;
};

struct ProfilePart {
  std::string title;
  Number enrolment_rate;
  ByName<BaselinePart> baseline;
  ByName<CoursePart> course;
  std::vector<EntryPart> entry;
  LossPart dropout;
};

struct TherapyPart {
  std::string title;
  bool in_groups = false;
  Parameter<int> sessions;
  Number never_attend;
  Number attendance_mean;
  Number attendance_rho;
  Number half_dose;
  Number practice_asked;
  Number practice_mean;
  Number practice_sd;
  Number practice_half_life;
  Number ramp;
  Number long_run;
  Number half_life;
  Number practice_lengthening;
  Number heterogeneity;
  Number moderation;
  ByName<Number> effect;
};

struct ClustersPart {
  Number group;
  Number therapist;
  Number site;
};

struct ConditionFile {
  std::string name;
  std::string title;
  bool describes_nobody = false;
  ByName<EndpointPart> endpoint;
  ByName<ByName<Number>> correlation;  // of the endpoint with others after it in the file
  ByName<ProfilePart> profile;
  ByName<TherapyPart> therapy;
  ClustersPart clusters;
};

/// The declaration of every key of parameters.toml.
[[nodiscard]] Keys<ConditionFile> condition_keys();

}  // namespace equipoise
