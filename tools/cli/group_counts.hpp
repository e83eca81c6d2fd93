#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "tools/cli/analysis_data.hpp"

namespace equipoise {

/// How many people of each arm are in each therapy group.
class GroupCounts {
 public:
  explicit GroupCounts(const AnalysisData& data);

  /// Groups of an arm, and those of them that have one person of it.
  struct OfArm {
    std::size_t groups = 0;
    std::size_t of_one = 0;
  };
  [[nodiscard]] OfArm of(std::size_t arm) const;
  [[nodiscard]] bool all_of_one() const;
  /// A group that has people of two arms, if there is one: its place among the labels.
  [[nodiscard]] std::optional<std::int32_t> of_two_arms() const;

 private:
  std::map<std::pair<std::int32_t, std::uint8_t>, std::size_t> people_;
};

}  // namespace equipoise
