#include <limits>

#include <fmt/format.h>

#include "tools/cli/csv.hpp"
#include "tools/cli/sweep_summary.hpp"

namespace equipoise {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

std::string two(const Simulated& number) {
  return fmt::format(",{},{}", csv_number(number.value), csv_number(number.mcse));
}

std::string three(const VarianceShare& share) {
  return fmt::format(",{},{},{}", csv_number(share.value), csv_number(share.low), csv_number(share.high));
}

std::string header(const SweepSummary& summary) {
  std::string text = "cell";
  for (const CellFactor& factor : summary.cells.factors) text += "," + csv_text(factor.key);
  text += ",hypothesis,trials,null_is_true,wrong_side";
  for (const char* const name :
       {"power", "harm", "rejection_rate", "power_difference", "rejection_rate_difference", "power_alone",
        "truth", "mean_estimate", "bias", "empirical_se", "model_se", "coverage"}) {
    text += fmt::format(",{0},{0}_mcse", name);
  }
  for (const auto& status : NamesOf<FitStatus>::all) text += fmt::format(",{}", status.name);
  return text + "\n";
}

std::string row(const SweepSummary& summary, std::size_t cell, std::size_t h) {
  const Characteristics& all = summary.results[cell].characteristics;
  const TestCharacteristics& test = all.tests[h];
  std::string text = std::to_string(cell);
  for (const CellFactor& factor : summary.cells.factors) {
    text += "," + (factor.numbers.empty() ? csv_text(factor.words[cell]) : csv_number(factor.numbers[cell]));
  }
  text += fmt::format(",{},{},{},{}", csv_text(test.name), all.trials, test.null_is_true ? 1 : 0,
                      test.wrong_side ? 1 : 0);
  const CellDifference difference =
      summary.differences.empty() ? CellDifference{{none, none}, {none, none}} : summary.differences[cell][h];
  for (const Simulated& number : {test.power, test.harm, test.rejection_rate, difference.power,
                                  difference.rejection_rate, test.power_alone, test.truth, test.mean_estimate,
                                  test.bias, test.empirical_se, test.model_se, test.coverage}) {
    text += two(number);
  }
  for (const std::uint64_t count : test.status) text += fmt::format(",{}", count);
  return text + "\n";
}

}  // namespace

std::string sweep_csv(const SweepSummary& summary) {
  std::string text = header(summary);
  for (std::size_t cell = 0; cell < summary.results.size(); ++cell) {
    const std::size_t hypotheses = summary.results[cell].characteristics.tests.size();
    for (std::size_t h = 0; h < hypotheses; ++h) text += row(summary, cell, h);
  }
  return text;
}

std::string sensitivity_csv(const SensitivitySummary& summary) {
  std::string text =
      "hypothesis,factor,distribution,low,median,high,power_low,power_low_mcse,power_high,power_high_mcse,"
      "power_difference,power_difference_mcse,first_order,first_order_low,first_order_high,total,total_low,"
      "total_high,mean_power,mean_power_mcse,sd_of_power,power_at_medians,power_at_medians_mcse\n";
  for (const PowerSensitivity& of : summary.result.hypotheses) {
    for (std::size_t f = 0; f < of.factors.size(); ++f) {
      const SensitivityFactor& factor = summary.result.factors[f];
      const FactorInfluence& influence = of.factors[f];
      text += fmt::format("{},{},{},{},{},{}", csv_text(of.hypothesis), csv_text(factor.key),
                          csv_text(factor.distribution), csv_number(factor.low), csv_number(factor.median),
                          csv_number(factor.high));
      text += two(influence.power_low) + two(influence.power_high) + two(influence.difference) +
              three(influence.first_order) + three(influence.total) + two(of.mean) + "," + csv_number(of.sd) +
              two(of.medians) + "\n";
    }
  }
  return text;
}

}  // namespace equipoise
