#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace equipoise {

/// A calibration, as its file keeps it. Of a ratio all numbers but `reported` and `simulated` are of its
/// logarithm.
struct CalibrationTables {
  struct TargetRow {
    std::string id;
    std::string trial;
    std::string endpoint;
    std::string statistic;
    std::string role;       // as it was used: fit or check
    std::string status;     // of the value
    std::string se_status;  // of the standard error; empty where there is none
    std::string citation;
    double reported = 0.0;
    double error = 0.0;
    double simulated = 0.0;
    double simulated_sd = 0.0;
    double z = 0.0;
    double z_left_out = 0.0;
    std::vector<double> draws;  // what each draw shows; of a ratio the logarithm
  };
  struct ParameterRow {
    std::string key;
    std::string unit;
    std::string prior;
    double value = 0.0;
    double mean = 0.0;
    double sd = 0.0;
    double low = 0.0;
    double high = 0.0;
    double learned = 0.0;
    std::vector<double> draws;
    std::vector<double> correlations;  // with every parameter
  };
  struct Conflict {
    std::uint64_t first = 0;  // into targets
    std::uint64_t second = 0;
    double strength = 0.0;
  };
  struct Search {
    double misfit = 0.0;  // where it came to
    double step_left = 0.0;
    bool converged = false;
    std::vector<double> misfits;  // at every point that it looked at
  };

  std::string condition;
  std::string left_out;  // trials whose targets were not aimed at, by commas
  bool reported_only = false;
  std::uint64_t seed = 0;
  std::uint64_t participants = 0;         // simulated of each source trial
  std::uint64_t coarse_participants = 0;  // likewise, in the searches from the starts
  std::uint64_t states_per_draw = 0;
  double acceptance = 0.0;
  double effective_draws = 0.0;
  std::vector<TargetRow> targets;
  std::vector<ParameterRow> parameters;
  std::vector<Conflict> conflicts;
  std::vector<Search> searches;  // one a start, and last the one that ended at the mode
};

/// Writes calibration.h5 (engine/store/README.md). The file has its name only once all of it is on disk.
/// Throws FileError where the disk refuses.
void write_calibration(const std::filesystem::path& file, const CalibrationTables& calibration);

}  // namespace equipoise
