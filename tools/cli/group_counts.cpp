#include "tools/cli/group_counts.hpp"

#include <algorithm>

namespace equipoise {

GroupCounts::GroupCounts(const AnalysisData& data) {
  for (std::size_t i = 0; i < data.trial.participants(); ++i) {
    if (data.trial.group[i] >= 0) ++people_[{data.trial.group[i], data.trial.arm[i]}];
  }
}

GroupCounts::OfArm GroupCounts::of(std::size_t arm) const {
  OfArm sizes;
  for (const auto& [group_and_arm, people] : people_) {
    if (group_and_arm.second != arm) continue;
    ++sizes.groups;
    sizes.of_one += people == 1 ? 1U : 0U;
  }
  return sizes;
}

bool GroupCounts::all_of_one() const {
  return !people_.empty() &&
         std::ranges::all_of(people_, [](const auto& group) { return group.second == 1; });
}

std::optional<std::int32_t> GroupCounts::of_two_arms() const {
  std::optional<std::int32_t> before;
  for (const auto& [group_and_arm, people] : people_) {
    if (before == group_and_arm.first) return before;
    before = group_and_arm.first;
  }
  return std::nullopt;
}

}  // namespace equipoise
