#pragma once

#include <string>

#include "engine/calibration/calibrate.hpp"
#include "engine/store/calibration_file.hpp"

namespace equipoise {

/// The tables that `equipoise calibrate` prints.
[[nodiscard]] std::string calibration_table(const Calibration& calibration, double seconds);

/// The same as JSON (tools/cli/README.md).
[[nodiscard]] std::string calibration_json(const Calibration& calibration);

/// The same as tables, with every draw.
[[nodiscard]] CalibrationTables calibration_tables(const Calibration& calibration);

}  // namespace equipoise
