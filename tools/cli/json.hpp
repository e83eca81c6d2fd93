#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/base/fit_status.hpp"
#include "engine/characteristics/characteristics.hpp"

namespace equipoise {

/// Members keep their order.
using Json = nlohmann::ordered_json;

/// The object as people read it. What is not UTF-8 in a name is shown as U+FFFD.
[[nodiscard]] std::string json_text(const Json& object);

/// A number; null where there is none.
[[nodiscard]] Json json_number(double value);
[[nodiscard]] Json json_numbers(const std::vector<double>& values);

/// Adds the number as `name`, and its Monte Carlo standard error as `name`_mcse.
void put(Json& object, const std::string& name, const Simulated& simulated);

/// What a hypothesis' test comes to, each number with its Monte Carlo standard error.
[[nodiscard]] Json json_test(const TestCharacteristics& test);

/// How many fits ended how: those that there were.
[[nodiscard]] Json json_status(const std::array<std::uint64_t, fit_status_count>& counts);

}  // namespace equipoise
