#include "engine/run/truth.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "engine/numeric/moments.hpp"
#include "engine/run/ordered_blocks.hpp"
#include "engine/trial/run_trial.hpp"

namespace equipoise {
namespace {

// The truth's own replicates: far from any that a run could reach, so that no trial shares its participants.
constexpr std::uint64_t first_truth_replicate = std::uint64_t{1} << 63U;

/// What the therapy does to each participant's own value, in the two arms of every contrast.
struct Effects {
  std::vector<Moments> treatment;
  std::vector<Moments> comparator;
};

/// One cohort seen three times with the same random numbers: as it is, with every group's and therapist's
/// effect turned to its mirror image (so that what clusters add cancels), and without any therapy.
struct TruthSlot {
  explicit TruthSlot(const Plan& plan) : scratch(plan.model->make_scratch()) {
    for (Columns* columns : {&treated, &mirrored, &untreated}) {
      columns->resize(plan.design.participants, plan.design.endpoints.size(), plan.design.visit_count());
    }
  }
  People people;
  CohortProcess::Scratch process;
  std::unique_ptr<OutcomeModel::Scratch> scratch;
  Columns treated;
  Columns mirrored;
  Columns untreated;
  Effects effects;
};

void add_effects(const Contrast& contrast, const TruthSlot& slot, bool mirror, Moments& treatment,
                 Moments& comparator) {
  const auto baseline = slot.treated.at(contrast.endpoint, baseline_visit);
  const auto treated = slot.treated.at(contrast.endpoint, contrast.visit);
  const auto mirrored = mirror ? slot.mirrored.at(contrast.endpoint, contrast.visit) : treated;
  const auto untreated = slot.untreated.at(contrast.endpoint, contrast.visit);
  const auto value = [&](double raw, std::size_t i) {
    return transformed(contrast.transform, contrast.better, raw, baseline[i]);
  };
  for (std::size_t i = 0; i < slot.people.count(); ++i) {
    const bool in_treatment = slot.people.arm[i] == contrast.treatment.value;
    if (!in_treatment && slot.people.arm[i] != contrast.comparator.value) continue;
    const double effect = 0.5 * (value(treated[i], i) + value(mirrored[i], i)) - value(untreated[i], i);
    (in_treatment ? treatment : comparator).add(effect);
  }
}

/// Whether the mean of every transformed value is the transformed mean of the probabilities of its states.
bool takes_probabilities(const Plan& plan) {
  return std::ranges::all_of(plan.tests, [&](const PlannedTest& test) {
    const bool state = plan.design.endpoints[test.contrast.endpoint.index()].kind == EndpointKind::state;
    const Transform::Kind transform = test.contrast.transform.kind;
    return !state || transform == Transform::Kind::none || transform == Transform::Kind::change;
  });
}

void draw_effects(const Plan& plan, std::uint64_t seed, std::uint64_t replicate, TruthSlot& slot) {
  const Streams streams(seed, first_truth_replicate + replicate);
  plan.process(streams, slot.process, slot.people);
  const bool mirror = !slot.people.groups.empty();
  const bool probabilities = takes_probabilities(plan);
  plan.model->draw(streams, slot.people, {1.0, 1.0, probabilities}, *slot.scratch, slot.treated);
  if (mirror)
    plan.model->draw(streams, slot.people, {1.0, -1.0, probabilities}, *slot.scratch, slot.mirrored);
  plan.model->draw(streams, slot.people, {0.0, 0.0, probabilities}, *slot.scratch, slot.untreated);
  slot.effects.treatment.assign(plan.tests.size(), {});
  slot.effects.comparator.assign(plan.tests.size(), {});
  for (std::size_t h = 0; h < plan.tests.size(); ++h) {
    add_effects(plan.tests[h].contrast, slot, mirror, slot.effects.treatment[h], slot.effects.comparator[h]);
  }
}

}  // namespace

std::vector<Simulated> true_values(const Plan& plan, std::uint64_t seed, std::uint64_t participants,
                                   int threads, const std::atomic<bool>* stop) {
  const int workers = worker_count(threads);
  std::vector<std::unique_ptr<TruthSlot>> slots;
  for (std::size_t s = 0; s < slot_count(workers); ++s) slots.push_back(std::make_unique<TruthSlot>(plan));
  const std::uint64_t replicates = (participants + plan.design.participants - 1) / plan.design.participants;
  Effects total{std::vector<Moments>(plan.tests.size()), std::vector<Moments>(plan.tests.size())};
  for_each_block_in_order(
      workers, [&](std::uint64_t replicate) { return replicate < replicates && (stop == nullptr || !*stop); },
      [&](std::uint64_t replicate, std::size_t s) { draw_effects(plan, seed, replicate, *slots[s]); },
      [&](std::uint64_t, std::size_t s) {
        for (std::size_t h = 0; h < plan.tests.size(); ++h) {
          total.treatment[h].merge(slots[s]->effects.treatment[h]);
          total.comparator[h].merge(slots[s]->effects.comparator[h]);
        }
      });
  std::vector<Simulated> truths;
  for (std::size_t h = 0; h < plan.tests.size(); ++h) {
    truths.push_back({total.treatment[h].mean() - total.comparator[h].mean(),
                      std::hypot(total.treatment[h].standard_error(), total.comparator[h].standard_error())});
  }
  return truths;
}

}  // namespace equipoise
