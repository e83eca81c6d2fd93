#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "models/condition_loader.hpp"

namespace equipoise::checks {

/// A copy of a condition that ships, in a folder of its own, gone when the test is over.
class OwnCondition {
 public:
  explicit OwnCondition(const std::string& of = "textbook") {
    std::string pattern = (std::filesystem::temp_directory_path() / "equipoise-condition-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for a test's condition");
    folder_ = pattern;
    std::filesystem::copy_file(shipped_conditions() / of / "parameters.toml", file());
  }
  OwnCondition(const OwnCondition&) = delete;
  OwnCondition& operator=(const OwnCondition&) = delete;
  ~OwnCondition() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  [[nodiscard]] std::filesystem::path folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path file() const { return folder_ / "parameters.toml"; }
  [[nodiscard]] std::filesystem::path posterior() const { return folder_ / "posterior.toml"; }

  /// Gives it the draws of a calibration.
  void write_posterior(const std::string& text) const { std::ofstream(posterior()) << text; }

  /// Puts a text in the place of the first that reads like that; returns its line, counted from 1.
  int replace(const std::string& old_text, const std::string& new_text) const {
    std::ifstream in(file());
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::size_t at = text.find(old_text);
    EXPECT_NE(at, std::string::npos) << old_text;
    if (at == std::string::npos) return 0;
    text.replace(at, old_text.size(), new_text);
    std::ofstream(file()) << text;
    return static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n')) +
           1;
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace equipoise::checks
