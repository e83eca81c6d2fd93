#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/characteristics/sensitivity.hpp"

namespace equipoise {

/// A key that differs between the cells of a study and what it is in each: numbers, or words for all of them.
struct CellFactor {
  std::string key;  // dotted
  std::vector<double> numbers;
  std::vector<std::string> words;  // where there are no numbers
};

/// The cells of a study before they are run.
struct CellTable {
  std::size_t cells = 0;
  std::vector<CellFactor> factors;
  std::vector<std::uint64_t> first_replicates;  // one a cell
  bool keep_replicates = true;
  std::optional<std::size_t> reference;        // the cell that the others' powers are compared with
  std::vector<SensitivityFactor> sensitivity;  // where the cells are those of a sensitivity study
  std::vector<std::string> assurance_keys;     // where they are the draws of an assurance
};

}  // namespace equipoise
