#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tools/cli/csv.hpp"
#include "tools/cli/size_summary.hpp"

namespace equipoise {
namespace {

std::string row(const char* what, double value, std::uint64_t trials, const Simulated& response, double lower,
                double upper) {
  return fmt::format("{},{},{},{},{},{},{}\n", what, csv_number(value), trials, csv_number(response.value),
                     csv_number(response.mcse), csv_number(lower), csv_number(upper));
}

}  // namespace

std::string size_csv(const SizeSummary& summary) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  const ResponseKind kind = summary.goal.aim.kind;
  const SizeAnswer& answer = summary.size.answer;
  std::string text = fmt::format("row,{0},trials,{1},{1}_mcse,lower,upper\n", csv_text(summary.goal.key.path),
                                 goal_name(summary.goal));
  const bool any = answer.outcome == SizeOutcome::found || answer.outcome == SizeOutcome::everywhere;
  text += row("answer", any ? answer.value : none, answer.trials, {summary.goal.target, none}, answer.lower,
              answer.upper);
  if (const auto& check = summary.size.verification) {
    // Of an assurance the error holds the draws, too.
    const Simulated response =
        summary.draws ? summary.draws->assurance.assurance : mean_response(kind, check->responses);
    text += row("verification", check->value, check->responses.trials, response, none, none);
  }
  for (const SizeTables::Fitted& fitted : summary.curve) {
    text += row("curve", fitted.value, 0, {fitted.response, none}, fitted.lower, fitted.upper);
  }
  for (const Batch& tried : summary.tried) {
    text +=
        row("tried", tried.value, tried.responses.trials, mean_response(kind, tried.responses), none, none);
  }
  return text;
}

}  // namespace equipoise
