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
  if (!size.power || !size.half_width) return;
  // An option of a command has no line: it takes the place of the other goal that the file may have.
  const bool power_in_file = place_of(context.tree, "size.power").line > 0;
  const bool half_width_in_file = place_of(context.tree, "size.half_width").line > 0;
  if (power_in_file != half_width_in_file) return;
  context.add("size.half_width", "both a power and a half-width are asked for", "one of them is the goal",
              "leave one out");
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
  const bool range = check_between(context);
  // Without its condition nobody knows which parameters there are.
  if (context.condition == nullptr && !is_declared(scenario_keys().rows(), context.scenario.size.vary))
    return;
  const std::optional<VariedKey> key = varied_key(context);
  if (key && range) check_ends(*key, context);
}

}  // namespace equipoise
