#pragma once

#include <cstddef>

#include "engine/characteristics/characteristics.hpp"
#include "engine/store/hdf5_writer.hpp"

namespace equipoise {

/// Makes /characteristics/*, /truth/* and /arms/*, as yet without numbers. The dimensions are there. That
/// they are made when the run begins keeps the end of the run from touching the file's structure.
void make_characteristic_tables(Hdf5Writer& file);

/// Fills them for one cell.
void write_characteristics(Hdf5Writer& file, std::size_t cell, const Characteristics& characteristics);

}  // namespace equipoise
