#pragma once

/// Checks a promise between parts of the program. A broken one is a bug of ours, never of the user: the
/// program says where and stops. What a user can get wrong is a Problem (engine/base/problem.hpp).
#define EQUIPOISE_EXPECTS(condition)                                               \
  do {                                                                             \
    if (!(condition)) ::equipoise::broken_promise(#condition, __FILE__, __LINE__); \
  } while (false)

namespace equipoise {

/// Prints the broken promise and its place to standard error, then aborts.
[[noreturn]] void broken_promise(const char* condition, const char* file, int line) noexcept;

}  // namespace equipoise
