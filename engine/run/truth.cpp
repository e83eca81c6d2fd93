#include "engine/run/truth.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <memory>

#include "engine/numeric/moments.hpp"
#include "engine/run/ordered_blocks.hpp"
#include "engine/trial/run_trial.hpp"

namespace equipoise {
namespace {

// The truth's own replicates: far from any that a run could reach, so that no trial shares its participants.
constexpr std::uint64_t first_truth_replicate = std::uint64_t{1} << 63U;

// With fewer cohorts than this their spread says too little: then participants are taken for independent.
constexpr std::uint64_t fewest_cohorts = 20;

/// What the therapies of a contrast do to each participant's own value, in both of its arms of one cohort or
/// of many.
struct Effects {
  Moments treatment;
  Moments comparator;
};

/// The difference of the mean effects of two arms over cohorts, and its standard error from how cohorts
/// differ: the members of one share groups, therapists, sites and waits. With n and S the number and sum of
/// effects of a cohort's arm and m the mean over all cohorts, the error of the difference of two ratios is
/// the mean of
///
///   e_r = (S_T - m_T n_T) / mean(n_T) - (S_C - m_C n_C) / mean(n_C)
///
/// (Cochran, Sampling Techniques, 3rd ed., section 6.4). e_r is linear in what is summed, so that no cohort
/// is kept.
class EffectDifference {
 public:
  void add(const Effects& cohort) {
    if (cohorts_ == 0) origin_ = {finite(cohort.treatment.mean()), finite(cohort.comparator.mean())};
    const auto n_t = static_cast<double>(cohort.treatment.count());
    const auto n_c = static_cast<double>(cohort.comparator.count());
    // About the first cohort's means: where everybody's effect is the same, nothing but zeros is squared.
    const std::array<double, 4> sums{n_t * (finite(cohort.treatment.mean()) - origin_[0]), n_t,
                                     n_c * (finite(cohort.comparator.mean()) - origin_[1]), n_c};
    for (std::size_t a = 0; a < sums.size(); ++a) {
      for (std::size_t b = 0; b < sums.size(); ++b) products_[a][b] += sums[a] * sums[b];
    }
    ++cohorts_;
    all_.treatment.merge(cohort.treatment);
    all_.comparator.merge(cohort.comparator);
  }

  [[nodiscard]] Simulated difference() const {
    const double independent = std::hypot(all_.treatment.standard_error(), all_.comparator.standard_error());
    return {all_.treatment.mean() - all_.comparator.mean(),
            cohorts_ < fewest_cohorts ? independent : between_cohorts()};
  }

 private:
  /// An arm that a small cohort did not fill adds nothing.
  static double finite(double mean) { return std::isnan(mean) ? 0.0 : mean; }

  [[nodiscard]] double between_cohorts() const {
    const auto r = static_cast<double>(cohorts_);
    const double mean_t = static_cast<double>(all_.treatment.count()) / r;
    const double mean_c = static_cast<double>(all_.comparator.count()) / r;
    const std::array<double, 4> weights{1.0 / mean_t, -(all_.treatment.mean() - origin_[0]) / mean_t,
                                        -1.0 / mean_c, (all_.comparator.mean() - origin_[1]) / mean_c};
    double squares = 0.0;
    for (std::size_t a = 0; a < weights.size(); ++a) {
      for (std::size_t b = 0; b < weights.size(); ++b) squares += weights[a] * products_[a][b] * weights[b];
    }
    return std::sqrt(std::max(0.0, squares) / (r * (r - 1.0)));
  }

  std::uint64_t cohorts_ = 0;
  std::array<double, 2> origin_{};
  std::array<std::array<double, 4>, 4> products_{};
  Effects all_;
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
};

void add_effects(const Contrast& contrast, const TruthSlot& slot, bool mirror, Effects& effects) {
  const auto baseline = slot.treated.at(contrast.endpoint, baseline_visit);
  const std::uint32_t visits =
      contrast.averaged_visits != 0 ? contrast.averaged_visits : 1U << contrast.visit.value;
  const double share = 1.0 / static_cast<double>(std::popcount(visits));
  for (std::size_t i = 0; i < slot.people.count(); ++i) {
    const bool in_treatment = slot.people.arm[i] == contrast.treatment.value;
    if (!in_treatment && slot.people.arm[i] != contrast.comparator.value) continue;
    double effect = 0.0;
    for (std::size_t v = 1; v < slot.treated.visits(); ++v) {
      if (((visits >> v) & 1U) == 0) continue;
      const auto value = [&](const Columns& columns) {
        const double raw = columns.at(contrast.endpoint, id_at<VisitId>(v))[i];
        return transformed(contrast.transform, contrast.better, raw, baseline[i]);
      };
      const double treated = value(slot.treated);
      effect += 0.5 * (treated + (mirror ? value(slot.mirrored) : treated)) - value(slot.untreated);
    }
    (in_treatment ? effects.treatment : effects.comparator).add(share * effect);
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
  slot.effects.assign(plan.tests.size(), {});
  for (std::size_t h = 0; h < plan.tests.size(); ++h) {
    add_effects(plan.tests[h].contrast, slot, mirror, slot.effects[h]);
  }
}

}  // namespace

std::vector<Simulated> true_values(const Plan& plan, std::uint64_t seed, std::uint64_t participants,
                                   int threads, const std::atomic<bool>* stop) {
  const int workers = worker_count(threads);
  std::vector<std::unique_ptr<TruthSlot>> slots;
  for (std::size_t s = 0; s < slot_count(workers); ++s) slots.push_back(std::make_unique<TruthSlot>(plan));
  const std::uint64_t replicates = (participants + plan.design.participants - 1) / plan.design.participants;
  std::vector<EffectDifference> totals(plan.tests.size());
  for_each_block_in_order(
      workers, [&](std::uint64_t replicate) { return replicate < replicates && (stop == nullptr || !*stop); },
      [&](std::uint64_t replicate, std::size_t s) { draw_effects(plan, seed, replicate, *slots[s]); },
      [&](std::uint64_t, std::size_t s) {
        for (std::size_t h = 0; h < totals.size(); ++h) totals[h].add(slots[s]->effects[h]);
      });
  std::vector<Simulated> truths;
  for (const EffectDifference& total : totals) truths.push_back(total.difference());
  return truths;
}

}  // namespace equipoise
