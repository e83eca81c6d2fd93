#include "tools/cli/size_summary.hpp"

#include <algorithm>
#include <cmath>

namespace equipoise {

bool names_a_value(const SizeSummary& summary) {
  return summary.size.answer.outcome == SizeOutcome::found ||
         summary.size.answer.outcome == SizeOutcome::everywhere;
}

std::vector<RoundedSize> rounded_sizes(double value, double lost, const Design& design, GroupSizes groups) {
  const auto participants = static_cast<std::size_t>(value);
  // A hair less, so that what divides without a rest is not rounded up.
  const auto inflated = static_cast<std::size_t>(std::ceil(value / (1.0 - lost) * (1.0 - 1e-12)));
  std::vector<RoundedSize> rounded;
  for (const auto& [name, rounding] : NamesOf<Rounding>::all) {
    const bool any_groups = std::ranges::any_of(groups, [](int size) { return size > 0; });
    if (rounding == Rounding::groups && !any_groups) continue;
    rounded.push_back({rounding, participants_at_once(design, groups, rounding),
                       round_up(participants, design, groups, rounding),
                       round_up(inflated, design, groups, rounding)});
  }
  return rounded;
}

SizeTables tables_of(const SizeSummary& summary, std::span<const Batch> batches) {
  const SizeAnswer& answer = summary.size.answer;
  SizeTables tables;
  tables.vary = summary.goal.key.path;
  tables.unit = summary.goal.key.unit;
  tables.goal = goal_name(summary.goal);
  tables.shown = summary.goal.shown;
  tables.outcome = name_of(answer.outcome);
  tables.target = summary.goal.target;
  const auto if_any = [&](double value) { return names_a_value(summary) ? value : std::nan(""); };
  tables.answer = if_any(answer.value);
  tables.exact = if_any(answer.exact);
  tables.lower = if_any(answer.lower);
  tables.upper = if_any(answer.upper);
  tables.recommended = summary.size.recommended;
  for (const Batch& batch : batches) {
    tables.batches.push_back({batch.value, batch.first_replicate, batch.responses.trials,
                              batch.responses.count, batch.responses.sum});
  }
  tables.curve = summary.curve;
  if (const auto& draws = summary.draws) {
    tables.draws = {draws->assurance.assurance, draws->assurance.sd.value, draws->effective_draws,
                    draws->trials_lower, draws->trials_upper};
  }
  return tables;
}

Simulated mean_response(ResponseKind kind, const Responses& responses) {
  if (responses.count == 0) return {std::nan(""), std::nan("")};
  const auto n = static_cast<double>(responses.count);
  const double mean = responses.mean();
  const double variance = kind == ResponseKind::rejection ? mean * (1.0 - mean) : responses.variance();
  return {mean, std::sqrt(variance / n)};
}

std::string goal_name(const SizeGoal& goal) {
  if (goal.aim.kind == ResponseKind::half_width) return "half_width";
  return goal.assured ? "assurance" : "power";
}

}  // namespace equipoise
