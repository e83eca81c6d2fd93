#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "engine/characteristics/characteristics.hpp"
#include "engine/design/design.hpp"
#include "engine/run/cell_table.hpp"
#include "engine/run/result_sink.hpp"
#include "engine/trial/trial_outcome.hpp"

/// A run that nobody simulated: every number is a simple function of its place, so that a reader can check
/// it.
namespace equipoise::made_up {

inline Design design(std::size_t hypotheses = 2) {
  Design design;
  design.participants = 120;
  design.sites = 3;
  design.block_size = 4;
  design.arms = {{"CBT", "cbt", 1}, {"Übliche Versorgung", "usual_care", 1}};
  design.visits = {3.0, 12.0};
  Endpoint pain;
  pain.name = "pain_severity";
  pain.instrument = "Brief Pain Inventory, severity";
  pain.unit = "points";
  Endpoint misuse;
  misuse.name = "opioid_misuse";
  misuse.instrument = "Drug Misuse Index";
  misuse.unit = "1";
  misuse.kind = EndpointKind::state;
  design.endpoints = {pain, misuse};
  for (std::size_t i = 0; i < hypotheses; ++i) {
    Hypothesis hypothesis;
    hypothesis.name = "hypothesis " + std::to_string(i + 1);
    hypothesis.endpoint = id_at<EndpointId>(i % 2);
    hypothesis.visit = VisitId{2};
    hypothesis.treatment = ArmId{0};
    hypothesis.comparator = ArmId{1};
    design.hypotheses.push_back(hypothesis);
  }
  return design;
}

inline Provenance provenance(const std::string& command_line = "equipoise run made_up.toml") {
  Provenance provenance;
  provenance.title = "A made-up run";
  provenance.scenario_file = "made_up.toml";
  provenance.scenario_text = "title = \"A made-up run\"\n# naïve, ≤ 2 lines\n";
  provenance.condition = "textbook";
  provenance.parameters_text = "[mean]\nvalue = 1\n";
  provenance.command_line = command_line;
  provenance.seed = 20251108;
  provenance.planned_trials = 10'000;
  return provenance;
}

/// Two analyses of each hypothesis; the alternative has a fallback.
inline std::vector<AnalysisLabel> analyses(std::size_t hypotheses = 2) {
  std::vector<AnalysisLabel> labels;
  for (std::size_t h = 0; h < hypotheses; ++h) {
    labels.push_back({h, "unstructured", {}});
    labels.push_back({h, "plain", {"compound symmetry"}});
  }
  return labels;
}

/// What the analyses make of a trial: the protocol's what the test says, the alternative its negative, and
/// where the protocol's fails the alternative's own fit does too and its fallback says 1000.
inline std::vector<AnalysisOutcome> analyses_of(const TestOutcome& test) {
  AnalysisOutcome protocol;
  protocol.estimate = test.estimate;
  protocol.status = test.estimate.status;
  protocol.rejected = test.rejected_alone;
  protocol.rejected_by_own_fit = test.rejected_alone;
  protocol.favours_comparator = test.rejected && !test.shown;
  AnalysisOutcome alternative = protocol;
  alternative.estimate.value = -test.estimate.value;
  if (!test.estimate.usable()) {
    alternative.estimate = {};
    alternative.estimate.status = FitStatus::ok;
    alternative.estimate.value = 1000.0;
    alternative.used = 1;
    alternative.rejected = true;
  }
  return {protocol, alternative};
}

/// Test h of replicate r: estimate r + h / 8, standard error the fraction of 1000 sqrt(2 r + h + 1/2), whose
/// digits are noise to a compressor. Of every 50 replicates the first five end with one of the first five
/// statuses each, the others well.
inline TrialOutcome trial(std::uint64_t replicate, std::size_t hypotheses = 2) {
  TrialOutcome outcome;
  outcome.replicate = replicate;
  for (std::size_t h = 0; h < hypotheses; ++h) {
    TestOutcome test;
    test.estimate.status = replicate % 50 < 5 ? static_cast<FitStatus>(replicate % 50) : FitStatus::ok;
    if (test.estimate.usable()) {
      test.estimate.value = static_cast<double>(replicate) + static_cast<double>(h) / 8.0;
      const double root = 1000.0 * std::sqrt(static_cast<double>(2 * replicate + h) + 0.5);
      test.estimate.se = std::sqrt(1.0 + root - std::floor(root));
      test.estimate.df = h == 0 ? 117.0 : std::numeric_limits<double>::infinity();
      test.estimate.p = 1.0 / static_cast<double>(replicate + 1);
      test.p_adjusted = 2.0 / static_cast<double>(replicate + 2);
      test.rejected = replicate % 10 == 0;
      test.rejected_alone = replicate % 5 == 0;
      test.shown = test.rejected && replicate % 20 == 0;
    }
    test.analyses = analyses_of(test);
    outcome.tests.push_back(test);
  }
  return outcome;
}

inline std::vector<TrialOutcome> trials(std::uint64_t first, std::uint64_t count,
                                        std::size_t hypotheses = 2) {
  std::vector<TrialOutcome> block;
  for (std::uint64_t r = first; r < first + count; ++r) block.push_back(trial(r, hypotheses));
  return block;
}

/// A value of arm a, endpoint e and visit v: 100 a + 10 e + v.
inline ArmSummary arm(const Design& design, std::size_t a) {
  ArmSummary summary;
  summary.name = design.arms[a].name;
  summary.enrolled = 60.0;
  summary.retention = 0.75;
  summary.sessions_mean = a == 0 ? 6.5 : 0.0;
  for (std::size_t e = 0; e < design.endpoints.size(); ++e) {
    EndpointSummary endpoint;
    endpoint.endpoint = design.endpoints[e].name;
    for (std::size_t v = 0; v < design.visit_count(); ++v) {
      endpoint.mean.push_back(static_cast<double>(100 * a + 10 * e + v));
      endpoint.sd.push_back(2.0);
      endpoint.observed.push_back(1.0 - static_cast<double>(v) / 8.0);
    }
    summary.endpoints.push_back(endpoint);
  }
  return summary;
}

/// Of hypothesis h: power 0.9 - h / 4 under the first rule, 1 / 64 more under each next; the alternative 1 /
/// 8 less.
inline std::vector<AnalysisCharacteristics> analysis_characteristics(std::size_t h, std::uint64_t trials) {
  std::vector<AnalysisCharacteristics> result;
  for (const std::size_t a : {0U, 1U}) {
    AnalysisCharacteristics analysis;
    const double power = 0.9 - 0.25 * static_cast<double>(h) - 0.125 * static_cast<double>(a);
    analysis.rules = {{power, 0.003}, {power + 1.0 / 64.0, 0.003}, {power + 2.0 / 64.0, 0.003}};
    analysis.power = analysis.rules.fallback;
    analysis.status = {trials - 2, 0, 2, 0, 0, 0};
    analysis.unanswered = 1;
    if (a == 1) {
      analysis.fallbacks = {{"compound symmetry", 1 + h}};
      analysis.difference.power = {-0.125, 0.001};
    }
    result.push_back(analysis);
  }
  return result;
}

inline Characteristics characteristics(const Design& design, std::uint64_t trials) {
  Characteristics characteristics;
  characteristics.trials = trials;
  for (std::size_t h = 0; h < design.hypotheses.size(); ++h) {
    TestCharacteristics test;
    test.name = design.hypotheses[h].name;
    test.truth = {-1.0 - static_cast<double>(h), 0.001};
    test.null_is_true = h == 1;
    test.power = {0.9 - 0.25 * static_cast<double>(h), 0.003};
    test.harm = {0.0625, 0.0024};
    test.rejection_rate = {test.power.value + 0.0625, 0.002};
    test.wrong_side = h == 0;
    test.power_alone = {0.95, 0.002};
    test.coverage = {0.9375, 0.0024};
    test.status = {trials - 1, 0, 1, 0, 0};
    test.analyses = analysis_characteristics(h, trials);
    characteristics.tests.push_back(test);
  }
  characteristics.any = {0.97, 0.0017};
  characteristics.all = {0.6, 0.0049};
  characteristics.familywise_error = {0.03, 0.0017};
  for (std::size_t a = 0; a < design.arms.size(); ++a) characteristics.arms.push_back(arm(design, a));
  return characteristics;
}

/// Three cells: two keys, of which one has words; the second has replicates of its own.
inline CellTable cells() {
  CellTable table;
  table.cells = 3;
  table.factors = {{"groups.icc", {0.0, 0.05, 0.1}, {}}, {"arm.A/B.therapy", {}, {"cbt", "more", "naïve"}}};
  table.first_replicates = {0, 1'000'000, 0};
  table.reference = 0;
  return table;
}

/// Cell c has 5000 - 1000 c trials.
inline std::uint64_t cell_trials(std::size_t cell) {
  return 5000 - 1000 * cell;
}

}  // namespace equipoise::made_up
