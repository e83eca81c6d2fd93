#include "engine/scenario/warnings.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "engine/base/expects.hpp"
#include "engine/scenario/schema/path.hpp"

namespace equipoise {
namespace {

// A visit so many times later than the last that the profile's losses are published of rests on nothing; of a
// year of published losses, those at 24, 26 or 52 are weeks more often than months.
constexpr double farthest_beyond_published = 1.5;
// A decade: longer than any trial of a therapy has enrolled.
constexpr double longest_enrolment = 120.0;
// Half a year on a waiting list is half of the usual follow-up.
constexpr double longest_time_to_form = 6.0;

void warn_of_late_visits(const CheckContext& context) {
  const SchedulePart& schedule = context.scenario.schedule;
  const std::vector<double> published =
      context.condition->dropout(context.scenario.cohort.profile).shape_months;
  if (schedule.visits.empty() || published.empty()) return;
  const double months = in_months(schedule.visits.back(), schedule.unit);
  if (months <= farthest_beyond_published * published.back()) return;
  const char* const key = context.given("schedule.visits") ? "schedule.visits" : "schedule.last";
  const bool weeks = schedule.unit == TimeUnit::weeks;
  context.add(key,
              fmt::format("the last visit is at {} {:g}, {:.1f} years on", singular(schedule.unit),
                          schedule.visits.back(), months / 12.0),
              fmt::format("of '{}' no loss is published after month {:g}, and none is assumed",
                          context.scenario.cohort.profile, published.back()),
              weeks ? "see that it is meant" : "if these are weeks, write unit = \"weeks\" in [schedule]");
}

double rate_of(const CheckContext& context) {
  const CohortPart& cohort = context.scenario.cohort;
  return cohort.enrolment_rate.value_or(context.condition->enrolment_rate(cohort.profile));
}

const char* rate_or_participants(const CheckContext& context) {
  return context.given("cohort.enrolment_rate") ? "cohort.enrolment_rate" : "cohort.participants";
}

void warn_of_long_enrolment(const CheckContext& context) {
  const auto participants = static_cast<double>(context.scenario.cohort.participants);
  const double months = participants / rate_of(context);
  if (months <= longest_enrolment) return;
  context.add(rate_or_participants(context),
              fmt::format("{:g} participants at {:g} a month take {:.0f} years to enrol", participants,
                          rate_of(context), months / 12.0),
              "the rate is a month's, over all sites", "make cohort.enrolment_rate larger");
}

/// An arm that meets in groups, and how many of its participants a site enrols.
struct GroupedArm {
  const ArmPart& arm;
  double at_a_site;
};

/// A group that cannot fill, or that hardly comes together.
void warn_of_groups(const CheckContext& context, const GroupedArm& of) {
  const GroupsPart& groups = context.scenario.groups;
  const char* const key = context.given("groups.size") ? "groups.size" : "cohort.participants";
  if (of.at_a_site < groups.size) {
    context.add(key,
                fmt::format("a group of {} never fills: a site enrols {:.3g} of '{}'", groups.size,
                            of.at_a_site, of.arm.name),
                "everybody there waits for the longest wait or the last participant",
                "make groups.size smaller, or enrol more participants at fewer sites");
    return;
  }
  const auto sites = static_cast<double>(context.scenario.cohort.sites);
  const double share = of.at_a_site * sites / static_cast<double>(context.scenario.cohort.participants);
  const double a_month = rate_of(context) * share / sites;
  const double months = (std::min(groups.minimum, groups.size) - 1) / a_month;
  if (months <= longest_time_to_form) return;
  context.add(rate_or_participants(context),
              fmt::format("a group of {} takes {:.1f} months to come together at a site",
                          std::min(groups.minimum, groups.size), months),
              fmt::format("a site enrols {:.2g} of '{}' a month", a_month, of.arm.name),
              "make groups.minimum smaller, or the rate larger, or the sites fewer");
}

void warn_of_groups(const CheckContext& context) {
  const Scenario& scenario = context.scenario;
  int total = 0;
  for (const ArmPart& arm : scenario.arms) total += arm.allocation;
  for (std::size_t i = 0; i < scenario.arms.size(); ++i) {
    const ArmPart& arm = scenario.arms[i];
    if (!context.condition->delivery(arm.therapy).in_groups) continue;
    const double at_a_site = static_cast<double>(scenario.cohort.participants) * arm.allocation / total /
                             static_cast<double>(scenario.cohort.sites);
    warn_of_groups(context, GroupedArm{arm, at_a_site});
  }
}

}  // namespace

Problems warnings_of(const CheckContext& context) {
  EQUIPOISE_EXPECTS(context.condition != nullptr);
  Problems warnings;
  const CheckContext warning{context.scenario, context.tree, context.condition, warnings};
  warn_of_late_visits(warning);
  warn_of_long_enrolment(warning);
  warn_of_groups(warning);
  return warnings;
}

}  // namespace equipoise
