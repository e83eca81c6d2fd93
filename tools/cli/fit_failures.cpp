#include "tools/cli/fit_failures.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "tools/cli/numbers.hpp"

namespace equipoise {
namespace {

// Each failed fit counts as a trial that shows nothing: one in twenty can take as much from the power as a
// loss of one in ten participants.
constexpr double worth_telling = 0.05;

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
    for (std::size_t s = 0; s < fit_status_count; ++s) of.status[s] += protocol.status[s];
  }
}

bool FitFailures::tell() const {
  bool all_have_estimates = true;
  for (const OfHypothesis& of : hypotheses_) {
    const std::string failed = counts(of.status);
    if (of.trials == 0 || failed.empty()) continue;
    std::uint64_t fits = 0;
    for (std::size_t s = 0; s < fit_status_count; ++s) {
      if (is_fit(static_cast<FitStatus>(s))) fits += of.status[s];
    }
    const double share = 1.0 - static_cast<double>(fits) / static_cast<double>(of.trials);
    if (of.unanswered == of.trials) {
      all_have_estimates = false;
      fmt::print(
          stderr,
          "equipoise: no fit of '{}' gave an estimate in {} trials ({}): there is no power to tell; take "
          "another analysis, or see what the scenario makes of its endpoint\n",
          of.name, grouped(of.trials), failed);
    } else if (share > worth_telling) {
      fmt::print(
          stderr,
          "equipoise: warning: {:.1f} % of the fits of '{}' failed ({}) and {} trials have no estimate, "
          "which counts as nothing shown{}\n",
          100.0 * share, of.name, failed, grouped(of.unanswered),
          of.has_fallback ? "" : "; name a fallback in its analysis");
    }
  }
  return all_have_estimates;
}

}  // namespace equipoise
