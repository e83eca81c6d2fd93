#pragma once

#include "engine/design/design.hpp"
#include "engine/store/hdf5_writer.hpp"

namespace equipoise {

/// Makes and fills /design/*: what is on paper, so that the file explains itself. The dimensions are there.
void write_design(Hdf5Writer& file, const Design& design);

}  // namespace equipoise
