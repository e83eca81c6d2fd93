#include "tools/cli/fit_failures.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "tools/cli/numbers.hpp"

namespace equipoise {
namespace {

// Each failed fit counts as a trial that shows nothing: one in twenty can take as much from the power as a
// loss of one in ten participants.
constexpr double worth_telling = 0.05;
// An analysis that succeeds in one of seven trials fails in all of these once in twenty times.
constexpr std::uint64_t trials_to_see_a_fit = 20;

bool is_fit(FitStatus status) {
  return status == FitStatus::ok || status == FitStatus::boundary;
}

/// "812 not_converged, 3 singular"; empty where none failed.
std::string counts(const std::array<std::uint64_t, fit_status_count>& status) {
  std::string text;
  for (std::size_t s = 0; s < fit_status_count; ++s) {
    const auto how = static_cast<FitStatus>(s);
    if (is_fit(how) || status[s] == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", grouped(status[s]), name_of(how));
  }
  return text;
}

}  // namespace

void FitFailures::add(const Characteristics& run) {
  hypotheses_.resize(run.tests.size());
  for (std::size_t h = 0; h < run.tests.size(); ++h) {
    const AnalysisCharacteristics& protocol = run.tests[h].analyses.front();
    OfHypothesis& of = hypotheses_[h];
    of.name = run.tests[h].name;
    of.trials += run.trials;
    of.unanswered += protocol.unanswered;
    of.has_fallback = !protocol.fallbacks.empty();
    of.varies = of.varies || protocol.model_se.value != 0.0;
    for (std::size_t s = 0; s < fit_status_count; ++s) of.status[s] += protocol.status[s];
  }
}

double FitFailures::OfHypothesis::share_failed() const {
  std::uint64_t failed = 0;
  for (std::size_t s = 0; s < fit_status_count; ++s) {
    if (!is_fit(static_cast<FitStatus>(s))) failed += status[s];
  }
  return trials == 0 ? 0.0 : static_cast<double>(failed) / static_cast<double>(trials);
}

bool FitFailures::tell_without_estimates() const {
  bool all_have_estimates = true;
  for (const OfHypothesis& of : hypotheses_) {
    if (!of.has_no_estimate()) continue;
    all_have_estimates = false;
    fmt::print(
        stderr,
        "equipoise: no fit of '{}' gave an estimate in {} trials ({}): there is no power to tell; take "
        "another analysis, or see what the scenario makes of its endpoint\n",
        of.name, grouped(of.trials), counts(of.status));
  }
  return all_have_estimates;
}

bool FitFailures::tell() const {
  for (const OfHypothesis& of : hypotheses_) {
    if (!of.has_no_estimate() && of.trials > 0 && !of.varies) {
      fmt::print(
          stderr,
          "equipoise: warning: every estimate of '{}' has the standard error 0: its endpoint does not vary "
          "within the arms of these trials, and what is told of its tests says nothing\n",
          of.name);
    }
    if (of.has_no_estimate() || of.share_failed() <= worth_telling) continue;
    fmt::print(stderr,
               "equipoise: warning: {:.1f} % of the fits of '{}' failed ({}) and {} trials have no estimate, "
               "which counts as nothing shown{}\n",
               100.0 * of.share_failed(), of.name, counts(of.status), grouped(of.unanswered),
               of.has_fallback ? "" : "; name a fallback in its analysis");
  }
  return tell_without_estimates();
}

void tell_where_no_fit_is_usable(const Plan& plan, RunOptions options, const std::atomic<bool>& stop) {
  options.trials = trials_to_see_a_fit;
  options.precision.reset();
  const std::vector<TrueValue> nobody_asks(plan.tests.size());
  FitFailures failures;
  failures.add(run_trials(plan, nobody_asks, options, nullptr, stop, [](const Progress&) {}).characteristics);
  (void)failures.tell_without_estimates();
}

}  // namespace equipoise
