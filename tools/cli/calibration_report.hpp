#pragma once

#include <string>

#include "engine/calibration/calibrate.hpp"

namespace equipoise {

/// The tables that `equipoise calibrate` prints.
[[nodiscard]] std::string calibration_table(const Calibration& calibration, double seconds);

/// The same as JSON (tools/cli/README.md).
[[nodiscard]] std::string calibration_json(const Calibration& calibration);

}  // namespace equipoise
