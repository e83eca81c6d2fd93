#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "tools/cli/assurance_summary.hpp"
#include "tools/cli/number_table.hpp"
#include "tools/cli/numbers.hpp"

namespace equipoise {
namespace {

// How often any of the keys without influence may be listed.
constexpr double false_alarm = 0.05;

/// How many standard deviations of chance a share must be to be told from it. What a parabola explains of
/// nothing is chi-squared with two degrees of freedom, so that k standard deviations above its mean are
/// passed with probability exp(-(k + 1)).
double told_from_chance(std::size_t keys) {
  return std::log(static_cast<double>(keys) / false_alarm) - 1.0;
}

std::string share_text(double share) {
  return std::isnan(share) ? "-" : percent(share);
}

/// Empty where every draw is one of its own.
std::string repeats_text(double effective, std::size_t draws) {
  if (effective > static_cast<double>(draws) - 0.5) return {};
  return fmt::format(
      "The posterior repeats some of its rows: these draws tell as much as {:.0f} independent ones, which "
      "the "
      "errors allow for.\n",
      effective);
}

}  // namespace

std::string assurance_powers(std::span<const Assurance> result) {
  const bool harm =
      std::ranges::any_of(result, [](const Assurance& of) { return of.harm.value >= negligible_harm; });
  std::vector<std::string> columns{"Hypothesis", "Power as planned", "Assurance"};
  if (harm) columns.emplace_back("For harm");
  columns.emplace_back("SD of power");
  NumberTable powers(columns);
  std::vector<std::string> header{"Power that it stays below in"};
  for (const double probability : power_probabilities) {
    header.push_back(fmt::format("{:.0f} % of cases", 100.0 * probability));
  }
  NumberTable quantiles(header);
  for (const Assurance& of : result) {
    std::vector<std::string> power{of.hypothesis, percent_with_error(of.power),
                                   percent_with_error(of.assurance)};
    if (harm) power.push_back(std::isnan(of.harm.value) ? "-" : percent_with_error(of.harm));
    power.push_back(percent_with_error(of.sd));
    powers.add(std::move(power));
    std::vector<std::string> row{of.hypothesis};
    for (const Simulated& quantile : of.quantiles) row.push_back(percent_with_error(quantile));
    quantiles.add(std::move(row));
  }
  return powers.text() +
         (harm ? "For harm: trials that reject in favour of the comparator, over the same draws.\n" : "") +
         "\n" + quantiles.text();
}

std::string assurance_drivers(const Assurance& of, const std::vector<AssuranceKey>& keys) {
  std::vector<std::size_t> order(of.drivers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t k) { return of.drivers[k].share; });
  NumberTable table({"Key", "Explains of the variance", "Power, -1 SD to +1 SD", "Drawn from"});
  std::size_t others = 0;
  for (const std::size_t k : order) {
    const PowerDriver& driver = of.drivers[k];
    if (!(driver.share > told_from_chance(order.size()) * driver.share_by_chance)) {
      ++others;
      continue;
    }
    table.add({driver.key, share_text(driver.share), fmt::format("{:+.1f} points", 100.0 * driver.change),
               keys[k].from});
  }
  if (others == order.size()) {
    return fmt::format("What drives it: {}\n\nNo key explains more than chance may.\n", of.hypothesis);
  }
  std::string text = fmt::format("What drives it: {}\n\n{}", of.hypothesis, table.text());
  if (others == 1) text += "What one other key explains is not told from chance.\n";
  if (others > 1) text += fmt::format("What {} other keys explain is not told from chance.\n", others);
  return text;
}

std::string assurance_table(const AssuranceSummary& summary) {
  const Study& base = summary.run.base;
  const std::size_t draws = summary.done.cells - 1;
  std::string text = fmt::format(
      "{}\nAssurance: {} of {}, {} each; seed {}\n\n{}\n"
      "Monte Carlo standard errors in parentheses. As planned: every key at its value. A case is one of what "
      "may be true of\nthe keys that are drawn; the spread and the quantiles are those of the power itself, "
      "without "
      "its trials' noise.\n{}\n",
      base.provenance.title, counted(draws, "draw"), counted(summary.run.keys.size(), "key"),
      counted(summary.run.study.replicates(1).count, "trial"), base.options.seed,
      assurance_powers(summary.result), repeats_text(summary.run.study.effective_draws(), draws));
  for (const Assurance& of : summary.result) text += assurance_drivers(of, summary.run.keys) + "\n";
  return text + fmt::format("{:.1f} s.\n", summary.done.seconds);
}

}  // namespace equipoise
