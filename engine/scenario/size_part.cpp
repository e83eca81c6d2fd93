#include "engine/scenario/size_part.hpp"

namespace equipoise {

Keys<SizePart> size_keys() {
  Keys<SizePart> keys;
  keys.key("power", &SizePart::power,
           {.doc = "The power to reach.", .range = inside(0, 1), .default_text = "0.9"})
      .key("assurance", &SizePart::assurance,
           {.doc = "Instead of a power as planned: the power to reach on average over what [assurance] says "
                   "is not known.",
            .range = inside(0, 1)})
      .key("half_width", &SizePart::half_width,
           {.doc = "Instead of a power: the half-width that the estimate's confidence interval is to have on "
                   "average.",
            .range = above(0)})
      .key("for", &SizePart::shown,
           {.doc = "What is to be shown: the name of a hypothesis, any or all of them.",
            .default_text = "the only hypothesis, or all"})
      .key("vary", &SizePart::vary,
           {.doc = "The number that is varied: any key above or parameter of the condition, by its dotted "
                   "path."})
      .key("between", &SizePart::between,
           {.doc = "The smallest and the largest value to consider, in units of the key that is varied.",
            .default_text = "by the key"})
      .key("precision", &SizePart::precision,
           {.doc = "Half-width of the answer's 95 % confidence interval, in units of the key that is varied.",
            .range = above(0),
            .default_text = "1 % of the answer or 2 participants where trials are cheap, else 2 %"})
      .key("trials", &SizePart::trials,
           {.doc = "Trials that the search may spend.", .unit = "trials", .range = between(1000, 1e12)})
      .key("verify", &SizePart::verify,
           {.doc = "Trials that check the answer, and join those of the search; twice as many where they "
                   "contradict it.",
            .unit = "trials",
            .range = between(100, 1e12)})
      .key("round", &SizePart::round,
           {.doc = "To what a number of participants is rounded up: whole shares of the allocation, whole "
                   "blocks at every site, whole therapy groups too."})
      .key("lost", &SizePart::lost,
           {.doc = "Share of the participants that the protocol expects to lose beyond those that the "
                   "scenario's own dropout loses; the number is told divided by 1 - lost, too.",
            .range = between(0, 0.9),
            .default_text = "none"});
  return keys;
}

}  // namespace equipoise
