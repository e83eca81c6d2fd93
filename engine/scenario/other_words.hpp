#pragma once

#include <span>

#include "engine/scenario/schema/key_info.hpp"

namespace equipoise {

/// What others call the things that a scenario's keys are about: the words of protocols, papers and other
/// programs.
[[nodiscard]] std::span<const OtherWord> other_words();

}  // namespace equipoise
