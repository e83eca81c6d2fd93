#include "engine/scenario/assurance_part.hpp"

#include "engine/scenario/value_codec.hpp"

namespace equipoise {

Keys<AssurancePart> assurance_keys() {
  Keys<AssurancePart> keys;
  keys.key("draws", &AssurancePart::draws,
           {.doc = "Draws of everything that is not known.", .unit = "draws", .range = between(1, 9'999)})
      .key("trials", &AssurancePart::trials,
           {.doc = "Trials of each draw; with one the power is averaged but its distribution is not seen.",
            .unit = "trials",
            .range = between(1, 1e9)})
      .key("truth_participants", &AssurancePart::truth_participants,
           {.doc = "Simulated participants from whom a draw's true values are found.",
            .unit = "participants",
            .range = between(1000, 1e9)})
      .key("fixed", &AssurancePart::fixed,
           {.doc = "Parameters of the condition's posterior that keep their value; those that [override] or "
                   "--set give a value keep that.",
            .default_text = "none"})
      .named("prior", &AssurancePart::priors,
             {.doc = "What is believed of any key, in the place of the condition's posterior: "
                     "{ normal = [mean, sd] } and the other distributions of [sensitivity]."});
  return keys;
}

}  // namespace equipoise
