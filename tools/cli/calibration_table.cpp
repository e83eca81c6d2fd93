#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tools/cli/calibration_report.hpp"
#include "tools/cli/number_table.hpp"
#include "tools/cli/numbers.hpp"

namespace equipoise {
namespace {

// Pairs beyond the first few only repeat the story.
constexpr std::size_t most_pulls = 8;

/// On the scale on which it was reported.
double shown(const TargetResult& target, double value) {
  return target.target.is_ratio() ? std::exp(value) : value;
}

std::string significant(double number) {
  return std::isfinite(number) ? fmt::format("{:.3g}", number) : "-";
}

std::string z_text(double z) {
  if (!std::isfinite(z)) return "-";
  return fixed(z, 1) + (std::abs(z) > conflict_z ? " !" : "");
}

/// What of a target nobody reported.
const char* assumed_text(const Target& target) {
  if (target.status == ParameterStatus::assumed) return " (assumed)";
  return target.is_assumed() ? " (error assumed)" : "";
}

std::string targets_table(const Calibration& calibration, bool aimed_at) {
  NumberTable table({aimed_at ? "Target" : "Compared with", "Reported", "Error", "Simulated", "z",
                     aimed_at ? "z without it" : ""});
  for (const TargetResult& target : calibration.targets) {
    if (target.aimed_at != aimed_at) continue;
    table.add({target.target.id + assumed_text(target.target), significant(shown(target, target.reported)),
               significant(target.error), significant(shown(target, target.simulated)), z_text(target.z),
               aimed_at ? z_text(target.z_left_out) : ""});
  }
  return table.text();
}

std::string parameters_table(const Calibration& calibration) {
  NumberTable table({"Parameter", "Prior 5 %", "95 %", "Value", "Posterior 5 %", "95 %", "Learned"});
  for (const ParameterResult& result : calibration.parameters) {
    const Distribution& prior = result.parameter.prior;
    table.add({result.parameter.path, significant(prior.quantile(0.05)), significant(prior.quantile(0.95)),
               significant(result.value), significant(result.low), significant(result.high),
               percent(result.learned)});
  }
  return table.text();
}

std::string conflicts(const Calibration& calibration) {
  std::string text;
  for (const TargetResult& target : calibration.targets) {
    if (!target.aimed_at || std::abs(target.z_left_out) <= conflict_z) continue;
    text += fmt::format("  {} is not what the others say of it: {} standard errors away\n", target.target.id,
                        fixed(std::abs(target.z_left_out), 1));
  }
  for (std::size_t p = 0; p < std::min(most_pulls, calibration.pulls.size()); ++p) {
    const Pull& pull = calibration.pulls[p];
    text +=
        fmt::format("  {} and {} pull against each other ({})\n", calibration.targets[pull.first].target.id,
                    calibration.targets[pull.second].target.id, fixed(pull.strength, 1));
  }
  return text.empty() ? "  none\n" : text;
}

std::string unlearned(const Calibration& calibration) {
  std::string text;
  for (const ParameterResult& result : calibration.parameters) {
    if (result.learned < nothing_learned) text += fmt::format("  {}\n", result.parameter.path);
  }
  return text.empty() ? "  none\n" : text;
}

std::string starts(const Calibration& calibration) {
  std::string text;
  for (const FitStart& start : calibration.fit.starts) {
    text += (text.empty() ? "" : ", ") + fixed(start.misfit, 2);
    if (!start.log.converged) text += " (stopped early)";
  }
  return text;
}

/// How the search ended that the mode comes from.
std::string search_text(const MomentFit& fit) {
  if (fit.log.converged) {
    return fmt::format(
        "The search converged after {} gradients; a step of {} posterior standard deviations "
        "is left.",
        fit.log.misfits.size(), significant(fit.log.step_left));
  }
  return fmt::format(
      "THE SEARCH HAS NOT CONVERGED: it stopped after {} gradients with a step of {} posterior "
      "standard deviations left, and what\nis told here is not the mode yet.",
      fit.log.misfits.size(), significant(fit.log.step_left));
}

}  // namespace

std::string calibration_table(const Calibration& calibration, double seconds) {
  const CalibrateOptions& options = calibration.options;
  return fmt::format(
      "Calibration of {}: {}, {}; seed {}, {} a trial\n\n{}\n{}\n"
      "z: simulated minus reported, in errors (standard error and discrepancy together); of what is only "
      "compared with, the\nposterior's spread is in the error. Ratios: the error is that of the logarithm. A "
      "! "
      "marks a z beyond {:g}.\n\n{}\n"
      "Value: the mode of the posterior. Learned: the share of the prior's variance that the evidence took "
      "away.\n\nConflicts\n{}\nThe evidence says nothing of (less than {})\n{}\n"
      "Misfit from {}: {}; at the mode {}. {}\n"
      "Posterior: {}, each {} of a chain after the last; {} of the Gaussian's proposals taken, "
      "so "
      "that they tell\nas much as {:.0f} independent ones.\n{:.0f} s.\n",
      calibration.condition, counted(calibration.parameters.size(), "parameter"),
      counted(static_cast<std::uint64_t>(std::ranges::count_if(calibration.targets, &TargetResult::aimed_at)),
              "target"),
      options.seed, counted(options.participants, "participant"), targets_table(calibration, true),
      targets_table(calibration, false), conflict_z, parameters_table(calibration), conflicts(calibration),
      percent(nothing_learned), unlearned(calibration), counted(calibration.fit.starts.size(), "start"),
      starts(calibration), fixed(calibration.fit.misfit, 2), search_text(calibration.fit),
      counted(options.draws, "draw"), counted(static_cast<std::uint64_t>(calibration.sample.thin), "state"),
      percent(calibration.sample.acceptance), calibration.sample.effective_draws, seconds);
}

}  // namespace equipoise
