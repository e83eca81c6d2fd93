#pragma once

#include <string>

#include "engine/scenario/read_scenario.hpp"
#include "tools/cli/interruption.hpp"
#include "tools/cli/run_arguments.hpp"

namespace equipoise {

/// `equipoise run` of a scenario with an [assurance]: the power averaged over what is not known. Returns the
/// exit code; throws InvalidInput.
/// `problems`: those of the reading.
int run_assurance(const RunArguments& arguments, const ScenarioFile& scenario, Problems problems,
                  const std::string& command_line, Interruption& interruption);

}  // namespace equipoise
