#include "tools/cli/command_line.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/base/nearest.hpp"

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
            near.empty() ? help_ : fmt::format("did you mean '{}'?", near));
        after_unknown = name == word;
      } else if (after_unknown) {
        after_unknown = false;  // its value
      } else {
        add("command line", fmt::format("'{}' is a word too many", word), {},
            "quotes keep the words of one value together");
      }
    }
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
