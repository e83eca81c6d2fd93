#pragma once

#include <span>
#include <string>

#include "engine/store/hdf5_writer.hpp"

namespace equipoise {

/// Names the values 0, 1, 2, … of a dataset in its attributes flag_values and flag_meanings, as the Climate
/// and Forecast conventions (section 3.5) have it.
void name_flags(Hdf5Writer& file, const std::string& path, std::span<const std::string> meanings);

/// Of a dataset of answers: no, yes.
void name_no_and_yes(Hdf5Writer& file, const std::string& path);

}  // namespace equipoise
