#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/characteristics/characteristics.hpp"
#include "engine/store/hdf5_writer.hpp"

namespace equipoise {

/// A search for the size of a trial, as the results file keeps it.
struct SizeTables {
  struct Tried {
    double value = 0.0;
    std::uint64_t first_replicate = 0;
    std::uint64_t trials = 0;
    std::uint64_t count = 0;  // responses
    double sum = 0.0;         // of them: rejections, or half-widths
  };
  struct Fitted {
    double value = 0.0;
    double response = 0.0;
    double lower = 0.0;
    double upper = 0.0;
  };

  /// Of an assurance: what is known of the draws.
  struct Draws {
    Simulated assurance;  // of what is to be shown, at the recommended value
    double sd = 0.0;      // of the power over the draws
    double effective = 0.0;
    double trials_lower = 0.0;  // interval of the answer as far as the trials alone leave it open
    double trials_upper = 0.0;
  };

  std::string vary;     // the dotted key
  std::string unit;     // of its values
  std::string goal;     // power, assurance or half_width
  std::string shown;    // a hypothesis, any or all
  std::string outcome;  // found, everywhere, ...
  double target = 0.0;
  double answer = 0.0;
  double exact = 0.0;  // where the curve crosses the target
  double lower = 0.0;  // interval of the answer
  double upper = 0.0;
  double recommended = 0.0;  // the answer, rounded
  std::vector<Tried> batches;
  std::vector<Fitted> curve;  // may be empty
  std::optional<Draws> draws;
};

/// Writes /size.
void write_size(Hdf5Writer& file, const SizeTables& size);

}  // namespace equipoise
