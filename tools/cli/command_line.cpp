#include "tools/cli/command_line.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/base/nearest.hpp"
#include "engine/scenario/other_words.hpp"
#include "engine/scenario/scenario_keys.hpp"
#include "engine/scenario/schema/path.hpp"

namespace equipoise {
namespace {

/// "--margin" or "-o"; a negative number is no option.
bool looks_like_option(std::string_view word) {
  return word.size() > 1 && word.front() == '-' && word != "--" && std::isdigit(word[1]) == 0 &&
         word[1] != '.';
}

/// As a user writes it: "--trials", or the name of a word that has its place, such as SCENARIO.
std::string name_of_option(const CLI::Option& option) {
  if (!option.get_lnames().empty()) return "--" + option.get_lnames().front();
  return option.get_name();
}

struct OtherCommand {
  std::string_view word;
  std::string_view remedy;
};

/// What other programs, or people, call a command.
constexpr std::array<OtherCommand, 14> other_commands{
    {{"power", "'equipoise run SCENARIO' tells the power, 'equipoise size' the participants it takes"},
     {"samplesize", "'equipoise size SCENARIO' tells how many participants it takes"},
     {"sample-size", "'equipoise size SCENARIO' tells how many participants it takes"},
     {"sample_size", "'equipoise size SCENARIO' tells how many participants it takes"},
     {"n", "'equipoise size SCENARIO' tells how many participants it takes"},
     {"assurance", "'equipoise run' of a scenario with an [assurance] tells it"},
     {"sensitivity", "'equipoise sweep' of a scenario with a [sensitivity] tells it"},
     {"validate", "'equipoise check SCENARIO' tells everything that is wrong"},
     {"lint", "'equipoise check SCENARIO' tells everything that is wrong"},
     {"test", "'equipoise check SCENARIO' tells everything that is wrong"},
     {"fit", "'equipoise analyze' fits a data set, 'equipoise calibrate' a condition"},
     {"keys", "'equipoise list keys' prints them"},
     {"help", "'equipoise --help' lists the commands, 'equipoise COMMAND --help' its options"},
     {"version", "'equipoise --version' prints it"}}};

/// The key of a scenario that an option of no command stands for, by its own name or by another's word for
/// it; empty where none does or several do.
std::string key_meant_by(std::string_view option) {
  std::string word(option.substr(std::min(option.find_first_not_of('-'), option.size())));
  std::ranges::replace(word, '-', '_');
  const auto known = std::ranges::find(other_words(), word, &OtherWord::word);
  if (known != other_words().end()) return std::string(known->path);
  std::string found;
  for (const KeyRow& row : scenario_keys().rows()) {
    if (row.section || split_path(row.path).back() != word) continue;
    if (!found.empty()) return {};
    found = row.path;
  }
  return found;
}

/// The words of one command, as CLI11 dealt them out to its options.
class Words {
 public:
  Words(const CLI::App& program, CLI::App& command, const CLI::ParseError& refused)
      : help_(fmt::format("'{} {} --help' lists what there is", program.get_name(), command.get_name())),
        command_(command),
        refused_(refused) {
    for (const CLI::Option* option : command.get_options()) {
      names_.push_back(name_of_option(*option));
      const bool named = std::string_view(refused.what()).starts_with(option->get_name() + ":");
      if (named && option->count() == 0) without_value_ = option;
    }
  }

  [[nodiscard]] Problems wrong() {
    find_unknown();
    for (CLI::Option* option : command_.get_options()) {
      if (option == command_.get_help_ptr()) continue;
      option->count() > 0 ? check(*option) : check_missing(*option);
    }
    if (problems_.empty()) tell_refused();
    return problems_;
  }

 private:
  void add(const std::string& option, std::string what, std::string why = {}, std::string suggestion = {}) {
    problems_.add({option, 0, 0}, std::move(what), std::move(why), std::move(suggestion));
  }

  void find_unknown() {
    bool after_unknown = false;
    for (const std::string& word : command_.remaining()) {
      if (looks_like_option(word)) {
        const std::string name = word.substr(0, word.find('='));
        const std::string near = nearest(name, names_);
        if (!near.empty()) meant_.push_back(near);
        add(name, "there is no such option", {},
            near.empty() ? instead_of(name) : fmt::format("did you mean '{}'?", near));
        after_unknown = name == word;
      } else if (after_unknown) {
        after_unknown = false;  // its value
      } else {
        add("command line", fmt::format("'{}' is a word too many", word), {},
            "quotes keep the words of one value together");
      }
    }
  }

  /// What to write in the place of an option that resembles none.
  [[nodiscard]] std::string instead_of(const std::string& option) const {
    const bool sets_keys = std::ranges::find(names_, "--set") != names_.end();
    const std::string key = sets_keys ? key_meant_by(option) : std::string();
    if (key.empty()) return help_;
    const bool repeats = key.find('*') != std::string::npos;
    return fmt::format("it is a key of the scenario: write --set {}=…{}", key,
                       repeats ? ", with a name or number for *" : "");
  }

  /// Lets the option read its words (again, where they were read already).
  void check(CLI::Option& option) {
    const std::string name = name_of_option(option);
    const int given = static_cast<int>(option.results().size());
    const int most = option.get_items_expected_max();
    if (most > 0 && (given > most || given < option.get_items_expected_min())) {
      add(name, fmt::format("it is given {} value{}", given, given == 1 ? "" : "s"),
          fmt::format("it takes {}", most),
          most == 1 ? "give it once" : fmt::format("write {} {}", name, option.get_type_name()));
      return;
    }
    try {
      option.run_callback();
    } catch (const CLI::ValidationError& wrong) {
      const std::string_view text = wrong.what();
      const std::string prefix = option.get_name() + ": ";
      add(name, std::string(text.starts_with(prefix) ? text.substr(prefix.size()) : text));
    } catch (const CLI::ConversionError&) {
      const bool whole = option.get_type_name().find("INT") != std::string::npos;
      add(name,
          fmt::format("'{}' is no {}", fmt::join(option.results(), " "), whole ? "whole number" : "number"));
    } catch (const CLI::ParseError& wrong) {
      add(name, wrong.what());
    }
  }

  void check_missing(const CLI::Option& option) {
    const std::string name = name_of_option(option);
    if (&option == without_value_) {
      add(name, "it has no value", {}, fmt::format("write {} {}", name, option.get_type_name()));
    } else if (option.get_required() && without_value_ == nullptr &&
               std::ranges::find(meant_, name) == meant_.end()) {
      add(name, "it is missing", option.get_description());
    }
  }

  void tell_refused() { add("command line", refused_.what(), {}, help_); }

  std::string help_;
  CLI::App& command_;
  const CLI::ParseError& refused_;
  // Where the reading broke off: what follows may have been there and is not asked for.
  const CLI::Option* without_value_ = nullptr;
  std::vector<std::string> names_;
  std::vector<std::string> meant_;  // options that unknown ones resemble
  Problems problems_;
};

/// Where no command is chosen: which may have been meant.
Problems no_command(const CLI::App& program) {
  std::vector<std::string> names;
  for (const CLI::App* command : program.get_subcommands({})) names.push_back(command->get_name());
  std::vector<std::string> options;
  for (const CLI::Option* option : program.get_options()) options.push_back(name_of_option(*option));
  Problems problems;
  for (const std::string& word : program.remaining()) {
    if (!looks_like_option(word)) {
      const auto other = std::ranges::find(other_commands, word, &OtherCommand::word);
      if (other != other_commands.end()) {
        problems.add({"command line", 0, 0}, fmt::format("there is no command '{}'", word), {},
                     std::string(other->remedy));
        return problems;
      }
      if (word.ends_with(".toml")) {
        problems.add({"command line", 0, 0}, fmt::format("'{}' is no command", word), "a command comes first",
                     fmt::format("such as: equipoise run {}", word));
        return problems;
      }
      problems.add({"command line", 0, 0}, fmt::format("there is no command '{}'", word), {},
                   suggest(word, names));
      return problems;  // what follows is the command's
    }
    problems.add({word, 0, 0}, "there is no such option", "it stands before any command",
                 suggest(word, options));
  }
  if (problems.empty()) {
    problems.add({"command line", 0, 0}, "it names no command", {}, suggest("", names));
  }
  return problems;
}

}  // namespace

Problems wrong_words(const CLI::App& program, const CLI::ParseError& refused) {
  const std::vector<CLI::App*> chosen = program.get_subcommands();
  return chosen.empty() ? no_command(program) : Words(program, *chosen.front(), refused).wrong();
}

}  // namespace equipoise
