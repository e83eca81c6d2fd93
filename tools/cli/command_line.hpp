#pragma once

#include <CLI/App.hpp>

#include "engine/base/problem.hpp"

namespace equipoise {

/// Everything that is wrong with a command line, with the nearest right thing. `refused` is what CLI11 said
/// of it, which is the first thing only: the other options are looked at here.
[[nodiscard]] Problems wrong_words(const CLI::App& program, const CLI::ParseError& refused);

}  // namespace equipoise
