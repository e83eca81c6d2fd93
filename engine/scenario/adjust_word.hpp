#pragma once

#include <string>
#include <string_view>

namespace equipoise {

/// What an entry of `adjust` names: "baseline", "site" or an endpoint, and whether it has a coefficient at
/// each visit ("baseline*visit").
struct AdjustWord {
  explicit AdjustWord(std::string_view written) {
    constexpr std::string_view ending = "*visit";
    by_visit = written.ends_with(ending);
    if (by_visit) written.remove_suffix(ending.size());
    name = written;
  }
  std::string name;
  bool by_visit = false;
};

}  // namespace equipoise
