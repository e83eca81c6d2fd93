#pragma once

#include <cstddef>
#include <span>

#include "engine/characteristics/characteristics.hpp"
#include "engine/design/design.hpp"
#include "engine/run/analysis_label.hpp"
#include "engine/store/hdf5_writer.hpp"

namespace equipoise {

/// Whether there is more to say of the analyses than /characteristics and /replicates do: an alternative to
/// the protocol's, or a fallback.
[[nodiscard]] bool need_tables(std::span<const AnalysisLabel> analyses);

/// Makes the dimensions analysis and, where there are any, fallback, and /analyses/*, as yet without numbers.
/// `replicates`: whether /analysis_replicates will hold what each made of every trial.
void make_analysis_tables(Hdf5Writer& file, const Design& design, std::span<const AnalysisLabel> analyses,
                          bool replicates);

/// Fills them for one cell.
void write_analyses(Hdf5Writer& file, std::size_t cell, const Characteristics& characteristics);

}  // namespace equipoise
