#include "engine/trial/run_trial.hpp"

#include "engine/cohort/observe.hpp"

namespace equipoise {

TrialWorkspace::TrialWorkspace(const Plan& plan, StopFlag whether_to_stop)
    : model(plan.model->make_scratch()),
      p_values(plan.tests.size()),
      df(plan.tests.size()),
      adjusted(plan.tests.size()),
      stop(whether_to_stop) {
  analysis.repeated.stop = whether_to_stop;
  const Design& design = plan.design;
  truth.resize(design.participants, design.endpoints.size(), design.visit_count());
  data.resize(design.participants, design.endpoints.size(), design.visit_count());
}

void draw_trial(const Plan& plan, const Streams& streams, TrialWorkspace& workspace) {
  plan.process(streams, workspace.process, workspace.people);
  plan.model->draw(streams, workspace.people, Influences{}, *workspace.model, workspace.truth);
  plan.dropout(streams, workspace.people, workspace.truth, workspace.dropout, workspace.data.seen);
  observe(workspace.people, workspace.truth, plan.design.endpoints.size(), workspace.data);
}

namespace {

/// An analysis, and where its fit fails the plan's next, until one is usable.
AnalysisOutcome analyse_as_planned(const PlannedTest& test, const PlannedAnalysis& planned, double alpha,
                                   TrialWorkspace& workspace) {
  const auto fit = [&](const AnalysisOptions& options) {
    workspace.stop.check();
    return analyse(workspace.data, test.contrast, test.question, options, workspace.analysis);
  };
  const auto rejects = [&](const Estimate& estimate) {
    return estimate.usable() && test.question.on_scale_of_alpha(estimate.p) <= alpha;
  };
  AnalysisOutcome outcome;
  outcome.estimate = fit(planned.options);
  outcome.status = outcome.estimate.status;
  outcome.rejected_by_own_fit = rejects(outcome.estimate);
  for (std::size_t k = 0; k < planned.fallbacks.size() && !outcome.estimate.usable(); ++k) {
    outcome.estimate = fit(planned.fallbacks[k]);
    outcome.used = static_cast<std::uint8_t>(k + 1);
  }
  outcome.rejected = rejects(outcome.estimate);
  outcome.favours_comparator =
      outcome.estimate.usable() && test.question.favours_comparator(outcome.estimate.statistic);
  return outcome;
}

}  // namespace

void run_trial(const Plan& plan, const Streams& streams, TrialWorkspace& workspace, TrialOutcome& outcome) {
  draw_trial(plan, streams, workspace);
  workspace.analysis.begin_trial();
  outcome.replicate = streams.replicate();
  outcome.tests.resize(plan.tests.size());
  for (std::size_t h = 0; h < plan.tests.size(); ++h) {
    const PlannedTest& test = plan.tests[h];
    TestOutcome& of = outcome.tests[h];
    of.analyses.resize(test.analyses.size());
    for (std::size_t a = 0; a < test.analyses.size(); ++a) {
      of.analyses[a] = analyse_as_planned(test, test.analyses[a], plan.level.alpha, workspace);
    }
    of.estimate = of.analyses.front().estimate;
    of.rejected_alone = of.analyses.front().rejected;
    // A fit that failed rejects nothing.
    workspace.p_values[h] = of.estimate.usable() ? test.question.on_scale_of_alpha(of.estimate.p) : 1.0;
    workspace.df[h] = of.estimate.df;
  }
  plan.multiplicity(workspace.p_values, workspace.df, workspace.adjusted, workspace.multiplicity);
  for (std::size_t h = 0; h < plan.tests.size(); ++h) {
    TestOutcome& test = outcome.tests[h];
    test.p_adjusted = workspace.adjusted[h];
    test.rejected = workspace.adjusted[h] <= plan.level.alpha;
    test.shown =
        test.rejected && counts_as_power(plan.design.hypotheses[h], test.analyses.front().favours_comparator);
  }
}

}  // namespace equipoise
