#include "engine/trial/run_trial.hpp"

#include "engine/cohort/observe.hpp"

namespace equipoise {

TrialWorkspace::TrialWorkspace(const Plan& plan)
    : model(plan.model->make_scratch()), p_values(plan.tests.size()), adjusted(plan.tests.size()) {
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

void run_trial(const Plan& plan, const Streams& streams, TrialWorkspace& workspace, TrialOutcome& outcome) {
  draw_trial(plan, streams, workspace);
  outcome.replicate = streams.replicate();
  outcome.tests.resize(plan.tests.size());
  for (std::size_t h = 0; h < plan.tests.size(); ++h) {
    const PlannedTest& test = plan.tests[h];
    const Estimate estimate =
        analyse(workspace.data, test.contrast, test.question, test.analysis, workspace.analysis);
    // A fit that failed rejects nothing.
    workspace.p_values[h] = estimate.usable() ? test.question.on_scale_of_alpha(estimate.p) : 1.0;
    outcome.tests[h].estimate = estimate;
  }
  adjust_p_values(plan.multiplicity, workspace.p_values, workspace.adjusted);
  for (std::size_t h = 0; h < plan.tests.size(); ++h) {
    TestOutcome& test = outcome.tests[h];
    test.p_adjusted = workspace.adjusted[h];
    test.rejected = workspace.adjusted[h] <= plan.level.alpha;
    test.rejected_alone = workspace.p_values[h] <= plan.level.alpha;
  }
}

}  // namespace equipoise
