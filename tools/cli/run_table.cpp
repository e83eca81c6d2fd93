#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tools/cli/analyses_table.hpp"
#include "tools/cli/hypothesis_remark.hpp"
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
      fmt::format("{} of {}, {}, {}; seed {}\n", counted(trials, "simulated trial"),
                  counted(plan.design.participants, "participant"), counted(plan.design.arms.size(), "arm"),
                  counted(plan.design.sites, "site"), summary.study.options.seed);
  return text;
}

std::string level_text(const Plan& plan) {
  return fmt::format("alpha {:g}, {}-sided, multiplicity: {}", plan.level.alpha,
                     plan.level.sides == 2 ? "two" : "one", name_of(plan.multiplicity.method()));
}

/// What the values of the protocols' analyses are.
std::string scale_notes(const Plan& plan) {
  std::string text = coverage_note(plan) + "Values are treatment minus comparator.\n";
  const bool conditional = std::ranges::any_of(plan.tests, [](const PlannedTest& test) {
    return !marginal_scale(test.contrast, test.protocol().options);
  });
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

/// What the reader of a hypothesis' row must know: how it is tested, and what its values are.
std::string row_remark(const Plan& plan, std::size_t h, const TestCharacteristics& test) {
  std::string text = test_remark(plan, h);
  if (all_are_differences_of_means(plan)) return text;
  const PlannedTest& planned = plan.tests[h];
  return text + (text.empty() ? "" : "; ") +
         scale_remark(planned, planned.protocol(), test.truth, test.mean_estimate);
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
  for (std::size_t h = 0; h < all.tests.size(); ++h) {
    const TestCharacteristics& test = all.tests[h];
    std::vector<std::string> row{test.name + truth_mark(test), percent_with_error(power_or_error(test))};
    if (notes.harm) row.push_back(harm_text(test));
    if (adjusted) {
      row.push_back(percent_with_error(power_or_error(test.analyses.front(), test.null_is_true)));
    }
    row.insert(row.end(),
               {with_error(test.truth), with_error(test.bias), with_error(test.empirical_se),
                with_error(test.model_se), percent_with_error(test.coverage), grouped(failed_fits(test))});
    table.add(std::move(row));
    const std::string remark = row_remark(summary.study.plan, h, test);
    if (!remark.empty()) table.add_remark("  " + remark);
  }
  if (all.tests.size() > 1) {
    // Of true null hypotheses alone there is nothing to show.
    if (!std::ranges::all_of(all.tests, &TestCharacteristics::null_is_true)) {
      table.add({"any of them", percent_with_error(all.any)});
      table.add({"all of them", percent_with_error(all.all)});
    }
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

std::string arms_table(const Characteristics& all, TimeUnit unit) {
  const bool groups = std::ranges::any_of(all.arms, [](const ArmSummary& arm) { return arm.groups > 0.0; });
  std::vector<std::string> header{"Arm", "Enrolled", "Seen at last visit", "Sessions", "Never attended"};
  if (groups) header.insert(header.end(), {"Groups", "Group size", fmt::format("Wait, {}", name_of(unit))});
  NumberTable table(header);
  for (const ArmSummary& arm : all.arms) {
    std::vector<std::string> row{arm.name, fmt::format("{:.1f}", arm.enrolled), percent(arm.retention),
                                 fmt::format("{:.1f}", arm.sessions_mean),
                                 arm.sessions_mean > 0.0 ? percent(arm.never_attended) : "-"};
    if (groups && arm.groups > 0.0) {
      row.insert(row.end(), {fmt::format("{:.1f}", arm.groups), fmt::format("{:.1f}", arm.group_size),
                             fmt::format("{:.2f}", in_unit(arm.wait, unit))});
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
  std::vector<std::string> header{design.time_unit == TimeUnit::weeks ? "Week" : "Month", "0"};
  for (const double time : design.shown_visits()) header.push_back(fmt::format("{:g}", time));
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

/// Whose numbers the true values are: nobody is to take them for a published trial's.
std::string assumptions_note(const Study& study) {
  if (study.assumed.empty()) return {};
  return fmt::format(
      "True values, means and losses are of simulated people: {} of the condition {} {} that nobody "
      "reported.\n",
      counted(study.assumed.size(), "parameter"), study.provenance.condition,
      study.assumed.size() == 1 ? "is an assumption" : "are assumptions");
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
                     alternatives_tables(summary.study.plan, all) + failed_fits_tables(all) +
                     arms_table(all, design.time_unit) + "\n";
  text += "Endpoints over those seen\n\n";
  for (std::size_t e = 0; e < design.endpoints.size(); ++e) {
    text += endpoint_table(design.endpoints[e], e, design, all.arms) + "\n";
  }
  text += fmt::format(
      "{} in {:.1f} s: {} a second.\n", counted(all.trials, "trial"), summary.result.seconds,
      grouped(static_cast<std::uint64_t>(static_cast<double>(all.trials) / summary.result.seconds)));
  return text + assumptions_note(summary.study);
}

}  // namespace equipoise
