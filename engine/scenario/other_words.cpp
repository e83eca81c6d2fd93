#include "engine/scenario/other_words.hpp"

#include <array>

namespace equipoise {
namespace {

constexpr std::string_view share_that_stays = "the share that stays, 1 minus the share lost";
constexpr std::string_view of_condition =
    "a parameter of the condition: its parameters.toml names it, [override] and --set change it";

constexpr auto words =
    std::to_array<OtherWord>({{"n", "cohort.participants", {}},
                              {"N", "cohort.participants", {}},
                              {"sample_size", "cohort.participants", {}},
                              {"samplesize", "cohort.participants", {}},
                              {"patients", "cohort.participants", {}},
                              {"subjects", "cohort.participants", {}},
                              {"people", "cohort.participants", {}},
                              {"total", "cohort.participants", {}},
                              {"centres", "cohort.sites", {}},
                              {"centers", "cohort.sites", {}},
                              {"population", "cohort.profile", {}},
                              {"recruitment", "cohort.enrolment_rate", {}},
                              {"recruitment_rate", "cohort.enrolment_rate", {}},
                              {"accrual", "cohort.enrolment_rate", {}},
                              {"accrual_rate", "cohort.enrolment_rate", {}},
                              {"enrollment_rate", "cohort.enrolment_rate", {}},
                              {"blocks", "cohort.block_size", {}},
                              {"attrition", "dropout.retention", share_that_stays},
                              {"attrition_rate", "dropout.retention", share_that_stays},
                              {"drop_out", "dropout.retention", share_that_stays},
                              {"dropout_rate", "dropout.retention", share_that_stays},
                              {"loss_to_follow_up", "dropout.retention", share_that_stays},
                              {"loss", "dropout.retention", share_that_stays},
                              {"completers", "dropout.retention", {}},
                              {"months", "schedule.visits", {}},
                              {"weeks", "schedule.visits", "in weeks with schedule.unit = \"weeks\""},
                              {"timepoints", "schedule.visits", {}},
                              {"follow_up", "schedule.visits", {}},
                              {"followup", "schedule.visits", {}},
                              {"treatment", "arm.*.therapy", {}},
                              {"intervention", "arm.*.therapy", {}},
                              {"ratio", "arm.*.allocation", {}},
                              {"group_size", "groups.size", {}},
                              {"intraclass_correlation", "groups.icc", {}},
                              {"rho", "groups.icc", {}},
                              {"outcome", "hypothesis.*.endpoint", {}},
                              {"primary", "hypothesis.*.endpoint", {}},
                              {"time", "hypothesis.*.visit", {}},
                              {"month", "hypothesis.*.visit", {}},
                              {"week", "hypothesis.*.visit", {}},
                              {"contrast", "hypothesis.*.compare", {}},
                              {"comparison", "hypothesis.*.compare", {}},
                              {"model", "hypothesis.*.analysis", {}},
                              {"significance", "testing.alpha", {}},
                              {"significance_level", "testing.alpha", {}},
                              {"sig_level", "testing.alpha", {}},
                              {"tails", "testing.sides", {}},
                              {"tail", "testing.sides", {}},
                              {"multiplicity", "testing.method", {}},
                              {"correction", "testing.method", {}},
                              {"beta", "size.power", "1 minus the error of the second kind"},
                              {"simulations", "run.trials", {}},
                              {"nsim", "run.trials", {}},
                              {"n_sim", "run.trials", {}},
                              {"reps", "run.trials", {}},
                              {"iterations", "run.trials", {}},
                              {"effect", {}, of_condition},
                              {"effect_size", {}, of_condition},
                              {"delta", {}, of_condition},
                              {"mean", {}, of_condition},
                              {"sd", {}, of_condition},
                              {"SD", {}, of_condition}});

}  // namespace

std::span<const OtherWord> other_words() {
  return words;
}

}  // namespace equipoise
