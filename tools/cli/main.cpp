#include <csignal>
#include <cstdio>
#include <iostream>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>

#include "engine/base/problem.hpp"
#include "engine/store/software_version.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/command_line.hpp"
#include "tools/cli/standard_output.hpp"

namespace equipoise {
namespace {

constexpr const char* description =
    "Equipoise simulates clinical trials of behavioural therapies, whole trials by the thousand, and tells "
    "the power,\n"
    "the bias and the retention of a design before anybody is enrolled. The design is a scenario: a text "
    "file that\n"
    "reads like the synopsis of a protocol.";

constexpr const char* more =
    "Begin with a scenario that ships:  equipoise check scenarios/opioid_treated_pain/four_arms.toml\n"
    "Every key of a scenario:           equipoise list keys\n"
    "The options of a command:          equipoise COMMAND --help";

int say(std::string_view message) {
  // One line, whatever the message holds: the rest would be for us, not for the user.
  const std::string line(message.substr(0, message.find('\n')));
  std::fprintf(stderr, "equipoise: %s\n", line.c_str());
  return exit_failure;
}

int tell(const Problems& problems) {
  for (const Problem& problem : problems.all()) std::fprintf(stderr, "%s\n", to_text(problem).c_str());
  return exit_wrong_input;
}

int run_chosen(const std::vector<Command>& commands) {
  try {
    for (const Command& command : commands) {
      if (!command.options->parsed()) continue;
      const int code = command.run();
      // An answer that nobody could read is none; one whose reader has gone, as head does, was read as far as
      // it was wanted.
      const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
      if (written || code != exit_success || reader_has_gone()) return code;
      return say("cannot write the answer to standard output");
    }
    return say("no command was chosen");
  } catch (const InvalidInput& wrong) {
    return tell(wrong.problems());
  } catch (const std::bad_alloc&) {
    return say("there is not enough memory");
  } catch (const std::system_error& error) {
    if (error.code() == std::errc::broken_pipe && reader_has_gone()) return exit_success;
    return say(error.code().message());
  } catch (const std::runtime_error& error) {
    return say(error.what());  // our own sentences: a disk that is full, a file that cannot take its name
  } catch (...) {
    return say("an error of the program's own; please report the command and the scenario");
  }
}

/// What the user typed, with quotes where a shell needs them.
std::string command_line(int argc, char** argv) {
  std::string line = "equipoise";
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool plain =
        !word.empty() && word.find_first_of(" \t\n'\"\\$`*?[]{}()<>|&;!#~") == std::string::npos;
    line += plain ? " " + word : " '" + word + "'";
  }
  return line;
}

int run_program(int argc, char** argv) {
  CLI::App program(description, "equipoise");
  program.footer(more);
  program.require_subcommand(1);
  program.set_version_flag("--version", "equipoise " + std::string(software_version()), "Print the version");
  program.get_help_ptr()->description("Print this and end");
  const std::string line = command_line(argc, argv);
  const std::vector<Command> commands = {
      add_adjust(program),     add_analyze(program),     add_run(program, line),
      add_size(program, line), add_sweep(program, line), add_simulate(program),
      add_calibrate(program),  add_check(program),       add_list(program)};
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    // Help and the version come this way too, with the code of a success.
    if (wrong.get_exit_code() != 0) return tell(wrong_words(program, wrong));
    program.exit(wrong, std::cout, std::cerr);
    return exit_success;
  }
  return run_chosen(commands);
}

}  // namespace
}  // namespace equipoise

int main(int argc, char** argv) {
  // What fails is told by the call that fails: a reader that has gone, a file that may not grow.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    return equipoise::run_program(argc, argv);
  } catch (...) {
    return equipoise::say("an error of the program's own; please report the command");
  }
}
