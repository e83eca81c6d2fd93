#include "tools/cli/warnings.hpp"

#include <cstdio>

#include <fmt/format.h>

namespace equipoise {

void tell_warnings(const Problems& warnings) {
  for (const Problem& warning : warnings.all()) {
    fmt::print(stderr, "equipoise: warning: {}\n", to_text(warning));
  }
}

}  // namespace equipoise
