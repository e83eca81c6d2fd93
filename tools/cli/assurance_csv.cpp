#include <fmt/format.h>

#include "tools/cli/assurance_summary.hpp"
#include "tools/cli/csv.hpp"

namespace equipoise {

std::string assurance_csv(const AssuranceSummary& summary) {
  std::string text =
      "hypothesis,power,power_mcse,assurance,assurance_mcse,harm,harm_mcse,sd_of_power,sd_of_power_mcse";
  for (const double probability : power_probabilities) {
    text += fmt::format(",power_{0:.0f},power_{0:.0f}_mcse", 100.0 * probability);
  }
  text += ",key,from,share,share_by_chance,change\n";
  for (const Assurance& of : summary.result) {
    std::string start = fmt::format(
        "{},{},{},{},{},{},{},{},{}", csv_text(of.hypothesis), csv_number(of.power.value),
        csv_number(of.power.mcse), csv_number(of.assurance.value), csv_number(of.assurance.mcse),
        csv_number(of.harm.value), csv_number(of.harm.mcse), csv_number(of.sd.value), csv_number(of.sd.mcse));
    for (const Simulated& quantile : of.quantiles) {
      start += "," + csv_number(quantile.value) + "," + csv_number(quantile.mcse);
    }
    for (std::size_t k = 0; k < of.drivers.size(); ++k) {
      const PowerDriver& driver = of.drivers[k];
      text += fmt::format("{},{},{},{},{},{}\n", start, csv_text(driver.key),
                          csv_text(summary.run.keys[k].from), csv_number(driver.share),
                          csv_number(driver.share_by_chance), csv_number(driver.change));
    }
  }
  return text;
}

}  // namespace equipoise
