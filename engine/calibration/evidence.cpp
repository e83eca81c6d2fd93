#include "engine/calibration/evidence.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/scenario/schema/document.hpp"

namespace equipoise {

/// One month or a list of them.
template <>
struct Codec<Months> {
  static std::string type() { return "number, or list of numbers"; }
  static std::string text(const Months&) { return "none"; }
  static std::optional<Months> read(const Value& value, const std::string& path, const KeyInfo& info,
                                    Problems& problems) {
    if (value.is_number()) {
      const auto one = Codec<double>::read(value, path, info, problems);
      return one ? std::optional(Months{{*one}}) : std::nullopt;
    }
    auto many = Codec<std::vector<double>>::read(value, path, info, problems);
    return many ? std::optional(Months{std::move(*many)}) : std::nullopt;
  }
};

namespace {

constexpr Need required = Need::required;

Keys<SourceTrial> trial_keys() {
  Keys<SourceTrial> keys;
  keys.key("title", &SourceTrial::title, {.doc = "The trial or cohort in words.", .need = required})
      .key("scenario", &SourceTrial::scenario,
           {.doc = "A scenario beside evidence.toml that runs it as it was run; without one it is not "
                   "simulated."})
      .key("citation", &SourceTrial::citation,
           {.doc = "Where its design stands.", .need = required, .several_lines = true});
  return keys;
}

Keys<Target> target_keys() {
  Keys<Target> keys;
  keys.key("id", &Target::id, {.doc = "A unique name, as tables of results print it.", .need = required})
      .key("trial", &Target::trial, {.doc = "The [trial.NAME] that reported it.", .need = required})
      .key("role", &Target::role,
           {.doc = "fit: to be reproduced; check: to be compared with; note: not simulated.",
            .need = required})
      .key("arm", &Target::arm, {.doc = "The therapy, or \"all\"."})
      .key("contrast", &Target::contrast, {.doc = "Two therapies: first minus, or over, second."})
      .key("endpoint", &Target::endpoint,
           {.doc = "The endpoint, or \"retention\" or \"attendance\".", .need = required})
      .key("instrument", &Target::instrument, {.doc = "Where it differs from the endpoint's own."})
      .key("visit_months", &Target::visit_months,
           {.doc = "Months on the trial's clock; several: their average.",
            .unit = "months",
            .range = at_least(0),
            .need = required})
      .key("statistic", &Target::statistic, {.doc = "What is reported.", .need = required})
      .key("at_least", &Target::at_least, {.doc = "A share counts those at or above it."})
      .key("at_most", &Target::at_most, {.doc = "A share counts those at or below it."})
      .key("n", &Target::n, {.doc = "Participants behind it.", .range = at_least(1)})
      .key("value", &Target::value, {.doc = "The number.", .need = required})
      .key("se", &Target::se, {.doc = "Its standard error; of a ratio: of its logarithm.", .range = above(0)})
      .key("discrepancy", &Target::discrepancy,
           {.doc = "SD by which this trial's people may differ from the condition's; assumed.",
            .range = above(0)})
      .key("se_basis", &Target::se_basis, {.doc = "How the standard error was had.", .several_lines = true})
      .key("se_status", &Target::se_status,
           {.doc = "Whether the standard error was read or computed from what was; assumed where it rests on "
                   "a recollection or on inputs that nobody reported."})
      .key("status", &Target::status, {.doc = "Whether the value was read.", .need = required})
      .key("citation", &Target::citation,
           {.doc = "Where the value stands.", .need = required, .several_lines = true});
  return keys;
}

bool compares_arms(Statistic statistic) {
  switch (statistic) {
    case Statistic::mean_difference:
    case Statistic::standardized_difference:
    case Statistic::odds_ratio:
    case Statistic::risk_difference:
    case Statistic::hazard_ratio:
      return true;
    default:
      return false;
  }
}

bool counts_a_share(Statistic statistic) {
  return statistic == Statistic::share || statistic == Statistic::odds_ratio ||
         statistic == Statistic::risk_difference;
}

bool compares_with_baseline(Statistic statistic) {
  switch (statistic) {
    case Statistic::mean_change:
    case Statistic::relative_change:
    case Statistic::mean_difference:
    case Statistic::standardized_difference:
    case Statistic::correlation:
    case Statistic::sd_ratio:
    case Statistic::responder_share:
      return true;
    default:
      return false;
  }
}

/// What does not go together in one target.
class TargetChecks {
 public:
  TargetChecks(const Target& target, const Value& node, Problems& problems)
      : target_(target), node_(node), problems_(problems) {}

  void arms() const {
    const bool pair = compares_arms(target_.statistic);
    if (pair && target_.contrast.size() != 2) {
      add("statistic", "compares two arms but names no contrast of two",
          "contrast = [\"first\", \"second\"]");
    }
    if (!pair && target_.arm.empty()) {
      add("statistic", "is of one arm but names none", "arm = \"all\", or a therapy");
    }
    if (!target_.arm.empty() && !target_.contrast.empty()) {
      add("contrast", "has an arm and a contrast", "keep the one that the number is of");
    }
  }
  void thresholds() const {
    if (target_.role == TargetRole::note) return;
    const bool given = target_.at_least || target_.at_most;
    if (counts_a_share(target_.statistic) && !given) {
      add("statistic", "is a share but does not say of what", "give at_least or at_most");
    }
    if (!counts_a_share(target_.statistic) && given) {
      add(target_.at_least ? "at_least" : "at_most", "has a threshold that its statistic does not use",
          "take it away");
    }
  }
  void error() const {
    if (target_.role == TargetRole::fit && !target_.se && !target_.discrepancy) {
      add("role", "is to be reproduced but has neither se nor discrepancy",
          "nobody knows how closely; give one, or role = \"check\"");
    }
    if (target_.is_ratio() && target_.value <= 0.0) add("value", "is a ratio of 0 or less", "");
    if (target_.role != TargetRole::note && target_.statistic == Statistic::hazard_ratio) {
      add("statistic", "is a hazard ratio, which no visit shows", "role = \"note\"");
    }
  }
  void visits() const {
    const std::vector<double>& months = target_.visit_months.months;
    if (months.empty()) add("visit_months", "has no visit", "");
    if (target_.role != TargetRole::note && compares_with_baseline(target_.statistic) &&
        std::ranges::find(months, 0.0) != months.end()) {
      add("visit_months", "compares baseline with itself", "name the visits after it");
    }
  }
  /// Retention and sessions are no endpoints: they have no values at baseline and at visits.
  void endpoint() const {
    if (target_.role == TargetRole::note) return;
    const Statistic statistic = target_.statistic;
    if (target_.endpoint == retention_endpoint && statistic != Statistic::count_share) {
      add("statistic", "is of retention, which is counted", "statistic = \"count_share\"");
    }
    if (target_.endpoint == attendance_endpoint &&
        (compares_with_baseline(statistic) || statistic == Statistic::count_share)) {
      add("statistic", "is of attendance, which has no visits", "take a mean, sd, quantile or share of it");
    }
  }

 private:
  void add(const char* key, const std::string& what, const std::string& suggestion) const {
    const Value* const found = node_.find(key);
    problems_.add(found == nullptr ? node_.place() : found->place(),
                  fmt::format("target '{}' {}", target_.id, what), {}, suggestion);
  }

  const Target& target_;
  const Value& node_;
  Problems& problems_;
};

void check_trial(const Evidence& evidence, const Target& target, const Value& node, Problems& problems) {
  const SourceTrial* const trial = evidence.trials.find(target.trial);
  const Value* const key = node.find("trial");
  const Place& place = key == nullptr ? node.place() : key->place();
  if (trial == nullptr) {
    problems.add(place,
                 fmt::format("target '{}' is of the trial '{}', which is not here", target.id, target.trial),
                 {}, suggest(target.trial, evidence.trials.names()));
  } else if (trial->scenario.empty() && target.role != TargetRole::note) {
    problems.add(place, fmt::format("target '{}' is of '{}', which has no scenario", target.id, target.trial),
                 "a number can be reproduced or checked only where its trial is simulated",
                 fmt::format("give [trial.{}] a scenario, or the target role = \"note\"", target.trial));
  }
}

}  // namespace

Keys<Evidence> evidence_keys() {
  Keys<Evidence> keys;
  keys.named("trial", &Evidence::trials, trial_keys(), {.doc = "Published trials.", .need = required})
      .tables("target", &Evidence::targets, target_keys(), {.doc = "Reported numbers.", .need = required});
  return keys;
}

std::optional<Evidence> evidence_from(const Value& root, Problems& problems) {
  const std::size_t before = problems.size();
  Evidence evidence;
  evidence_keys().read(root, evidence, problems);
  if (problems.size() != before) return std::nullopt;
  std::set<std::string> ids;
  for (std::size_t t = 0; t < evidence.targets.size(); ++t) {
    const Target& target = evidence.targets[t];
    const Value& node = root.find("target")->items()[t];
    if (!ids.insert(target.id).second) {
      problems.add(node.find("id")->place(), fmt::format("two targets are named '{}'", target.id),
                   "tables could not tell them apart", "give each a name of its own");
    }
    check_trial(evidence, target, node, problems);
    const TargetChecks checks(target, node, problems);
    checks.arms();
    checks.thresholds();
    checks.error();
    checks.visits();
    checks.endpoint();
  }
  if (problems.size() != before) return std::nullopt;
  return evidence;
}

std::optional<Evidence> read_evidence(const std::filesystem::path& file, Value& root, Problems& problems) {
  const std::size_t before = problems.size();
  root = read_toml(file, problems);
  if (problems.size() != before) return std::nullopt;
  return evidence_from(root, problems);
}

}  // namespace equipoise
