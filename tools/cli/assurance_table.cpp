#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "tools/cli/assurance_summary.hpp"
#include "tools/cli/number_table.hpp"
#include "tools/cli/numbers.hpp"

namespace equipoise {
namespace {

// A share that is not so many standard deviations of chance above nothing is only counted.
constexpr double told_from_chance = 3.0;

std::string share_text(double share) {
  return std::isnan(share) ? "-" : percent(share);
}

std::string powers_table(const AssuranceSummary& summary) {
  std::vector<std::string> header{"Hypothesis", "Power as planned", "Assurance", "SD of power"};
  for (const double probability : power_probabilities) {
    header.push_back(fmt::format("{:.0f} %", 100.0 * probability));
  }
  NumberTable table(header);
  for (const Assurance& of : summary.result) {
    std::vector<std::string> row{of.hypothesis, percent_with_error(of.power),
                                 percent_with_error(of.assurance), share_text(of.sd)};
    for (const double quantile : of.quantiles) row.push_back(share_text(quantile));
    table.add(std::move(row));
  }
  return table.text();
}

std::string drivers_table(const AssuranceSummary& summary, const Assurance& of) {
  std::vector<std::size_t> order(of.drivers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t k) { return of.drivers[k].share; });
  NumberTable table({"Key", "Explains of the variance", "Power, -1 SD to +1 SD", "Drawn from"});
  std::size_t others = 0;
  for (const std::size_t k : order) {
    const PowerDriver& driver = of.drivers[k];
    if (!(driver.share > told_from_chance * driver.share_by_chance)) {
      ++others;
      continue;
    }
    table.add({driver.key, share_text(driver.share), fmt::format("{:+.1f} %", 100.0 * driver.change),
               summary.run.keys[k].from});
  }
  std::string text = fmt::format("What drives it: {}\n\n{}", of.hypothesis, table.text());
  if (others > 0) text += fmt::format("What {} other keys explain is not told from chance.\n", others);
  return text;
}

}  // namespace

std::string assurance_table(const AssuranceSummary& summary) {
  const Study& base = summary.run.base;
  const std::size_t draws = summary.done.cells - 1;
  std::string text = fmt::format(
      "{}\nAssurance: {} draws of {} keys, {} trials each; seed {}\n\n{}\n"
      "Monte Carlo standard errors in parentheses. As planned: every key at its value. The quantiles are "
      "those "
      "of the power over\nwhat is not known, without Monte Carlo noise.\n\n",
      base.provenance.title, grouped(draws), summary.run.keys.size(),
      grouped(summary.run.study.replicates(1).count), base.options.seed, powers_table(summary));
  for (const Assurance& of : summary.result) text += drivers_table(summary, of) + "\n";
  return text + fmt::format("{:.1f} s.\n", summary.done.seconds);
}

}  // namespace equipoise
