#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/characteristics/sensitivity.hpp"
#include "engine/run/cell_table.hpp"
#include "engine/store/hdf5_writer.hpp"

namespace equipoise {

/// Makes /cells/* and fills it but for the trials; where there is a reference,
/// /characteristics/power_difference and rejection_rate_difference; where the cells are those of a
/// sensitivity study, /sensitivity/*. The dimensions cell and hypothesis are there.
void make_cell_tables(Hdf5Writer& file, const CellTable& cells);

/// Says how many trials of the cell there are: 0 until it is done.
void write_cell_trials(Hdf5Writer& file, std::size_t cell, std::uint64_t trials);

/// One entry a hypothesis.
void write_differences(Hdf5Writer& file, std::size_t cell, std::span<const CellDifference> differences);

void write_sensitivity(Hdf5Writer& file, std::span<const PowerSensitivity> hypotheses);

}  // namespace equipoise
