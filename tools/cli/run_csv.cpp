#include <limits>
#include <string>

#include <fmt/format.h>

#include "tools/cli/csv.hpp"
#include "tools/cli/run_summary.hpp"

namespace equipoise {
namespace {

std::string header() {
  std::string text = "hypothesis,analysis,trials,null_is_true,wrong_side";
  for (const char* const name :
       {"power", "harm", "rejection_rate", "power_alone", "truth", "mean_estimate", "bias", "empirical_se",
        "model_se", "coverage", "power_no_rejection", "power_left_out", "power_fallback", "power_difference",
        "rejection_rate_difference", "bias_difference", "empirical_se_difference", "model_se_difference",
        "coverage_difference"}) {
    text += fmt::format(",{0},{0}_mcse", name);
  }
  for (const auto& status : NamesOf<FitStatus>::all) text += fmt::format(",{}", status.name);
  return text + ",fallbacks_used,unanswered\n";
}

/// The multiplicity method judges the protocol's analysis alone: elsewhere there is no such power. Nor does
/// the protocol's differ from itself.
std::string row(const TestCharacteristics& test, const AnalysisCharacteristics& analysis, bool protocol,
                std::uint64_t trials) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  const auto judged = [&](const Simulated& number) { return protocol ? number : Simulated{none, none}; };
  const PairedDifference& other = analysis.difference;
  std::string text = fmt::format("{},{},{},{},{}", csv_text(test.name), csv_text(analysis.name), trials,
                                 test.null_is_true ? 1 : 0, test.wrong_side ? 1 : 0);
  const auto put = [&](const Simulated& number) {
    text += fmt::format(",{},{}", csv_number(number.value), csv_number(number.mcse));
  };
  for (const Simulated& number :
       {judged(test.power), judged(test.harm), judged(test.rejection_rate), analysis.power, analysis.truth,
        analysis.mean_estimate, analysis.bias, analysis.empirical_se, analysis.model_se, analysis.coverage,
        analysis.rules.no_rejection, analysis.rules.left_out, analysis.rules.fallback}) {
    put(number);
  }
  for (const Simulated& number :
       {other.power, other.rejection_rate, other.bias, other.empirical_se, other.model_se, other.coverage}) {
    put(protocol ? Simulated{none, none} : number);
  }
  for (const std::uint64_t count : analysis.status) text += fmt::format(",{}", count);
  std::uint64_t used = 0;
  for (const FallbackUse& fallback : analysis.fallbacks) used += fallback.used;
  return text + fmt::format(",{},{}\n", used, analysis.unanswered);
}

}  // namespace

std::string run_csv(const RunSummary& summary) {
  std::string text = header();
  const Characteristics& all = summary.result.characteristics;
  for (const TestCharacteristics& test : all.tests) {
    for (const AnalysisCharacteristics& analysis : test.analyses) {
      text += row(test, analysis, &analysis == &test.analyses.front(), all.trials);
    }
  }
  return text;
}

}  // namespace equipoise
