#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "engine/characteristics/characteristics.hpp"
#include "engine/store/hdf5_writer.hpp"

namespace equipoise {

/// Of a share or a probability.
inline constexpr const char* units_of_share = "1";

/// Makes a table of numbers. `units` may be null: those of what is analysed.
void make_table(Hdf5Writer& file, const std::string& path, const std::vector<std::string>& dimensions,
                const char* units, const std::string& meaning);

/// Makes a table of simulated numbers, and beside it `<path>_mcse` with their Monte Carlo standard errors.
void make_simulated(Hdf5Writer& file, const std::string& path, const std::vector<std::string>& dimensions,
                    const char* units, const std::string& meaning);

/// Fills both for one entry of the first dimension.
void write_simulated(Hdf5Writer& file, const std::string& path, std::size_t entry,
                     std::span<const Simulated> values);

}  // namespace equipoise
