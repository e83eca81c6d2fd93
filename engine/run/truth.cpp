#include "engine/run/truth.hpp"

#include <algorithm>
#include <bit>
#include <memory>
#include <utility>

#include "engine/base/stop.hpp"
#include "engine/run/ordered_blocks.hpp"
#include "engine/run/truth_sums.hpp"
#include "engine/trial/run_trial.hpp"

namespace equipoise {
namespace {

// The truth's own replicates: far from any that a run could reach, so that no trial shares its participants.
constexpr std::uint64_t first_truth_replicate = std::uint64_t{1} << 63U;

/// The share of pairs of a treated and another value in which the treated is the larger, ties counting half.
class PairsWon {
 public:
  void clear() { values_.clear(); }
  void add(double value, bool treated) { values_.emplace_back(value, treated); }

  [[nodiscard]] double operator()() {
    std::ranges::sort(values_);
    double won = 0.0;
    double treated = 0.0;
    double others = 0.0;
    for (std::size_t first = 0; first < values_.size();) {
      double treated_here = 0.0;
      double others_here = 0.0;
      std::size_t last = first;
      for (; last < values_.size() && values_[last].first == values_[first].first; ++last) {
        (values_[last].second ? treated_here : others_here) += 1.0;
      }
      won += treated_here * (others + 0.5 * others_here);
      treated += treated_here;
      others += others_here;
      first = last;
    }
    return won / (treated * others);
  }

 private:
  std::vector<std::pair<double, bool>> values_;
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
  std::vector<Effects> effects;  // one a hypothesis
  PairsWon pairs;
};

/// The value that a contrast is about, of everybody in columns of one kind.
class ContrastValue {
 public:
  ContrastValue(const Contrast& contrast, const TruthSlot& slot)
      : contrast_(contrast),
        baseline_(slot.treated.at(contrast.endpoint, baseline_visit)),
        visits_(contrast.averaged_visits != 0 ? contrast.averaged_visits : 1U << contrast.visit.value) {}

  /// Of one participant, the mean over the contrast's visits of what `of` makes of each.
  template <class Of>
  [[nodiscard]] double mean(std::size_t visit_count, Of&& of) const {
    double total = 0.0;
    for (std::size_t v = 1; v < visit_count; ++v) {
      if (((visits_ >> v) & 1U) != 0) total += of(id_at<VisitId>(v));
    }
    return total * (1.0 / static_cast<double>(std::popcount(visits_)));
  }
  [[nodiscard]] double at(const Columns& columns, VisitId visit, std::size_t i) const {
    return transformed(contrast_.transform, contrast_.better, columns.at(contrast_.endpoint, visit)[i],
                       baseline_[i]);
  }

 private:
  const Contrast& contrast_;
  std::span<const double> baseline_;
  std::uint32_t visits_;
};

void add_effects(const Contrast& contrast, const TruthSlot& slot, bool mirror, Effects& effects) {
  const ContrastValue value(contrast, slot);
  for (std::size_t i = 0; i < slot.people.count(); ++i) {
    const bool in_treatment = slot.people.arm[i] == contrast.treatment.value;
    if (!in_treatment && slot.people.arm[i] != contrast.comparator.value) continue;
    double untreated = 0.0;
    const double effect = value.mean(slot.treated.visits(), [&](VisitId visit) {
      const double treated = value.at(slot.treated, visit, i);
      const double without = value.at(slot.untreated, visit, i);
      untreated += without;
      return 0.5 * (treated + (mirror ? value.at(slot.mirrored, visit, i) : treated)) - without;
    });
    (in_treatment ? effects.treatment : effects.comparator).add(effect);
    if (contrast.averaged_visits == 0) effects.untreated.add(untreated);
  }
}

/// Without the therapies half of the pairs are won on average: taking away what was won then leaves the
/// effect with less noise.
void add_pairs(const Contrast& contrast, TruthSlot& slot, bool mirror, Effects& effects) {
  if (effects.treatment.count() == 0 || effects.comparator.count() == 0) return;
  const ContrastValue value(contrast, slot);
  const auto won = [&](const Columns& columns) {
    slot.pairs.clear();
    for (std::size_t i = 0; i < slot.people.count(); ++i) {
      const bool in_treatment = slot.people.arm[i] == contrast.treatment.value;
      if (!in_treatment && slot.people.arm[i] != contrast.comparator.value) continue;
      slot.pairs.add(value.at(columns, contrast.visit, i), in_treatment);
    }
    return slot.pairs();
  };
  const double treated = won(slot.treated);
  const double mirrored = mirror ? won(slot.mirrored) : treated;
  effects.share_of_pairs.add(0.5 * (treated + mirrored) - won(slot.untreated));
}

bool asks_for_pairs(const PlannedTest& test) {
  return std::ranges::any_of(test.analyses, [&](const PlannedAnalysis& analysis) {
    return marginal_scale(test.contrast, analysis.options) == EstimateScale::share_of_pairs;
  });
}

bool has_risks(const Plan& plan, const PlannedTest& test) {
  return test.contrast.averaged_visits == 0 &&
         is_binary(test.contrast.transform, plan.design.endpoints[test.contrast.endpoint.index()].kind);
}

/// Whether the mean of every transformed value is the transformed mean of the probabilities of its states.
bool takes_probabilities(const Plan& plan) {
  return std::ranges::all_of(plan.tests, [&](const PlannedTest& test) {
    const bool state = plan.design.endpoints[test.contrast.endpoint.index()].kind == EndpointKind::state;
    const Transform::Kind transform = test.contrast.transform.kind;
    return !state || transform == Transform::Kind::none || transform == Transform::Kind::change;
  });
}

/// Once `stop` is asked for there may be fewer effects: none of a contrast that was not come to.
void draw_effects(const Plan& plan, std::uint64_t seed, std::uint64_t replicate, StopFlag stop,
                  TruthSlot& slot) {
  const Streams streams(seed, first_truth_replicate + replicate);
  slot.effects.assign(plan.tests.size(), {});
  plan.process(streams, slot.process, slot.people);
  const bool mirror = !slot.people.groups.empty();
  const bool probabilities = takes_probabilities(plan);
  plan.model->draw(streams, slot.people, {1.0, 1.0, probabilities}, *slot.scratch, slot.treated);
  if (stop.asked()) return;
  if (mirror)
    plan.model->draw(streams, slot.people, {1.0, -1.0, probabilities}, *slot.scratch, slot.mirrored);
  plan.model->draw(streams, slot.people, {0.0, 0.0, probabilities}, *slot.scratch, slot.untreated);
  for (std::size_t h = 0; h < plan.tests.size() && !stop.asked(); ++h) {
    add_effects(plan.tests[h].contrast, slot, mirror, slot.effects[h]);
    if (asks_for_pairs(plan.tests[h])) add_pairs(plan.tests[h].contrast, slot, mirror, slot.effects[h]);
  }
}

}  // namespace

std::vector<TrueValue> true_values(const Plan& plan, std::uint64_t seed, std::uint64_t participants,
                                   int threads, const std::atomic<bool>* stop) {
  const int workers = worker_count(threads);
  const StopFlag asked = stop == nullptr ? StopFlag() : StopFlag(*stop);
  std::vector<std::unique_ptr<TruthSlot>> slots;
  for (std::size_t s = 0; s < slot_count(workers); ++s) slots.push_back(std::make_unique<TruthSlot>(plan));
  const std::uint64_t replicates = (participants + plan.design.participants - 1) / plan.design.participants;
  std::vector<TruthSums> totals(plan.tests.size());
  for_each_block_in_order(
      workers, [&](std::uint64_t replicate) { return replicate < replicates && !asked.asked(); },
      [&](std::uint64_t replicate, std::size_t s) { draw_effects(plan, seed, replicate, asked, *slots[s]); },
      [&](std::uint64_t, std::size_t s) {
        for (std::size_t h = 0; h < totals.size(); ++h) totals[h].add(slots[s]->effects[h]);
      });
  std::vector<TrueValue> truths;
  for (std::size_t h = 0; h < totals.size(); ++h) {
    truths.push_back(totals[h].value(has_risks(plan, plan.tests[h])));
  }
  return truths;
}

}  // namespace equipoise
