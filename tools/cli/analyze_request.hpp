#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/problem.hpp"
#include "engine/design/hypothesis.hpp"
#include "engine/scenario/analysis_part.hpp"
#include "tools/cli/analysis_data.hpp"

namespace equipoise {

/// The options of `equipoise analyze` as they were written.
struct AnalyzeArguments {
  std::string file;
  ColumnRoles roles;
  std::string adjust;
  std::string factors;
  std::string compare;
  std::string at;
  std::string compare_visits;
  std::string mean;
  bool groups_of_one = false;
  std::string transform = "none";
  std::string test = "superiority";
  std::optional<std::string> better;
  double margin = 0.0;
  double alpha = 0.05;
  int sides = 2;
  std::string format = "table";
  // The words of the options that belong to methods, by key; empty: not given.
  std::vector<std::pair<std::string, std::string>> words;

  [[nodiscard]] const std::string& word(std::string_view key) const {
    return std::ranges::find(words, key, &std::pair<std::string, std::string>::first)->second;
  }
};

/// What they ask for. Where something is wrong with them, parts of it are missing.
struct AnalyzeRequest {
  AnalysisPart part;
  std::optional<Transform> transform;
  std::optional<TestKind> test;
};

/// Adds everything that is wrong with the options by themselves, whatever the data are.
[[nodiscard]] AnalyzeRequest read_analyze(const AnalyzeArguments& arguments, Problems& problems);

/// "covariance_by_arm" as an option: "--covariance-by-arm".
[[nodiscard]] std::string option_name(std::string key);

/// The parts of a list such as "base*visit,site", without the spaces around them.
[[nodiscard]] std::vector<std::string> parts_of(const std::string& text);

/// Adds what is wrong with the words of the command line.
void tell_words(Problems& problems, std::string what, std::string why = {}, std::string suggestion = {});

}  // namespace equipoise
