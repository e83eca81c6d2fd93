#pragma once

#include <functional>
#include <string>

#include <CLI/App.hpp>

namespace equipoise {

/// What a user asks for by name. Every command is one file, which adds its options to the program and says
/// what to do once they are read; main.cpp lists them all.
struct Command {
  CLI::App* options = nullptr;  // chosen where parsed() holds
  std::function<int()> run;     // returns the exit code; throws InvalidInput
};

// The commands: one line for each file beside this one.
[[nodiscard]] Command add_adjust(CLI::App& program);
[[nodiscard]] Command add_analyze(CLI::App& program);
[[nodiscard]] Command add_calibrate(CLI::App& program);
[[nodiscard]] Command add_check(CLI::App& program);
[[nodiscard]] Command add_list(CLI::App& program);
/// `command_line`: what the user typed, for the results file.
[[nodiscard]] Command add_run(CLI::App& program, std::string command_line);
[[nodiscard]] Command add_simulate(CLI::App& program);
/// `command_line`: as for run.
[[nodiscard]] Command add_size(CLI::App& program, std::string command_line);
/// `command_line`: as for run.
[[nodiscard]] Command add_sweep(CLI::App& program, std::string command_line);

// The program's exit codes.
inline constexpr int exit_success = 0;
inline constexpr int exit_failure = 1;      // anything that is not the user's doing
inline constexpr int exit_wrong_input = 2;  // the user's input is wrong

}  // namespace equipoise
