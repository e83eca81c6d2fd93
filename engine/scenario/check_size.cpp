#include "engine/scenario/check_size.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/scenario/scenario_keys.hpp"
#include "engine/scenario/schema/path.hpp"
#include "engine/scenario/varied_key.hpp"

namespace equipoise {
namespace {

// With fewer a search cannot see an answer from both sides and trust it.
constexpr std::uint64_t fewest_trials_of_a_draw = 20;
// With fewer their spread says nothing.
constexpr std::size_t fewest_draws = 20;

void check_shown(const CheckContext& context) {
  const SizePart& size = context.scenario.size;
  std::vector<std::string> names;
  for (const HypothesisPart& hypothesis : context.scenario.hypotheses) names.push_back(hypothesis.name);
  const bool several = size.shown == "any" || size.shown == "all" || (size.shown.empty() && names.size() > 1);
  if (size.half_width && several && names.size() > 1) {
    context.add(size.shown.empty() ? "size.half_width" : "size.for",
                "a half-width is that of one hypothesis' estimate",
                fmt::format("the scenario has {} hypotheses", names.size()), "name one in size.for");
  }
  if (size.shown.empty() || several || std::ranges::find(names, size.shown) != names.end()) return;
  names.insert(names.end(), {"any", "all"});
  context.add("size.for", fmt::format("no hypothesis is named '{}'", size.shown), {},
              suggest(size.shown, names));
}

void check_goal(const CheckContext& context) {
  const SizePart& size = context.scenario.size;
  std::vector<std::string> asked;
  if (size.power) asked.emplace_back("size.power");
  if (size.assurance) asked.emplace_back("size.assurance");
  if (size.half_width) asked.emplace_back("size.half_width");
  for (std::size_t other = 1; other < asked.size(); ++other) {
    context.add(asked[other], fmt::format("both {} and {} are asked for", asked[0], asked[other]),
                "one of them is the goal", "leave one out");
  }
}

void check_lost(const CheckContext& context) {
  const SizePart& size = context.scenario.size;
  if (size.lost == 0.0 || size.vary == "cohort.participants") return;
  context.add("size.lost", fmt::format("'{}' is varied", size.vary),
              "only a number of participants is made larger for those who are lost", "leave size.lost out");
}

/// Whether a range is given that is one, whatever varies in it.
bool check_between(const CheckContext& context) {
  const std::vector<double>& between = context.scenario.size.between;
  const Value* const written = find_path(context.tree, "size.between");
  const bool unread = written == nullptr || !written->is_array() || written->items().size() != between.size();
  if (unread) return false;  // its own problem has been told
  if (between.size() != 2) {
    context.add("size.between", fmt::format("there are {} numbers", between.size()),
                "a range has a smallest and a largest value", "write [LOW, HIGH]");
    return false;
  }
  if (!(between[0] < between[1])) {
    context.add("size.between", fmt::format("the range goes from {} to {}", between[0], between[1]),
                "the smallest value comes first, and there must be more than one");
  }
  return true;
}

void check_ends(const VariedKey& key, const CheckContext& context) {
  for (const double end : context.scenario.size.between) {
    if (!key.limits.contains(end)) {
      context.add("size.between", fmt::format("'{}' cannot be {}", key.path, end),
                  fmt::format("it must be {}", to_text(key.limits)));
    } else if (key.always_whole && std::floor(end) != end) {
      context.add("size.between", fmt::format("'{}' cannot be {}", key.path, end),
                  "it must be a whole number");
    }
  }
}

}  // namespace

void check_size(const CheckContext& context) {
  check_shown(context);
  check_goal(context);
  check_lost(context);
  const bool range = check_between(context);
  // Without its condition nobody knows which parameters there are.
  if (context.condition == nullptr && !is_declared(scenario_keys().rows(), context.scenario.size.vary))
    return;
  const std::optional<VariedKey> key = varied_key(context);
  if (key && range) check_ends(*key, context);
}

void check_assured_size(const CheckContext& context) {
  const SizePart& size = context.scenario.size;
  if (!size.assurance) return;
  const auto& assurance = context.scenario.assurance;
  if (!assurance) {
    context.add("size.assurance", "an assurance is asked for and there is no [assurance]",
                "it says what is not known", "add a line [assurance], or ask for a power");
    return;
  }
  if (assurance->priors.find(size.vary) != nullptr) {
    context.add("size.vary", fmt::format("'{}' is varied, and uncertain in [assurance.prior]", size.vary),
                "every draw would have a value of its own, whatever is tried", "leave it out of one of them");
  }
  if (assurance->draws < fewest_draws) {
    context.add("assurance.draws", fmt::format("{} draws are too few for [size]", assurance->draws),
                "how far they leave the answer open could not be told",
                fmt::format("ask for at least {}", fewest_draws));
  }
  if (size.trials < fewest_trials_of_a_draw * assurance->draws) {
    context.add("size.trials",
                fmt::format("{} trials are too few for {} draws", size.trials, assurance->draws),
                fmt::format("at every value each draw takes part, {} times over the whole search at least",
                            fewest_trials_of_a_draw),
                "allow more trials, or ask for fewer draws in [assurance]");
  }
}

}  // namespace equipoise
