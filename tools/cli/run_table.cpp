#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tools/cli/number_table.hpp"
#include "tools/cli/numbers.hpp"
#include "tools/cli/run_summary.hpp"
#include "tools/cli/truth_marks.hpp"

namespace equipoise {
namespace {

std::string heading(const RunSummary& summary) {
  const RunResult& result = summary.result;
  const Plan& plan = summary.study.plan;
  const std::uint64_t trials = result.characteristics.trials;
  std::string text = summary.study.provenance.title + "\n";
  text +=
      fmt::format("{} simulated trials of {} participants, {} arms, {}; seed {}\n", grouped(trials),
                  grouped(plan.design.participants), plan.design.arms.size(),
                  plan.design.sites == 1 ? std::string("1 site") : fmt::format("{} sites", plan.design.sites),
                  summary.study.options.seed);
  return text;
}

std::string level_text(const Plan& plan) {
  return fmt::format("alpha {:g}, {}-sided, multiplicity: {}", plan.level.alpha,
                     plan.level.sides == 2 ? "two" : "one", name_of(plan.multiplicity.method()));
}

/// What the values of the protocols' analyses are.
std::string scale_notes(const Plan& plan) {
  bool ratios = false;
  bool pairs = false;
  bool conditional = false;
  for (const PlannedTest& test : plan.tests) {
    const auto scale = marginal_scale(test.contrast, test.protocol().options);
    ratios = ratios || scale == EstimateScale::log_odds_ratio || scale == EstimateScale::log_risk_ratio;
    pairs = pairs || scale == EstimateScale::share_of_pairs;
    conditional = conditional || !scale;
  }
  std::string text = coverage_note(plan) + "Values are treatment minus comparator";
  if (ratios || conditional) text += "; ratios of odds and risks are logarithms";
  if (pairs) text += "; of ranks the share of pairs won, minus a half";
  text += ".\n";
  if (conditional) {
    text +=
        "Without a true value: what depends on covariates, visits or strata as well as on the two arms.\n";
  }
  return text;
}

/// Names the hypotheses whose power counts rejections for harm.
std::string power_counts_note(const Design& design) {
  std::string names;
  for (const Hypothesis& hypothesis : design.hypotheses) {
    if (hypothesis.power_counts != PowerCounts::either) continue;
    names += fmt::format("{}'{}'", names.empty() ? "" : ", ", hypothesis.name);
  }
  if (names.empty()) return {};
  return fmt::format("The power of {} counts rejections in either direction (power_counts).\n", names);
}

std::string characteristics_table(const RunSummary& summary) {
  const Characteristics& all = summary.result.characteristics;
  const bool adjusted =
      summary.study.plan.multiplicity.method() != MultiplicityMethod::none && all.tests.size() > 1;
  TruthNotes notes;
  for (const TestCharacteristics& test : all.tests) notes.add(test);
  std::vector<std::string> header{"Hypothesis", "Power"};
  if (notes.harm) header.emplace_back("For harm");
  if (adjusted) header.emplace_back("On its own");
  for (const char* column : {"True value", "Bias", "Empirical SE", "Model SE", "Coverage", "Failed fits"}) {
    header.emplace_back(column);
  }
  NumberTable table(header);
  for (const TestCharacteristics& test : all.tests) {
    std::vector<std::string> row{test.name + truth_mark(test), percent_with_error(power_or_error(test))};
    if (notes.harm) row.push_back(percent_with_error(test.harm));
    if (adjusted) {
      row.push_back(percent_with_error(power_or_error(test.analyses.front(), test.null_is_true)));
    }
    row.insert(row.end(),
               {with_error(test.truth), with_error(test.bias), with_error(test.empirical_se),
                with_error(test.model_se), percent_with_error(test.coverage), grouped(failed_fits(test))});
    table.add(std::move(row));
  }
  if (all.tests.size() > 1) {
    table.add({"any of them", percent_with_error(all.any)});
    table.add({"all of them", percent_with_error(all.all)});
    if (notes.null) table.add({"familywise error", percent_with_error(all.familywise_error)});
  }
  std::string text =
      fmt::format("Operating characteristics ({})\n\n{}", level_text(summary.study.plan), table.text());
  text += "Monte Carlo standard errors in parentheses. " + scale_notes(summary.study.plan);
  text += power_counts_note(summary.study.plan.design) + notes.text();
  if (notes.null && all.tests.size() > 1) {
    text += "Familywise error: the share of trials that reject any null hypothesis that is true.\n";
  }
  return text;
}

/// "+0.4 (0.1)" in percent.
std::string points_with_error(const Simulated& difference) {
  if (std::isnan(difference.value)) return "-";
  return fmt::format("{:+.2f} ({:.2f})", 100.0 * difference.value, 100.0 * difference.mcse);
}

std::string signed_with_error(const Simulated& difference) {
  // Two analyses that agree differ by rounding.
  constexpr double rounding = 1e-12;
  if (std::abs(difference.value) < rounding && difference.mcse < rounding) return "0";
  return (difference.value >= 0.0 ? "+" : "") + with_error(difference);
}

/// Of each hypothesis that has several analyses: the others against the protocol's.
std::string alternatives_tables(const Characteristics& all) {
  std::string text;
  for (const TestCharacteristics& test : all.tests) {
    if (test.analyses.size() < 2) continue;
    NumberTable table({"Analysis", "Power", "Power, points", "Bias", "Empirical SE", "Model SE",
                       "Coverage, points", "Failed fits"});
    const AnalysisCharacteristics& protocol = test.analyses.front();
    table.add({protocol.name + " (protocol)", percent_with_error(power_or_error(protocol, test.null_is_true)),
               "", with_error(protocol.bias), with_error(protocol.empirical_se),
               with_error(protocol.model_se), percent_with_error(protocol.coverage),
               grouped(failed_fits(test))});
    for (std::size_t a = 1; a < test.analyses.size(); ++a) {
      const AnalysisCharacteristics& other = test.analyses[a];
      const PairedDifference& by = other.difference;
      table.add({other.name, percent_with_error(power_or_error(other, test.null_is_true)),
                 points_with_error(test.null_is_true ? by.rejection_rate : by.power),
                 signed_with_error(by.bias), signed_with_error(by.empirical_se),
                 signed_with_error(by.model_se), points_with_error(by.coverage), grouped(other.unanswered)});
    }
    text += fmt::format("Analyses of the same participants: {}\n\n{}", test.name, table.text());
    text +=
        "Below the first row: minus the protocol's, with the standard error of the paired difference.\n\n";
  }
  return text;
}

/// Of each hypothesis with fits that failed: what they make of the power, and what took their place.
std::string ledger(const Characteristics& all) {
  std::string text;
  for (const TestCharacteristics& test : all.tests) {
    const AnalysisCharacteristics& protocol = test.analyses.front();
    if (failed_fits(test) == 0) continue;
    text += fmt::format("Fits that failed: {}\n\n", test.name);
    NumberTable table({"A failed fit ...", "Power"});
    const FailureRules& rules = test.null_is_true ? protocol.rejection_rules : protocol.rules;
    table.add({"rejects nothing", percent_with_error(rules.no_rejection)});
    table.add({"is left out with its trial", percent_with_error(rules.left_out)});
    if (!protocol.fallbacks.empty()) {
      table.add({"gives way to the plan's next analysis", percent_with_error(rules.fallback)});
    }
    text += table.text();
    std::string counts;
    for (std::size_t s = 0; s < fit_status_count; ++s) {
      const auto status = static_cast<FitStatus>(s);
      if (status == FitStatus::ok || test.status[s] == 0) continue;
      counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", grouped(test.status[s]), name_of(status));
    }
    text += fmt::format("Of {} fits: {}", grouped(all.trials), counts);
    for (const FallbackUse& use : protocol.fallbacks) {
      text += fmt::format("; {} used {} times", use.name, grouped(use.used));
    }
    text += fmt::format("; {} trials without an answer\n\n", grouped(protocol.unanswered));
  }
  return text;
}

std::string arms_table(const Characteristics& all) {
  const bool groups = std::ranges::any_of(all.arms, [](const ArmSummary& arm) { return arm.groups > 0.0; });
  std::vector<std::string> header{"Arm", "Enrolled", "Seen at last visit", "Sessions", "Never attended"};
  if (groups) header.insert(header.end(), {"Groups", "Group size", "Wait, months"});
  NumberTable table(header);
  for (const ArmSummary& arm : all.arms) {
    std::vector<std::string> row{arm.name, fmt::format("{:.1f}", arm.enrolled), percent(arm.retention),
                                 fmt::format("{:.1f}", arm.sessions_mean),
                                 arm.sessions_mean > 0.0 ? percent(arm.never_attended) : "-"};
    if (groups && arm.groups > 0.0) {
      row.insert(row.end(), {fmt::format("{:.1f}", arm.groups), fmt::format("{:.1f}", arm.group_size),
                             fmt::format("{:.2f}", arm.wait)});
    }
    table.add(std::move(row));
  }
  return "The arms as simulated, a trial on average\n\n" + table.text();
}

/// A state is shown as the share in its better state, whatever the instrument counts.
std::string cell(const Endpoint& endpoint, double mean, double sd) {
  if (std::isnan(mean)) return "-";
  if (endpoint.kind == EndpointKind::state) {
    return percent(endpoint.better == Direction::lower_better ? 1.0 - mean : mean);
  }
  const int decimals = std::abs(mean) >= 100.0 || sd >= 100.0 ? 0 : 2;
  return fmt::format("{} ({})", fixed(mean, decimals), fixed(sd, decimals));
}

std::string endpoint_title(const Endpoint& endpoint) {
  if (endpoint.kind != EndpointKind::state) {
    return fmt::format("{}: {}, {}; mean (SD)", endpoint.name, endpoint.instrument, endpoint.unit);
  }
  const char* state = endpoint.better == Direction::lower_better ? "without it" : "with it";
  return fmt::format("{}: {}; share {}", endpoint.name, endpoint.instrument, state);
}

std::string endpoint_table(const Endpoint& endpoint, std::size_t e, const Design& design,
                           const std::vector<ArmSummary>& arms) {
  std::vector<std::string> header{"Month", "0"};
  for (const double month : design.visits) header.push_back(fmt::format("{:g}", month));
  NumberTable table(header);
  for (const ArmSummary& arm : arms) {
    std::vector<std::string> row{arm.name};
    const EndpointSummary& summary = arm.endpoints[e];
    for (std::size_t v = 0; v < design.visit_count(); ++v)
      row.push_back(cell(endpoint, summary.mean[v], summary.sd[v]));
    table.add(std::move(row));
  }
  return fmt::format("{}\n\n{}", endpoint_title(endpoint), table.text());
}

}  // namespace

std::string coverage_note(const Plan& plan) {
  const double confidence = plan.tests.front().question.confidence();
  const char* ends = plan.level.sides == 2 ? "" : ", each of whose ends is a one-sided bound";
  return fmt::format("Coverage is that of {:g} % intervals{}.\n", 100.0 * confidence, ends);
}

std::string run_table(const RunSummary& summary) {
  const Design& design = summary.study.plan.design;
  const Characteristics& all = summary.result.characteristics;
  std::string text = heading(summary) + "\n" + characteristics_table(summary) + "\n" +
                     alternatives_tables(all) + ledger(all) + arms_table(all) + "\n";
  text += "Endpoints over those seen\n\n";
  for (std::size_t e = 0; e < design.endpoints.size(); ++e) {
    text += endpoint_table(design.endpoints[e], e, design, all.arms) + "\n";
  }
  text += fmt::format(
      "{} trials in {:.1f} s: {} a second.\n", grouped(all.trials), summary.result.seconds,
      grouped(static_cast<std::uint64_t>(static_cast<double>(all.trials) / summary.result.seconds)));
  if (!summary.study.assumed.empty()) {
    text += fmt::format("{} of the condition's parameters are assumptions that nobody reported.\n",
                        summary.study.assumed.size());
  }
  return text;
}

}  // namespace equipoise
