#pragma once

#include <string>

#include "engine/calibration/calibrate.hpp"

namespace equipoise {

/// The text of parameters.toml with the free parameters at their calibrated values and nothing else changed,
/// comments included. A parameter of which the evidence says something gets the status `calibrated`, one of
/// which it says nothing `assumed`. Expects the text that the calibration read.
[[nodiscard]] std::string calibrated_parameters(const std::string& text, const Calibration& calibration);

/// posterior.toml: the draws, a list a parameter.
[[nodiscard]] std::string posterior_text(const Calibration& calibration);

}  // namespace equipoise
