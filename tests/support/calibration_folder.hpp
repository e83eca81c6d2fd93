#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/calibration/source_trials.hpp"
#include "models/condition_loader.hpp"
#include "tests/support/study_from.hpp"

namespace equipoise {

/// A small condition to be calibrated, in a folder of its own, gone when the test is over: the textbook
/// condition with priors for the outcome's mean and SD, the retention and two effects, and two trials, one of
/// the treatment and one of the treatment in groups.
class CalibrationFolder {
 public:
  CalibrationFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "equipoise-calibration-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for a test's condition");
    path_ = pattern;
    std::filesystem::copy_file(shipped_conditions() / "textbook" / "parameters.toml", parameters());
    give_priors();
    write("one.toml", trial("treatment"));
    write("groups.toml", trial("group_treatment"));
    write("evidence.toml", evidence_of_both());
  }
  CalibrationFolder(const CalibrationFolder&) = delete;
  CalibrationFolder& operator=(const CalibrationFolder&) = delete;
  ~CalibrationFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path parameters() const { return path_ / "parameters.toml"; }

  void write(const std::string& name, const std::string& text) const { std::ofstream(path_ / name) << text; }
  [[nodiscard]] std::string text() const {
    std::ifstream in(parameters());
    return {std::istreambuf_iterator<char>(in), {}};
  }
  /// Puts a text into the place of the first in parameters.toml that reads like that after `heading`.
  void replace(const std::string& heading, const std::string& old_text, const std::string& new_text) const {
    std::string all = text();
    const std::size_t at = all.find(old_text, all.find("[" + heading + "]"));
    ASSERT_NE(at, std::string::npos) << heading << ": " << old_text;
    all.replace(at, old_text.size(), new_text);
    write("parameters.toml", all);
  }
  /// What is read of it; a test that expects it to be right.
  [[nodiscard]] CalibrationSource source() const {
    Problems problems;
    auto source = read_calibration(path_, load_condition, problems);
    if (!source) throw std::runtime_error(checks::text_of(problems));
    return std::move(*source);
  }

  /// Places of the free parameters in CalibrationSource::parameters.
  enum Free { mean, sd, retention, effect, group_effect };

  static std::string trial_heading(const std::string& name, const std::string& file) {
    return "[trial." + name + "]\ntitle = \"Made up\"\nscenario = \"" + file + "\"\ncitation = \"nobody\"\n";
  }
  static std::string target(const std::string& id, const std::string& trial, const std::string& role,
                            const std::string& lines, double value, double se) {
    return fmt::format(
        "[[target]]\nid = \"{}\"\ntrial = \"{}\"\nrole = \"{}\"\n{}\nvalue = {:.17g}\nse = {:.17g}\n"
        "status = \"assumed\"\ncitation = \"nobody\"\n",
        id, trial, role, lines, value, se);
  }
  /// What the targets are of, for `target`.
  static constexpr const char* baseline_mean =
      "arm = \"all\"\nendpoint = \"outcome\"\nvisit_months = 0\nstatistic = \"mean\"";
  static constexpr const char* baseline_sd =
      "arm = \"all\"\nendpoint = \"outcome\"\nvisit_months = 0\nstatistic = \"sd\"";
  static constexpr const char* share_seen =
      "arm = \"all\"\nendpoint = \"retention\"\nvisit_months = 12\nstatistic = \"count_share\"";
  static std::string difference(const std::string& therapy) {
    return "contrast = [\"" + therapy +
           "\", \"control\"]\nendpoint = \"outcome\"\nvisit_months = 12\nstatistic = \"mean_difference\"";
  }
  static constexpr const char* treated_mean =
      "arm = \"treatment\"\nendpoint = \"outcome\"\nvisit_months = 12\nstatistic = \"mean\"";

 private:
  void give_priors() const {
    const auto prior = [&](const char* heading, const std::string& line, const std::string& of) {
      replace(heading, line + ", unit", line + ", prior = " + of + ", unit");
    };
    prior("profile.standard.baseline.outcome", "mean = { value = 0.0", "{ normal = [0.0, 0.5] }");
    prior("profile.standard.baseline.outcome", "sd = { value = 1.0", "{ lognormal = [1.0, 0.2] }");
    prior("profile.standard.dropout", "retention = { value = 1.0", "{ beta = [14.0, 6.0] }");
    prior("therapy.treatment.effect", "outcome = { value = 0.5", "{ normal = [0.5, 0.3] }");
    prior("therapy.group_treatment.effect", "outcome = { value = 0.5", "{ normal = [0.5, 0.3] }");
  }

  static std::string trial(const std::string& therapy) {
    return "title = \"Made up\"\ncondition = \"textbook\"\n[cohort]\nprofile = \"standard\"\n"
           "participants = 100\n[schedule]\nvisits = [12]\nendpoints = [\"outcome\"]\n"
           "[[arm]]\nname = \"Treatment\"\ntherapy = \"" +
           therapy + "\"\n[[arm]]\nname = \"Control\"\ntherapy = \"control\"\n" +
           (therapy == "treatment" ? "" : "[groups]\nsize = 8\n") +
           "[[hypothesis]]\nname = \"Better\"\nendpoint = \"outcome\"\nvisit = 12\n"
           "compare = [\"Treatment\", \"Control\"]\nanalysis = { method = \"mean_difference\" }\n";
  }

  static std::string evidence_of_both() {
    return trial_heading("one", "one.toml") + trial_heading("groups", "groups.toml") +
           target("mean", "one", "fit", baseline_mean, 0.3, 0.05) +
           target("sd", "one", "fit", baseline_sd, 1.1, 0.04) +
           target("seen", "one", "fit", share_seen, 0.7, 0.02) +
           target("difference", "one", "fit", difference("treatment"), 0.4, 0.1) +
           target("group_difference", "groups", "fit", difference("group_treatment"), 0.6, 0.1) +
           target("treated", "one", "check", treated_mean, 0.75, 0.1);
  }

  std::filesystem::path path_;
};

}  // namespace equipoise
