#include "engine/base/expects.hpp"

#include <cstdio>
#include <cstdlib>

namespace equipoise {

void broken_promise(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "equipoise: internal error at %s:%d: expected %s\n", file, line, condition);
  std::abort();
}

}  // namespace equipoise
