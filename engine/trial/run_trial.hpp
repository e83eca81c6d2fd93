#pragma once

#include <memory>
#include <vector>

#include "engine/base/stop.hpp"
#include "engine/trial/plan.hpp"
#include "engine/trial/trial_outcome.hpp"

namespace equipoise {

/// Everything that one thread needs to run trials of one plan, and what its last trial left behind. Once the
/// first trials have grown it, a trial allocates nothing.
struct TrialWorkspace {
  explicit TrialWorkspace(const Plan& plan, StopFlag stop = {});

  People people;
  Columns truth;   // what a trial without loss would have seen
  TrialData data;  // what this one saw

  CohortProcess::Scratch process;
  Dropout::Scratch dropout;
  std::unique_ptr<OutcomeModel::Scratch> model;
  AnalysisWorkspace analysis;
  std::vector<double> p_values;
  std::vector<double> df;
  std::vector<double> adjusted;
  Multiplicity::Scratch multiplicity;
  StopFlag stop;
};

/// Draws the participants of one trial, loses some and observes the rest: fills people, truth and data.
void draw_trial(const Plan& plan, const Streams& streams, TrialWorkspace& workspace);

/// One trial from recruitment to decision. `outcome` keeps its storage from call to call. Throws Interrupted
/// once the workspace's stop is asked for; then `outcome` means nothing.
void run_trial(const Plan& plan, const Streams& streams, TrialWorkspace& workspace, TrialOutcome& outcome);

}  // namespace equipoise
