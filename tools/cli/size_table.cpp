#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tools/cli/assurance_summary.hpp"
#include "tools/cli/number_table.hpp"
#include "tools/cli/numbers.hpp"
#include "tools/cli/size_summary.hpp"

namespace equipoise {
namespace {

// Digits that a half-width, and a value that is no whole number, are told with.
constexpr int digits = 4;

std::string plain(double number) {
  return fmt::format("{:.{}g}", number, digits);
}

std::string value_text(const SizeSummary& summary, double value) {
  if (std::isnan(value)) return "-";
  return summary.goal.key.whole ? grouped(static_cast<std::uint64_t>(std::llround(value))) : plain(value);
}

/// "2,310 participants", "groups.icc = 0.1".
std::string named_value(const SizeSummary& summary, double value) {
  const VariedKey& key = summary.goal.key;
  if (key.is_participants()) return value_text(summary, value) + " participants";
  return fmt::format("{} = {}", key.path, value_text(summary, value));
}

std::string response_text(const SizeSummary& summary, const Simulated& response) {
  return summary.goal.aim.kind == ResponseKind::rejection ? percent_with_error(response)
                                                          : with_error(response);
}

std::string response_text(const SizeSummary& summary, double response) {
  return summary.goal.aim.kind == ResponseKind::rejection ? percent(response) : plain(response);
}

std::string shown_text(const SizeSummary& summary) {
  switch (summary.goal.aim.which) {
    case Aim::Which::any:
      return fmt::format("at least one of {} hypotheses", summary.hypotheses);
    case Aim::Which::all:
      return fmt::format("all of {} hypotheses", summary.hypotheses);
    case Aim::Which::one:
      break;
  }
  return "\"" + summary.goal.shown + "\"";
}

std::string goal_text(const SizeSummary& summary) {
  if (summary.goal.aim.kind == ResponseKind::half_width) {
    return fmt::format("a confidence interval of plus or minus {} for {}", plain(summary.goal.target),
                       shown_text(summary));
  }
  return fmt::format("{:g} % {} to show {}", 100.0 * summary.goal.target, goal_name(summary.goal),
                     shown_text(summary));
}

std::string heading(const SizeSummary& summary) {
  const SizeGoal& goal = summary.goal;
  return fmt::format("{}\nWhat {} must be for {}; seed {}\n", summary.title,
                     goal.key.is_participants() ? "the number of participants" : goal.key.path,
                     goal_text(summary), summary.seed);
}

/// "176 to 205". An interval that goes beyond the range has its end there, unless nothing can be beyond.
std::string ends_text(const SizeSummary& summary, double lower, double upper) {
  const PossibleValues& values = summary.goal.values;
  const Range& limits = summary.goal.key.limits;
  const bool less = summary.draws && lower <= values.low && values.low > limits.low;
  const bool more = summary.draws && upper >= values.high && values.high < limits.high;
  return fmt::format("{}{} to {}{}", value_text(summary, lower), less ? " or less" : "",
                     value_text(summary, upper), more ? " or more" : "");
}

std::string interval_text(const SizeSummary& summary) {
  const SizeAnswer& answer = summary.size.answer;
  if (std::isnan(answer.lower)) return {};
  const std::string ends = ends_text(summary, answer.lower, answer.upper);
  if (!summary.draws) return fmt::format(" (95 % interval {})", ends);
  return fmt::format(" (95 % interval {}; of the trials alone {})", ends,
                     ends_text(summary, summary.draws->trials_lower, summary.draws->trials_upper));
}

const char* rounding_text(Rounding rounding) {
  switch (rounding) {
    case Rounding::none:
      return "Not rounded";
    case Rounding::allocation:
      return "Whole shares of the allocation";
    case Rounding::blocks:
      return "Whole blocks at every site";
    case Rounding::groups:
      return "Whole therapy groups too";
  }
  return "";
}

const char* rounding_reason(Rounding rounding) {
  switch (rounding) {
    case Rounding::none:
      return "can be had";
    case Rounding::allocation:
      return "makes whole shares of the allocation";
    case Rounding::blocks:
      return "makes whole blocks at every site";
    case Rounding::groups:
      return "makes whole therapy groups at every site, too";
  }
  return "";
}

/// The second of two numbers, where rounding makes it another.
std::string rounded_text(const SizeSummary& summary) {
  const double recommended = summary.size.recommended;
  if (!(recommended > summary.size.answer.value)) return {};
  return fmt::format("Recommended: {}, the next that {}\n", value_text(summary, recommended),
                     rounding_reason(summary.goal.rounding));
}

/// How wide the interval is, where cheaper trials would have made it narrower.
std::string width_text(const SizeSummary& summary) {
  const SizeAnswer& answer = summary.size.answer;
  const bool wide = answer.outcome == SizeOutcome::found && answer.precise && !summary.draws &&
                    answer.half_width > answer.narrowest;
  if (!wide) return {};
  const double ratio = answer.half_width / answer.narrowest;
  const double trials = ratio * ratio * static_cast<double>(answer.trials);
  const std::string share =
      answer.exact == 0.0 ? ""
                          : fmt::format(" ({:.1f} %)", 100.0 * answer.half_width / std::abs(answer.exact));
  return fmt::format(
      "Give or take {:.3g}{}, for these trials are dear: --precision {:.3g} would take some {} trials\n",
      answer.half_width, share, answer.narrowest,
      grouped(1000 * static_cast<std::uint64_t>(trials / 1000.0)));
}

std::string answer_text(const SizeSummary& summary) {
  const SizeAnswer& answer = summary.size.answer;
  const bool more = answer.direction > 0.0;
  switch (answer.outcome) {
    case SizeOutcome::found:
      return fmt::format("{} {}{}\n", more ? "At least" : "At most", named_value(summary, answer.value),
                         interval_text(summary)) +
             rounded_text(summary) + width_text(summary);
    case SizeOutcome::everywhere:
      return fmt::format("Any value from {} to {} is enough, {} too\n",
                         value_text(summary, summary.goal.values.low),
                         value_text(summary, summary.goal.values.high), named_value(summary, answer.value));
    case SizeOutcome::unreachable:
      return fmt::format(
          "Not reached by any value from {} to {}\nThe best seen: {} at {}\n",
          value_text(summary, summary.goal.values.low), value_text(summary, summary.goal.values.high),
          response_text(summary, answer.best_response), named_value(summary, answer.best_value));
    case SizeOutcome::undecided:
    case SizeOutcome::interrupted:
      break;
  }
  return fmt::format("Not known after {} trials\n", grouped(answer.trials));
}

std::string rounding_table(const SizeSummary& summary) {
  if (summary.rounded.empty()) return {};
  const bool inflated = summary.goal.lost > 0.0;
  std::vector<std::string> header{"Rounded up to", "A multiple of", "Participants"};
  if (inflated) header.push_back(fmt::format("With {:g} % lost", 100.0 * summary.goal.lost));
  NumberTable table(header);
  for (const RoundedSize& rounded : summary.rounded) {
    const bool chosen = rounded.rounding == summary.goal.rounding;
    std::vector<std::string> row{fmt::format("{}{}", rounding_text(rounded.rounding), chosen ? " *" : ""),
                                 grouped(rounded.multiple_of), grouped(rounded.participants)};
    if (inflated) row.push_back(grouped(rounded.inflated));
    table.add(std::move(row));
  }
  return "\n" + table.text() + "* verified below\n";
}

/// What a reader who compares the verification with the target and the curve would ask.
std::string doubts_about(const SizeSummary& summary, const Verification& check) {
  const ResponseKind kind = summary.goal.aim.kind;
  const double response = check.responses.mean();
  const double target = summary.goal.target;
  std::string text;
  const bool short_of = kind == ResponseKind::rejection ? response < target : response > target;
  if (short_of && check.together) {
    text += fmt::format("{} than {}, by no more than chance: all trials together say {}.\n",
                        kind == ResponseKind::rejection ? "Less" : "More", response_text(summary, target),
                        response_text(summary, check.together->response));
  }
  if (!check.agrees && check.expected) {
    text += fmt::format(
        "That differs by more than chance from the {} that the other sizes lead to expect: the curve does "
        "not fit here,\nand the number stands on its own trials.\n",
        response_text(summary, check.expected->response));
  }
  return text;
}

std::string verification_text(const SizeSummary& summary) {
  const auto& check = summary.size.verification;
  if (!check) return {};
  const ResponseKind kind = summary.goal.aim.kind;
  const Simulated response = mean_response(kind, check->responses);
  // Of an assurance the error that counts is that of the draws, too: it stands in the table below.
  const std::string told = summary.draws ? percent(response.value) : response_text(summary, response);
  std::string text =
      fmt::format("\nVerified with {} trials of its own at {}: {} {}", grouped(check->responses.trials),
                  named_value(summary, check->value),
                  kind == ResponseKind::rejection ? goal_name(summary.goal) : "mean half-width", told);
  if (check->expected)
    text += fmt::format(", {} expected", response_text(summary, check->expected->response));
  return text + "\n" + doubts_about(summary, *check);
}

std::string arms_table(const SizeSummary& summary) {
  if (summary.arms.empty() || !summary.size.verification) return {};
  NumberTable table({"Arm", "Enrolled", "Seen at last visit", "Retention", "Groups", "Group size"});
  double enrolled = 0.0;
  double seen = 0.0;
  for (const ArmSummary& arm : summary.arms) {
    const bool groups = arm.groups > 0.0;
    enrolled += arm.enrolled;
    seen += arm.enrolled * arm.retention;
    table.add({arm.name, fixed(arm.enrolled, 1), fixed(arm.enrolled * arm.retention, 1),
               percent(arm.retention), groups ? fixed(arm.groups, 1) : "-",
               groups ? fixed(arm.group_size, 1) : "-"});
  }
  table.add({"All", fixed(enrolled, 1), fixed(seen, 1), percent(seen / enrolled), "", ""});
  return fmt::format("\nThe arms of that trial, {}\n\n{}",
                     summary.draws ? "every key at its value, on average" : "on average", table.text());
}

const char* response_heading(const SizeGoal& goal) {
  if (goal.aim.kind == ResponseKind::half_width) return "Mean half-width";
  return goal.assured ? "Assurance" : "Power";
}

/// What to know before the answer is quoted.
std::string draws_remarks(const SizeSummary& summary) {
  const DrawsOfSize& draws = *summary.draws;
  const SizeAnswer& answer = summary.size.answer;
  std::string text =
      "As planned: every key at its value. The quantiles are those of the power over what is not known, "
      "without "
      "Monte\nCarlo noise.\n";
  if (answer.upper - answer.lower > 2.0 * (draws.trials_upper - draws.trials_lower)) {
    const bool posterior =
        std::ranges::any_of(draws.keys, [](const AssuranceKey& key) { return key.from == "posterior"; });
    text += fmt::format(
        "Most of the answer's interval is what {} independent draws leave open: more draws narrow it{}.\n",
        grouped(static_cast<std::uint64_t>(std::llround(draws.effective_draws))),
        posterior ? ", as far as the posterior has rows" : "");
  }
  constexpr double standard_errors_to_tell = 1.96;  // as in a 95 % interval
  const double beyond = draws.assurance.assurance.value - summary.goal.target;
  if (answer.outcome == SizeOutcome::everywhere &&
      beyond < standard_errors_to_tell * draws.assurance.draws_error) {
    text +=
        "That it is enough is true of these draws; so few do not tell whether it is of all that is "
        "believed.\n";
  }
  return text;
}

/// What the draws of an assurance have to say beyond the answer.
std::string draws_text(const SizeSummary& summary) {
  if (!summary.draws) return {};
  const DrawsOfSize& draws = *summary.draws;
  Assurance shown = draws.assurance;
  if (summary.goal.aim.which != Aim::Which::one) shown.hypothesis = shown_text(summary);
  // The powers of so few trials take a handful of values, and so would their quantiles.
  constexpr std::uint64_t enough_for_quantiles = 20;
  if (draws.trials_per_draw < enough_for_quantiles) shown.quantiles.fill({std::nan(""), std::nan("")});
  return fmt::format("\nThat trial over {} draws of {} {}, {} trials each\n\n{}{}\n{}", grouped(draws.draws),
                     draws.keys.size(), draws.keys.size() == 1 ? "key" : "keys",
                     grouped(draws.trials_per_draw), assurance_powers({&shown, 1}), draws_remarks(summary),
                     assurance_drivers(shown, draws.keys));
}

const char* of_these_draws(const SizeSummary& summary) {
  return summary.goal.assured ? " (of these draws: errors are those of the trials alone)" : "";
}

std::string curve_table(const SizeSummary& summary) {
  if (summary.curve.empty()) return {};
  const std::string name = summary.goal.key.is_participants() ? "Participants" : summary.goal.key.path;
  NumberTable table({name, response_heading(summary.goal), "95 % interval"});
  for (const SizeTables::Fitted& fitted : summary.curve) {
    table.add({value_text(summary, fitted.value), response_text(summary, fitted.response),
               fmt::format("{} to {}", response_text(summary, fitted.lower),
                           response_text(summary, fitted.upper))});
  }
  return fmt::format("\nThe fitted curve{}\n\n{}", of_these_draws(summary), table.text());
}

std::string tried_heading(const SizeSummary& summary) {
  std::uint64_t checked = 0;
  for (const Batch& check : summary.checks) checked += check.responses.trials;
  std::string text =
      fmt::format("What was tried: {} trials at {} values{}", grouped(summary.size.answer.trials + checked),
                  summary.tried.size(), of_these_draws(summary));
  if (checked > 0) text += fmt::format(", {} of them to check the answer", grouped(checked));
  return text;
}

std::string tried_table(const SizeSummary& summary) {
  const std::string name = summary.goal.key.is_participants() ? "Participants" : summary.goal.key.path;
  NumberTable table({name, response_heading(summary.goal), "Trials"});
  for (const Batch& tried : summary.tried) {
    table.add({value_text(summary, tried.value),
               response_text(summary, mean_response(summary.goal.aim.kind, tried.responses)),
               grouped(tried.responses.trials)});
  }
  return fmt::format("\n{}\n\n{}", tried_heading(summary), table.text());
}

}  // namespace

std::string size_table(const SizeSummary& summary) {
  return heading(summary) + "\n" + answer_text(summary) + rounding_table(summary) +
         verification_text(summary) + draws_text(summary) + arms_table(summary) + curve_table(summary) +
         tried_table(summary) + "Monte Carlo standard errors in parentheses.\n";
}

}  // namespace equipoise
