#include "engine/scenario/sweep_part.hpp"

#include "engine/scenario/value_codec.hpp"

namespace equipoise {

Keys<SweepPart> sweep_keys() {
  Keys<SweepPart> keys;
  keys.key("combine", &SweepPart::combine,
           {.doc = "Whether every value meets every other (cross), or the first the first and so on (zip)."})
      .key("common_random_numbers", &SweepPart::common_random_numbers,
           {.doc = "Whether all cells are about the same virtual participants."})
      .key("reference", &SweepPart::reference,
           {.doc = "Number of the cell that the others are compared with; the first is 0.",
            .range = at_least(0)})
      .key("replicates", &SweepPart::replicates,
           {.doc = "Whether the results file keeps every replicate of every cell."})
      .others(&SweepPart::factors,
              {.doc = "Any key above, or any parameter of the condition, by its dotted path in quotes: the "
                      "values that it takes."});
  return keys;
}

Keys<SensitivityPart> sensitivity_keys() {
  Keys<SensitivityPart> keys;
  keys.key("points", &SensitivityPart::points,
           {.doc = "Points at which all keys are drawn together, each with one more point a key and another "
                   "beside it; a power of 2 spreads them best.",
            .unit = "points",
            .range = between(4, 65536)})
      .key("trials", &SensitivityPart::trials,
           {.doc = "Trials at each of these points.", .unit = "trials", .range = between(2, 1e9)})
      .key("truth_participants", &SensitivityPart::truth_participants,
           {.doc = "Simulated participants from whom a point's true values are found.",
            .unit = "participants",
            .range = between(1000, 1e9)})
      .key("tornado", &SensitivityPart::tornado,
           {.doc = "The two quantiles at which each key is held while the others are at their medians.",
            .range = inside(0, 1)})
      .others(&SensitivityPart::factors,
              {.doc = "Any key above, or any parameter of the condition, by its dotted path in quotes: a "
                      "range such as { min = 0, max = 0.1 }, or a distribution: { normal = [mean, sd] }, "
                      "{ lognormal = [median, sd of the logarithm] }, { beta = [a, b] }, each cut off by "
                      "within = [low, high] where that is given."});
  return keys;
}

}  // namespace equipoise
