#include "engine/calibration/target_statistic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/numeric/moments.hpp"

namespace equipoise {
namespace {

// A responder is at least so much better than at baseline, as the trials that report responders have it.
constexpr double responder_fraction = 0.30;

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

constexpr const char* everybody = "all";

/// The arms that deliver a therapy, as bits; "all": every arm.
std::uint64_t arms_of(const std::string& therapy, const Design& design) {
  std::uint64_t arms = 0;
  for (std::size_t a = 0; a < design.arms.size(); ++a) {
    if (therapy == everybody || design.arms[a].therapy == therapy) arms |= std::uint64_t{1} << a;
  }
  return arms;
}

/// Reads the participants of some arms.
class Reader {
 public:
  Reader(const PooledTrials& trials, const TargetPlace& place) : trials_(trials), place_(place) {}

  [[nodiscard]] std::size_t people() const { return trials_.data.participants(); }
  [[nodiscard]] bool is_in(std::size_t person, std::uint64_t arms) const {
    return ((arms >> trials_.data.arm[person]) & 1U) != 0;
  }
  [[nodiscard]] double at(std::size_t person, VisitId visit) const {
    if (place_.attendance) return trials_.sessions[person];
    return trials_.data.values.at(*place_.endpoint, visit)[person];
  }
  /// Values of those seen.
  [[nodiscard]] std::vector<double> values(VisitId visit, std::uint64_t arms) const {
    std::vector<double> values;
    for (std::size_t i = 0; i < people(); ++i) {
      if (is_in(i, arms) && !std::isnan(at(i, visit))) values.push_back(at(i, visit));
    }
    return values;
  }
  /// The mean over those of the visits at which a person was seen; NaN where at none.
  [[nodiscard]] double mean_over(std::size_t person, const std::vector<VisitId>& visits) const {
    Moments seen;
    for (const VisitId visit : visits) {
      if (!std::isnan(at(person, visit))) seen.add(at(person, visit));
    }
    return seen.mean();
  }

 private:
  const PooledTrials& trials_;
  const TargetPlace& place_;
};

Moments moments_of(const std::vector<double>& values) {
  Moments moments;
  for (const double value : values) moments.add(value);
  return moments;
}

/// The order statistic at or below the quantile: thousands are so close together that nothing lies between.
double quantile_of(std::vector<double> values, double probability) {
  if (values.empty()) return nothing;
  const auto rank = static_cast<std::ptrdiff_t>(probability * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return values[static_cast<std::size_t>(rank)];
}

/// The average of something over the target's visits.
template <class OfVisit>
double average(const TargetPlace& place, OfVisit of_visit) {
  double sum = 0.0;
  for (const VisitId visit : place.visits) sum += of_visit(visit);
  return sum / static_cast<double>(place.visits.size());
}

double share_within(const Reader& reader, const Target& target, VisitId visit, std::uint64_t arms) {
  const std::vector<double> values = reader.values(visit, arms);
  const auto within = [&](double value) {
    return value >= target.at_least.value_or(-std::numeric_limits<double>::infinity()) &&
           value <= target.at_most.value_or(std::numeric_limits<double>::infinity());
  };
  return static_cast<double>(std::ranges::count_if(values, within)) / static_cast<double>(values.size());
}

double share_seen(const PooledTrials& trials, VisitId visit, std::uint64_t arms) {
  std::size_t enrolled = 0;
  std::size_t seen = 0;
  for (std::size_t i = 0; i < trials.data.participants(); ++i) {
    if (((arms >> trials.data.arm[i]) & 1U) == 0) continue;
    ++enrolled;
    if (trials.data.attended(i, visit)) ++seen;
  }
  return static_cast<double>(seen) / static_cast<double>(enrolled);
}

double mean_change(const Reader& reader, VisitId visit, std::uint64_t arms) {
  Moments change;
  for (std::size_t i = 0; i < reader.people(); ++i) {
    const double now = reader.at(i, visit);
    if (reader.is_in(i, arms) && !std::isnan(now)) change.add(now - reader.at(i, baseline_visit));
  }
  return change.mean();
}

double responder_share(const Reader& reader, VisitId visit, std::uint64_t arms, Direction better) {
  std::size_t seen = 0;
  std::size_t responders = 0;
  for (std::size_t i = 0; i < reader.people(); ++i) {
    const double now = reader.at(i, visit);
    if (!reader.is_in(i, arms) || std::isnan(now)) continue;
    const double before = reader.at(i, baseline_visit);
    ++seen;
    if (before != 0.0 && sign_of(better) * (now - before) >= responder_fraction * std::abs(before)) {
      ++responders;
    }
  }
  return static_cast<double>(responders) / static_cast<double>(seen);
}

double correlation_with_baseline(const Reader& reader, VisitId visit, std::uint64_t arms) {
  Moments before;
  Moments now;
  for (std::size_t i = 0; i < reader.people(); ++i) {
    if (!reader.is_in(i, arms) || std::isnan(reader.at(i, visit))) continue;
    before.add(reader.at(i, baseline_visit));
    now.add(reader.at(i, visit));
  }
  double product = 0.0;
  for (std::size_t i = 0; i < reader.people(); ++i) {
    if (!reader.is_in(i, arms) || std::isnan(reader.at(i, visit))) continue;
    product += (reader.at(i, baseline_visit) - before.mean()) * (reader.at(i, visit) - now.mean());
  }
  return product / (static_cast<double>(now.count() - 1) * before.sd() * now.sd());
}

/// A difference of two arms adjusted for baseline by analysis of covariance with one slope, and the SD of
/// what is left.
struct AdjustedDifference {
  double difference = nothing;
  double sd = nothing;
};

AdjustedDifference adjusted_difference(const Reader& reader, const TargetPlace& place) {
  struct Sums {
    Moments x;
    Moments y;
  };
  std::array<Sums, 2> arms;
  const auto each = [&](auto visit_person) {
    for (std::size_t i = 0; i < reader.people(); ++i) {
      const bool first = reader.is_in(i, place.arms);
      if (!first && !reader.is_in(i, place.second_arms)) continue;
      const double y = reader.mean_over(i, place.visits);
      if (!std::isnan(y)) visit_person(first ? 0U : 1U, reader.at(i, baseline_visit), y);
    }
  };
  each([&](std::size_t a, double x, double y) {
    arms[a].x.add(x);
    arms[a].y.add(y);
  });
  double xx = 0.0;
  double xy = 0.0;
  double yy = 0.0;
  each([&](std::size_t a, double x, double y) {
    const double dx = x - arms[a].x.mean();
    const double dy = y - arms[a].y.mean();
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  });
  const double slope = xx > 0.0 ? xy / xx : 0.0;
  const auto n = static_cast<double>(arms[0].y.count() + arms[1].y.count());
  return {arms[0].y.mean() - arms[1].y.mean() - slope * (arms[0].x.mean() - arms[1].x.mean()),
          std::sqrt((yy - slope * xy) / (n - 3.0))};
}

double log_odds(double share) {
  return std::log(share / (1.0 - share));
}

/// Of members of one therapy group, around their arm's mean: the analysis of variance estimator for groups of
/// unequal size (Donner and Koval 1980, Biometrics 36:19-25, section 2), nested in arms.
double intraclass_correlation(const Reader& reader, const TrialData& data, VisitId visit,
                              std::uint64_t arms) {
  std::map<std::uint8_t, Moments> of_arm;
  const auto counts = [&](std::size_t i) {
    return reader.is_in(i, arms) && data.group[i] >= 0 && !std::isnan(reader.at(i, visit));
  };
  for (std::size_t i = 0; i < reader.people(); ++i) {
    if (counts(i)) of_arm[data.arm[i]].add(reader.at(i, visit));
  }
  struct Group {
    Moments deviations;  // from the arm's mean
    double share = 0.0;  // of the arm's members
  };
  std::map<std::int32_t, Group> of_group;
  for (std::size_t i = 0; i < reader.people(); ++i) {
    if (!counts(i)) continue;
    const Moments& arm = of_arm[data.arm[i]];
    Group& group = of_group[data.group[i]];
    group.deviations.add(reader.at(i, visit) - arm.mean());
    group.share += 1.0 / static_cast<double>(arm.count());
  }
  double between = 0.0;
  double within = 0.0;
  double members = 0.0;
  double squared_sizes = 0.0;  // each over the members of its arm
  for (const auto& [number, group] : of_group) {
    const Moments& moments = group.deviations;
    const auto n = static_cast<double>(moments.count());
    members += n;
    squared_sizes += n * group.share;
    between += n * moments.mean() * moments.mean();
    if (n > 1.0) within += moments.variance() * (n - 1.0);
  }
  const auto groups = static_cast<double>(of_group.size());
  const double free = groups - static_cast<double>(of_arm.size());
  const double mean_between = between / free;
  const double mean_within = within / (members - groups);
  const double size = (members - squared_sizes) / free;
  return (mean_between - mean_within) / (mean_between + (size - 1.0) * mean_within);
}

double of_one_arm(const Target& target, const TargetPlace& place, const Design& design,
                  const PooledTrials& trials, const Reader& reader) {
  const std::uint64_t arms = place.arms;
  const auto over_visits = [&](auto of_visit) { return average(place, of_visit); };
  const auto of_values = [&](auto of) {
    return over_visits([&](VisitId visit) { return of(reader.values(visit, arms)); });
  };
  switch (target.statistic) {
    case Statistic::mean:
      return of_values([](const auto& values) { return moments_of(values).mean(); });
    case Statistic::sd:
      return of_values([](const auto& values) { return moments_of(values).sd(); });
    case Statistic::median:
      return of_values([](const auto& values) { return quantile_of(values, 0.5); });
    case Statistic::quartile_1:
      return of_values([](const auto& values) { return quantile_of(values, 0.25); });
    case Statistic::quartile_3:
      return of_values([](const auto& values) { return quantile_of(values, 0.75); });
    case Statistic::share:
      return over_visits([&](VisitId visit) { return share_within(reader, target, visit, arms); });
    case Statistic::count_share:
      return over_visits([&](VisitId visit) { return share_seen(trials, visit, arms); });
    case Statistic::mean_change:
      return over_visits([&](VisitId visit) { return mean_change(reader, visit, arms); });
    case Statistic::relative_change:
      return of_values([](const auto& values) { return moments_of(values).mean(); }) /
                 moments_of(reader.values(baseline_visit, arms)).mean() -
             1.0;
    case Statistic::correlation:
      return over_visits([&](VisitId visit) { return correlation_with_baseline(reader, visit, arms); });
    case Statistic::sd_ratio:
      return of_values([](const auto& values) { return moments_of(values).sd(); }) /
             moments_of(reader.values(baseline_visit, arms)).sd();
    case Statistic::responder_share: {
      const Direction better = design.endpoints[place.endpoint->index()].better;
      return over_visits([&](VisitId visit) { return responder_share(reader, visit, arms, better); });
    }
    case Statistic::intraclass_correlation:
      return over_visits(
          [&](VisitId visit) { return intraclass_correlation(reader, trials.data, visit, arms); });
    default:
      return nothing;
  }
}

double of_two_arms(const Target& target, const TargetPlace& place, const Design& design,
                   const Reader& reader) {
  const auto share = [&](VisitId visit, std::uint64_t arms) {
    return share_within(reader, target, visit, arms);
  };
  switch (target.statistic) {
    case Statistic::mean_difference:
      return adjusted_difference(reader, place).difference;
    case Statistic::standardized_difference: {
      const AdjustedDifference adjusted = adjusted_difference(reader, place);
      return sign_of(design.endpoints[place.endpoint->index()].better) * adjusted.difference / adjusted.sd;
    }
    case Statistic::odds_ratio:
      return average(place, [&](VisitId visit) {
        return log_odds(share(visit, place.arms)) - log_odds(share(visit, place.second_arms));
      });
    case Statistic::risk_difference:
      return average(
          place, [&](VisitId visit) { return share(visit, place.arms) - share(visit, place.second_arms); });
    default:
      return nothing;
  }
}

std::vector<std::string> therapies_of(const Design& design) {
  std::vector<std::string> therapies;
  for (const Arm& arm : design.arms) therapies.push_back(arm.therapy);
  return therapies;
}

/// Says what a target asks for that its trial's scenario does not have.
class Finder {
 public:
  Finder(const Target& target, const Value& node, const Design& design, Problems& problems)
      : target_(target), node_(node), design_(design), problems_(problems) {}

  [[nodiscard]] std::uint64_t arms(const char* key, const std::string& therapy) const {
    const std::uint64_t arms = arms_of(therapy, design_);
    if (arms == 0) {
      missing(key, fmt::format("no arm delivers '{}'", therapy), suggest(therapy, therapies_of(design_)));
    }
    return arms;
  }
  [[nodiscard]] std::optional<EndpointId> endpoint() const {
    if (target_.endpoint == retention_endpoint || target_.endpoint == attendance_endpoint)
      return std::nullopt;
    std::vector<std::string> names;
    for (std::size_t e = 0; e < design_.endpoints.size(); ++e) {
      names.push_back(design_.endpoints[e].name);
      if (names.back() == target_.endpoint) return id_at<EndpointId>(e);
    }
    missing("endpoint", fmt::format("'{}' is not measured", target_.endpoint),
            suggest(target_.endpoint, names));
    return std::nullopt;
  }
  [[nodiscard]] std::vector<VisitId> visits() const {
    std::vector<VisitId> visits;
    // Sessions are counted once they are over, at no visit in particular.
    if (target_.endpoint == attendance_endpoint) return {baseline_visit};
    for (const double month : target_.visit_months.months) {
      const auto found = std::ranges::find(design_.visits, month);
      if (month == 0.0) {
        visits.push_back(baseline_visit);
      } else if (found != design_.visits.end()) {
        visits.push_back(id_at<VisitId>(static_cast<std::size_t>(found - design_.visits.begin()) + 1));
      } else {
        missing("visit_months", fmt::format("there is no visit at month {:g}", month), "");
      }
    }
    return visits;
  }
  void same_arm_twice() const { missing("contrast", "an arm is on both of its sides", ""); }

 private:
  void missing(const char* key, const std::string& what, const std::string& suggestion) const {
    const Value* const found = node_.find(key);
    problems_.add(found == nullptr ? node_.place() : found->place(),
                  fmt::format("target '{}': {} in the scenario of '{}'", target_.id, what, target_.trial), {},
                  suggestion);
  }

  const Target& target_;
  const Value& node_;
  const Design& design_;
  Problems& problems_;
};

}  // namespace

std::optional<TargetPlace> place_of_target(const Target& target, const Value& node, const Design& design,
                                           Problems& problems) {
  const std::size_t before = problems.size();
  const Finder find(target, node, design, problems);
  TargetPlace place;
  place.attendance = target.endpoint == attendance_endpoint;
  place.endpoint = find.endpoint();
  place.visits = find.visits();
  if (target.contrast.size() == 2) {
    place.arms = find.arms("contrast", target.contrast[0]);
    place.second_arms = find.arms("contrast", target.contrast[1]);
    if ((place.arms & place.second_arms) != 0) find.same_arm_twice();
  } else {
    place.arms = find.arms("arm", target.arm);
  }
  if (problems.size() != before) return std::nullopt;
  return place;
}

double statistic_of(const Target& target, const TargetPlace& place, const Design& design,
                    const PooledTrials& trials) {
  const Reader reader(trials, place);
  if (place.second_arms != 0) return of_two_arms(target, place, design, reader);
  return of_one_arm(target, place, design, trials, reader);
}

}  // namespace equipoise
