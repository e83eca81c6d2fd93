#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

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
};

}  // namespace equipoise
