#include "tools/cli/analyses_table.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tools/cli/hypothesis_remark.hpp"
#include "tools/cli/number_table.hpp"
#include "tools/cli/numbers.hpp"

namespace equipoise {
namespace {

// Two fits of the same model agree as far as their iterations go: a difference below this part of what is
// compared is none.
constexpr double of_iterations = 1e-7;

/// A difference of two numbers of this size.
std::string signed_with_error(const Simulated& difference, double size) {
  const double least = of_iterations * std::abs(size);
  if (std::abs(difference.value) <= least && difference.mcse <= least) return "0";
  const std::string text = with_error(difference);
  const bool shows_nothing = text.substr(0, text.find(' ')).find_first_not_of("0.") == std::string::npos;
  return (difference.value > 0.0 && !shows_nothing ? "+" : "") + text;
}

std::string own_values(const PlannedTest& test, const TestCharacteristics& of) {
  NumberTable table({"Analysis", "Power", "Bias", "Empirical SE", "Model SE", "Coverage", "Failed fits"});
  const std::string protocols = scale_name(test, test.protocol());
  for (std::size_t a = 0; a < of.analyses.size(); ++a) {
    const AnalysisCharacteristics& analysis = of.analyses[a];
    const PlannedAnalysis& planned = test.analyses[a];
    table.add({analysis.name + (a == 0 ? " (protocol)" : ""),
               percent_with_error(power_or_error(analysis, of.null_is_true)), with_error(analysis.bias),
               with_error(analysis.empirical_se), with_error(analysis.model_se),
               percent_with_error(analysis.coverage), grouped(failed_fits(analysis.status))});
    if (scale_name(test, planned) == protocols) continue;
    table.add_remark("  " + scale_remark(test, planned, analysis.truth, analysis.mean_estimate));
  }
  return table.text();
}

std::string paired_differences(const TestCharacteristics& of) {
  NumberTable table(
      {"Minus the protocol's", "Power, points", "Bias", "Empirical SE", "Model SE", "Coverage, points"});
  const double size = of.analyses.front().empirical_se.value;
  for (std::size_t a = 1; a < of.analyses.size(); ++a) {
    const PairedDifference& by = of.analyses[a].difference;
    table.add({of.analyses[a].name, points_with_error(of.null_is_true ? by.rejection_rate : by.power),
               signed_with_error(by.bias, size), signed_with_error(by.empirical_se, size),
               signed_with_error(by.model_se, size), points_with_error(by.coverage)});
  }
  return table.text();
}

/// The protocol's true value, which those on its scale share.
std::string shared_truth(const PlannedTest& test, const TestCharacteristics& of) {
  if (std::isnan(of.truth.value)) return {};
  const char* const ratio = ratio_name(test.protocol());
  const std::string itself =
      ratio == nullptr ? "" : fmt::format(", {} {}", ratio, with_error(ratio_of(of.truth)));
  return fmt::format("True value {} ({}{}). ", with_error(of.truth), scale_name(test, test.protocol()),
                     itself);
}

/// `rules`: of the power, or where the null hypothesis is true of the type I error.
std::string ledger(const std::string& name, std::uint64_t trials, const AnalysisCharacteristics& of,
                   const FailureRules& rules) {
  NumberTable table({"A failed fit ...", "Power"});
  table.add({"rejects nothing", percent_with_error(rules.no_rejection)});
  table.add({"is left out with its trial", percent_with_error(rules.left_out)});
  if (!of.fallbacks.empty()) {
    table.add({"gives way to the plan's next analysis", percent_with_error(rules.fallback)});
  }
  std::string counts;
  for (std::size_t s = 0; s < fit_status_count; ++s) {
    const auto status = static_cast<FitStatus>(s);
    if (status == FitStatus::ok || of.status[s] == 0) continue;
    counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", grouped(of.status[s]), name_of(status));
  }
  for (const FallbackUse& use : of.fallbacks) {
    counts += fmt::format("; {} used {}", use.name, counted(use.used, "time"));
  }
  return fmt::format("Fits that failed: {}\n\n{}Of {}: {}; {} without an answer\n\n", name, table.text(),
                     counted(trials, "fit"), counts, counted(of.unanswered, "trial"));
}

}  // namespace

std::string alternatives_tables(const Plan& plan, const Characteristics& all) {
  std::string text;
  for (std::size_t h = 0; h < all.tests.size(); ++h) {
    const TestCharacteristics& of = all.tests[h];
    if (of.analyses.size() < 2) continue;
    text += fmt::format("Analyses of the same participants: {}\n\n{}\n{}", of.name,
                        own_values(plan.tests[h], of), paired_differences(of));
    text += shared_truth(plan.tests[h], of);
    text +=
        "Power were this the trial's only hypothesis.\n"
        "Standard errors of differences are paired; values on different scales have no difference (-).\n\n";
  }
  return text;
}

std::string failed_fits_tables(const Characteristics& all) {
  std::string text;
  for (const TestCharacteristics& test : all.tests) {
    for (const AnalysisCharacteristics& analysis : test.analyses) {
      if (failed_fits(analysis.status) == 0) continue;
      const bool several = test.analyses.size() > 1;
      text += ledger(several ? test.name + ", " + analysis.name : test.name, all.trials, analysis,
                     test.null_is_true ? analysis.rejection_rules : analysis.rules);
    }
  }
  return text;
}

}  // namespace equipoise
