#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tools/cli/analysis_scale.hpp"
#include "tools/cli/hypothesis_remark.hpp"
#include "tools/cli/number_table.hpp"
#include "tools/cli/numbers.hpp"
#include "tools/cli/run_summary.hpp"
#include "tools/cli/sweep_summary.hpp"
#include "tools/cli/truth_marks.hpp"

namespace equipoise {
namespace {

/// Whether a key of the cells may change how a hypothesis is tested or analysed.
bool changes_hypotheses(const SweepSummary& summary) {
  return std::ranges::any_of(summary.cells.factors, [](const CellFactor& factor) {
    return factor.key.starts_with("hypothesis.") || factor.key.starts_with("testing.");
  });
}

/// The hypothesis' name, and what there is to know of its rows.
std::string hypothesis_heading(const SweepSummary& summary, std::size_t h) {
  const Plan& plan = summary.study.base.plan;
  const std::string scale = scale_of(plan.tests[h].contrast, plan.tests[h].protocol().options);
  std::string remark = test_remark(plan, h);
  if (!all_are_differences_of_means(plan)) remark += (remark.empty() ? "" : "; ") + scale;
  const char* where = changes_hypotheses(summary) ? " (in the scenario as it stands)" : "";
  if (!remark.empty()) remark = fmt::format("\n{}{}", remark, where);
  return plan.design.hypotheses[h].name + remark;
}

std::string heading(const SweepSummary& summary) {
  const Study& base = summary.study.base;
  const bool common = summary.study.sweep->common_random_numbers;
  std::string trials = counted(base.options.trials, "simulated trial");
  if (base.options.precision)
    trials = fmt::format("trials until every power's error is {:g}", *base.options.precision);
  return fmt::format("{}\n{} of {}, {} each; seed {}; {}\n", base.provenance.title,
                     grouped(summary.results.size()), counted(summary.cells.cells, "cell"), trials,
                     base.options.seed,
                     common ? "the same virtual participants in every cell"
                            : "virtual participants of their own in every cell");
}

/// What the cells show of one hypothesis.
TruthNotes notes_of(const SweepSummary& summary, std::size_t h) {
  TruthNotes notes;
  for (const CellResult& result : summary.results) notes.add(result.characteristics.tests[h]);
  return notes;
}

/// Between two cells in which the null hypothesis is true that of their type I error rates, else of the
/// powers.
std::string difference_text(const SweepSummary& summary, std::size_t cell, std::size_t h) {
  const std::size_t reference = summary.study.sweep->reference;
  if (cell == reference || summary.differences.empty()) return {};
  const auto null = [&](std::size_t c) { return summary.results[c].characteristics.tests[h].null_is_true; };
  const CellDifference& difference = summary.differences[cell][h];
  return points_with_error(null(cell) && null(reference) ? difference.rejection_rate : difference.power);
}

std::string hypothesis_table(const SweepSummary& summary, std::size_t h) {
  const std::size_t reference = summary.study.sweep->reference;
  std::vector<std::string> header{"Cell"};
  for (const CellFactor& factor : summary.cells.factors) header.push_back(factor.key);
  header.emplace_back("Power");
  const bool harm = notes_of(summary, h).harm;
  if (harm) header.emplace_back("For harm");
  header.push_back(fmt::format("Minus cell {}", reference));
  header.emplace_back("True value");
  const PlannedTest& planned = summary.study.base.plan.tests[h];
  const char* const ratio = changes_hypotheses(summary) ? nullptr : ratio_name(planned.protocol());
  if (ratio != nullptr) header.push_back(fmt::format("True {}", ratio));
  for (const char* column : {"Bias", "Empirical SE", "Model SE", "Coverage", "Failed fits"}) {
    header.emplace_back(column);
  }
  NumberTable table(header);
  for (std::size_t cell = 0; cell < summary.results.size(); ++cell) {
    const TestCharacteristics& test = summary.results[cell].characteristics.tests[h];
    std::vector<std::string> row{std::to_string(cell) + truth_mark(test)};
    for (const CellFactor& factor : summary.cells.factors) row.push_back(factor_text(factor, cell));
    row.push_back(percent_with_error(power_or_error(test)));
    if (harm) row.push_back(harm_text(test));
    row.push_back(difference_text(summary, cell, h));
    row.push_back(with_error(test.truth));
    if (ratio != nullptr) row.push_back(with_error(ratio_of(test.truth)));
    row.insert(row.end(), {with_error(test.bias), with_error(test.empirical_se), with_error(test.model_se),
                           percent_with_error(test.coverage), grouped(failed_fits(test))});
    table.add(std::move(row));
  }
  return fmt::format("{}\n\n{}", hypothesis_heading(summary, h), table.text());
}

std::string share_text(const VarianceShare& share) {
  if (std::isnan(share.value)) return "-";
  return fmt::format("{} ({} to {})", fixed(share.value, 2), fixed(share.low, 2), fixed(share.high, 2));
}

std::string number_text(double number) {
  return fmt::format("{:.4g}", number);
}

std::string influence_table(const SensitivitySummary& summary, const PowerSensitivity& of) {
  NumberTable table({"Factor", "Low", "High", "Power at low", "Power at high", "Difference, points",
                     "First order", "Total"});
  for (std::size_t f = 0; f < of.factors.size(); ++f) {
    const SensitivityFactor& factor = summary.result.factors[f];
    const FactorInfluence& influence = of.factors[f];
    table.add({factor.key, number_text(factor.low), number_text(factor.high),
               percent_with_error(influence.power_low), percent_with_error(influence.power_high),
               points_with_error(influence.difference), share_text(influence.first_order),
               share_text(influence.total)});
  }
  return fmt::format(
      "{}\n\nPower {} with all factors at their medians; {} averaged over them, with a standard deviation of "
      "{} points.\n\n{}",
      of.hypothesis, percent_with_error(of.medians), percent_with_error(of.mean), fixed(100.0 * of.sd, 1),
      table.text());
}

}  // namespace

std::string factor_text(const CellFactor& factor, std::size_t cell) {
  return factor.numbers.empty() ? factor.words[cell] : fmt::format("{}", factor.numbers[cell]);
}

std::string sweep_table(const SweepSummary& summary) {
  std::string text = heading(summary) + "\n";
  const std::size_t hypotheses = summary.results.front().characteristics.tests.size();
  TruthNotes notes;
  for (std::size_t h = 0; h < hypotheses; ++h) {
    text += hypothesis_table(summary, h) + "\n";
    notes.merge(notes_of(summary, h));
  }
  text +=
      "Monte Carlo standard errors in parentheses; that of a difference of powers, in percentage points, is\n"
      "the paired one where cells share their participants. Values are treatment minus comparator.\n";
  text += coverage_note(summary.study.base.plan);
  text += notes.text();
  if (notes.null) text += "Differences are of powers, and between two cells with † of type I error rates.\n";
  text += fmt::format("{} in {:.1f} s.\n", counted(summary.results.size(), "cell"), summary.done.seconds);
  return text;
}

std::string sensitivity_table(const SensitivitySummary& summary) {
  const SensitivityPart& part = *summary.study.sensitivity;
  const SensitivityStudy& study = summary.study.plan->study;
  std::string text = fmt::format(
      "{}\nSensitivity of the power to {}: {} of {} points with {} each, and {} at each end of each factor; "
      "seed {}\n\n",
      summary.study.base.provenance.title, counted(summary.result.factors.size(), "factor"),
      counted(study.rows_done(), "row"), summary.result.factors.size() + 2, counted(part.trials, "trial"),
      counted(summary.study.base.options.trials, "trial"), summary.study.base.options.seed);
  for (const PowerSensitivity& of : summary.result.hypotheses) text += influence_table(summary, of) + "\n";
  text += fmt::format(
      "Low and high are the factor's {:g} and {:g} quantiles, with the others at their medians; the errors "
      "of\n"
      "the differences are paired. First order: the share of the power's variance that the factor makes "
      "alone;\n"
      "total: with all that it does together with others. 95 % intervals from resampled rows.\n",
      part.tornado[0], part.tornado[1]);
  if (study.rows_done() < fewest_rows_for_shares) {
    text += fmt::format("{} not enough points to tell shares of the variance: {} are the fewest.\n",
                        counted(study.rows_done(), "row is", "rows are"), fewest_rows_for_shares);
  }
  for (const SensitivityFactor& factor : summary.result.factors) {
    text += fmt::format("{} = {}\n", factor.key, factor.distribution);
  }
  text += fmt::format("{} in {:.1f} s.\n", counted(summary.done.cells, "cell"), summary.done.seconds);
  return text;
}

}  // namespace equipoise
