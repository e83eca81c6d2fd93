#include <cmath>

#include <fmt/format.h>

#include "tools/cli/csv.hpp"
#include "tools/cli/run_summary.hpp"

namespace equipoise {

std::string run_csv(const RunSummary& summary) {
  std::string text =
      "hypothesis,trials,null_is_true,power,power_mcse,power_alone,power_alone_mcse,truth,truth_mcse,mean_"
      "estimate,mean_estimate_mcse,bias,"
      "bias_mcse,"
      "empirical_se,empirical_se_mcse,model_se,model_se_mcse,coverage,coverage_mcse";
  for (const auto& status : NamesOf<FitStatus>::all) text += fmt::format(",{}", status.name);
  text += '\n';
  const Characteristics& all = summary.result.characteristics;
  for (const TestCharacteristics& test : all.tests) {
    text += fmt::format("{},{},{}", csv_text(test.name), all.trials, test.null_is_true ? 1 : 0);
    for (const Simulated& simulated : {test.power, test.power_alone, test.truth, test.mean_estimate,
                                       test.bias, test.empirical_se, test.model_se, test.coverage}) {
      text += fmt::format(",{},{}", csv_number(simulated.value), csv_number(simulated.mcse));
    }
    for (const std::uint64_t count : test.status) text += fmt::format(",{}", count);
    text += '\n';
  }
  return text;
}

}  // namespace equipoise
