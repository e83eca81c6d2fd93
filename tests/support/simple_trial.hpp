#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/cohort/solve_dropout.hpp"
#include "engine/trial/plan.hpp"
#include "tests/support/simple_model.hpp"

namespace equipoise {

/// A small trial on paper, to be changed where a test needs it otherwise: two arms, one normal endpoint, one
/// visit, one hypothesis that arm 0 does better than arm 1.
struct SimpleTrial {
  std::size_t participants = 40;
  std::size_t sites = 1;
  std::vector<double> effects{0.0, 0.0};  // one an arm
  std::vector<double> visits{12.0};
  std::vector<Endpoint> endpoints{outcome()};
  std::vector<Delivery> deliveries{{}, {}};  // one an arm
  double retention = 1.0;
  std::vector<Hypothesis> hypotheses{better_at(VisitId{1})};
  AnalysisOptions analysis = MeanDifferenceOptions{MeanDifferenceOptions::Variance::pooled};
  Level level{};
  MultiplicityMethod multiplicity = MultiplicityMethod::none;

  [[nodiscard]] static Endpoint outcome(EndpointKind kind = EndpointKind::continuous) {
    Endpoint endpoint;
    endpoint.name = "outcome";
    endpoint.kind = kind;
    endpoint.better = Direction::higher_better;
    return endpoint;
  }
  [[nodiscard]] static Hypothesis better_at(VisitId visit, TestKind test = TestKind::superiority,
                                            double margin = 0.0) {
    return {"better", EndpointId{0}, visit, ArmId{0}, ArmId{1}, test, margin, {}};
  }

  [[nodiscard]] Design design() const {
    Design design;
    design.participants = participants;
    design.sites = sites;
    design.visits = visits;
    design.endpoints = endpoints;
    design.hypotheses = hypotheses;
    for (std::size_t a = 0; a < effects.size(); ++a) {
      design.arms.push_back({std::string(1, static_cast<char>('A' + a)), "therapy", 1});
    }
    design.block_size = 2 * design.arms.size();
    return design;
  }

  /// The loss is spread evenly over the visits.
  [[nodiscard]] DropoutRules loss() const {
    DropoutRules rules;
    RetentionGoal goal{retention, {}};
    for (std::size_t a = 0; a < effects.size(); ++a) goal.arms.push_back(id_at<ArmId>(a));
    rules.goals.push_back(goal);
    for (std::size_t v = 1; v <= visits.size(); ++v) {
      rules.shape.push_back(static_cast<double>(v) / static_cast<double>(visits.size()));
    }
    return rules;
  }

  [[nodiscard]] std::shared_ptr<const SimpleModel> model() const {
    return std::make_shared<SimpleModel>(endpoints, visits.size(), effects);
  }

  [[nodiscard]] Plan plan() const { return plan(model()); }

  [[nodiscard]] Plan plan(std::shared_ptr<const OutcomeModel> model) const {
    const Design on_paper = design();
    const CohortProcess process(on_paper, {deliveries, {}, VisitClock::randomization, 10.0});
    Plan plan{on_paper, model, process,     solve_dropout(on_paper, process, *model, loss()),
              {},       level, multiplicity};
    for (const Hypothesis& hypothesis : hypotheses) {
      const Direction better = endpoints[hypothesis.endpoint.index()].better;
      plan.tests.push_back(
          {contrast_of(hypothesis, better),
           Question(hypothesis.test, better_after(hypothesis.transform, better), hypothesis.margin, level),
           {{"analysis", analysis, {}, {}}}});
    }
    return plan;
  }
};

}  // namespace equipoise
