#include "engine/scenario/check_design.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/design/trial_data.hpp"
#include "engine/scenario/schema/path.hpp"

namespace equipoise {
namespace {

// Groups, therapists and sites that leave participants less than a tenth of the variance describe no trial,
// and near the whole of it the amounts that people share overflow.
constexpr double most_of_the_variance = 0.9;

// An arm is counted in one byte of TrialData.
constexpr std::size_t most_arms = 255;

int allocation_total(const Scenario& scenario) {
  int total = 0;
  for (const ArmPart& arm : scenario.arms) total += arm.allocation;
  return total;
}

void check_arms(const CheckContext& context) {
  const std::vector<ArmPart>& arms = context.scenario.arms;
  if (context.given("arm") && arms.size() < 2) {
    context.add("arm.1", "a trial needs at least two arms", "there is nothing to compare with",
                "add a second [[arm]]");
  }
  if (arms.size() > most_arms) {
    context.add(fmt::format("arm.{}", most_arms + 1), fmt::format("there are {} arms", arms.size()),
                fmt::format("at most {} can be told apart", most_arms));
  }
  std::unordered_set<std::string_view> names;
  for (std::size_t i = 0; i < std::min(arms.size(), most_arms); ++i) {
    const std::string path = fmt::format("arm.{}", i + 1);
    if (!arms[i].name.empty() && !names.insert(arms[i].name).second) {
      context.add(path + ".name", fmt::format("two arms are named '{}'", arms[i].name),
                  "a hypothesis could not tell them apart", "give each arm a name of its own");
    }
    if (context.condition == nullptr || arms[i].therapy.empty()) continue;
    const auto therapies = context.condition->therapies();
    if (std::ranges::find(therapies, arms[i].therapy) == therapies.end()) {
      context.add(path + ".therapy",
                  fmt::format("'{}' is no therapy of {}", arms[i].therapy, context.condition->name()), {},
                  suggest(arms[i].therapy, therapies));
    }
  }
}

void check_profile(const CheckContext& context) {
  const std::string& profile = context.scenario.cohort.profile;
  if (context.condition == nullptr || profile.empty()) return;
  const auto profiles = context.condition->profiles();
  if (std::ranges::find(profiles, profile) != profiles.end()) return;
  context.add("cohort.profile", fmt::format("'{}' is no profile of {}", profile, context.condition->name()),
              {}, suggest(profile, profiles));
}

/// A list of visits, or their number and the last of them.
void check_counted_visits(const CheckContext& context) {
  const std::string unit(name_of(context.scenario.schedule.unit));
  const bool listed = context.given("schedule.visits");
  const bool counted = context.given("schedule.count");
  const bool last = context.given("schedule.last");
  if (!context.given("schedule")) return;  // told where it is read
  if (listed && (counted || last)) {
    context.add(counted ? "schedule.count" : "schedule.last", "visits are both listed and counted",
                "a list says when each of them is", "leave 'visits' out, or 'count' and 'last'");
  } else if (!listed && counted != last) {
    context.add(counted ? "schedule.count" : "schedule.last",
                counted ? "the time of the last visit is missing" : "the number of visits is missing",
                "visits that are counted are evenly spaced up to the last",
                counted ? "add 'last = …', in " + unit : "add 'count = …'");
  } else if (!listed && !counted) {
    context.add("schedule", "'schedule.visits' is missing", "nothing would be seen after baseline",
                "add 'visits = […]', in " + unit + ", or 'count = …' and 'last = …'");
  }
}

void check_visits(const CheckContext& context) {
  check_counted_visits(context);
  const std::vector<double>& visits = context.scenario.schedule.visits;
  const Value* written = find_path(context.tree, "schedule.visits");
  if (written != nullptr && written->is_array() && written->items().empty()) {
    context.add("schedule.visits", "there are no visits", "nothing would be seen after baseline");
  }
  for (std::size_t v = 1; v < visits.size(); ++v) {
    if (visits[v] > visits[v - 1]) continue;
    context.add(fmt::format("schedule.visits.{}", v + 1),
                fmt::format("the visit at {0} {1} comes after the one at {0} {2}",
                            singular(context.scenario.schedule.unit), visits[v], visits[v - 1]),
                "visits must be in order, each once");
  }
  if (visits.size() + 1 > most_visits) {
    context.add("schedule.visits", fmt::format("there are {} visits", visits.size()),
                fmt::format("a trial may have {} besides baseline", most_visits - 1));
  }
}

void check_blocks(const CheckContext& context) {
  const CohortPart& cohort = context.scenario.cohort;
  const int total = allocation_total(context.scenario);
  if (total == 0) return;
  const std::size_t share = static_cast<std::size_t>(total);
  const std::size_t block = cohort.block_size.value_or(2 * share);
  if (block % share != 0) {
    context.add("cohort.block_size", fmt::format("a block of {} cannot hold every arm in its share", block),
                fmt::format("the allocations sum to {}", total),
                fmt::format("take a multiple of {}, such as {}", total, (block / share + 1) * share));
  }
  if (cohort.participants == 0) return;  // its own problem has been told
  if (cohort.participants < block) {
    context.add("cohort.participants",
                fmt::format("{} participants do not fill one block of {}", cohort.participants, block),
                "an arm could stay empty", "enrol more, or make cohort.block_size smaller");
  } else if (cohort.participants < cohort.sites) {
    context.add("cohort.sites",
                fmt::format("there are {} sites for {} participants", cohort.sites, cohort.participants),
                "most sites would enrol nobody");
  }
}

void check_groups(const CheckContext& context) {
  const Scenario& scenario = context.scenario;
  const GroupsPart& groups = scenario.groups;
  const bool minimum_given = context.given("groups.minimum");
  if (minimum_given && groups.minimum > groups.size) {
    context.add(
        "groups.minimum",
        fmt::format("a group may not start with {} members but is full with {}", groups.minimum, groups.size),
        "the minimum can be the size at most");
  }
  const int total = allocation_total(scenario);
  if (context.condition == nullptr || scenario.cohort.participants == 0 || total == 0) return;
  const auto therapies = context.condition->therapies();
  const int minimum = std::min(groups.minimum, groups.size);
  for (std::size_t i = 0; i < scenario.arms.size(); ++i) {
    const ArmPart& arm = scenario.arms[i];
    if (std::ranges::find(therapies, arm.therapy) == therapies.end()) continue;
    if (!context.condition->delivery(arm.therapy).in_groups) continue;
    const double at_a_site = static_cast<double>(scenario.cohort.participants) * arm.allocation / total /
                             static_cast<double>(scenario.cohort.sites);
    if (at_a_site >= minimum) continue;
    context.add(
        fmt::format("arm.{}.name", i + 1),
        fmt::format("'{}' meets in groups of at least {}, but a site enrols {:.2g} of its participants",
                    arm.name, minimum, at_a_site),
        "no group could form", "enrol more participants, at fewer sites, or make groups.minimum smaller");
  }
}

void check_shares(const CheckContext& context) {
  const Scenario& scenario = context.scenario;
  const ClusterShares usual =
      context.condition != nullptr ? context.condition->cluster_shares() : ClusterShares{};
  const auto share = [](const std::optional<double>& set, const std::optional<double>& otherwise) {
    return set.value_or(otherwise.value_or(0.0));
  };
  const double sum =
      share(scenario.groups.icc, usual.group) + share(scenario.groups.therapist_icc, usual.therapist);
  if (sum > most_of_the_variance) {
    const char* path = scenario.groups.icc ? "groups.icc" : "groups.therapist_icc";
    context.add(
        path, fmt::format("groups and therapists take {:g} of the variance", sum),
        fmt::format("the participants themselves keep at least {:g} of it", 1.0 - most_of_the_variance),
        "make groups.icc or groups.therapist_icc smaller");
  }
  const double site = share(scenario.cohort.site_icc, usual.site);
  if (site > most_of_the_variance) {
    context.add(
        "cohort.site_icc", fmt::format("sites take {:g} of the variance", site),
        fmt::format("the participants themselves keep at least {:g} of it", 1.0 - most_of_the_variance),
        "make cohort.site_icc smaller");
  }
}

void check_endpoint_names(const CheckContext& context) {
  if (context.condition == nullptr) return;
  const std::vector<std::string> known = endpoint_names(*context.condition);
  const auto check = [&](const std::string& path, const std::string& name) {
    if (context.endpoint(name) != nullptr) return;
    context.add(path, fmt::format("'{}' is no endpoint of {}", name, context.condition->name()), {},
                suggest(name, known));
  };
  const std::vector<std::string>& listed = context.scenario.schedule.endpoints;
  for (std::size_t e = 0; e < listed.size(); ++e)
    check(fmt::format("schedule.endpoints.{}", e + 1), listed[e]);
  const std::optional<std::string>& looked_at = context.scenario.dropout.endpoint;
  if (looked_at) check("dropout.endpoint", *looked_at);
}

void check_dropout(const CheckContext& context) {
  const DropoutPart& dropout = context.scenario.dropout;
  const bool looks_at_values = dropout.last_seen.value_or(0.0) != 0.0 || dropout.unseen.value_or(0.0) != 0.0;
  if (context.condition == nullptr || !looks_at_values || dropout.endpoint) return;
  const auto profiles = context.condition->profiles();
  const std::string& profile = context.scenario.cohort.profile;
  if (std::ranges::find(profiles, profile) == profiles.end()) return;
  if (!context.condition->dropout(profile).endpoint.empty()) return;
  const char* path = dropout.last_seen ? "dropout.last_seen" : "dropout.unseen";
  context.add(path, "people leave for a value, but it is not said of which endpoint",
              "the profile names none", "add dropout.endpoint");
}

void check_level(const CheckContext& context) {
  const TestingPart& testing = context.scenario.testing;
  // One-sided, the interval that goes with the test has confidence 1 - 2 alpha.
  if (testing.sides == 1 && testing.alpha >= 0.5) {
    context.add("testing.alpha",
                fmt::format("a one-sided test at {:g} rejects before any data are seen", testing.alpha),
                "alpha must be below 0.5 where sides = 1", "0.025 is usual");
  }
}

}  // namespace

void check_design(const CheckContext& context) {
  check_arms(context);
  check_profile(context);
  check_visits(context);
  check_blocks(context);
  check_groups(context);
  check_shares(context);
  check_endpoint_names(context);
  check_dropout(context);
  check_level(context);
}

}  // namespace equipoise
