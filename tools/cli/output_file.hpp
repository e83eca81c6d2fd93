#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <CLI/App.hpp>

namespace equipoise {

/// Where a command is to write, and whether over anything.
struct OutputArguments {
  std::optional<std::string> output;
  bool force = false;
};

/// Adds them to a command, with what is to be said of -o and of what it takes ("FILE.h5"). `arguments` must
/// live as long as the command.
void add_output_arguments(CLI::App& command, OutputArguments& arguments, const std::string& help,
                          const std::string& what);

/// What is written to a file that `-o` names.
enum class OutputKind { hdf5, csv };

/// The file that `-o` means: what a link points to, there already or not. None where nothing is to be
/// written: no -o, or /dev/null. Throws InvalidInput where that is the scenario itself, something other than
/// a file (a device, a pipe, a folder), ends like another kind of file, or where it holds anything that
/// Equipoise did not write, or that is write-protected, unless that is to be replaced.
[[nodiscard]] std::optional<std::filesystem::path> output_file(const OutputArguments& arguments,
                                                               const std::filesystem::path& scenario,
                                                               OutputKind kind = OutputKind::hdf5);

}  // namespace equipoise
