#pragma once

#include <span>
#include <string>

#include "engine/characteristics/assurance.hpp"
#include "engine/store/hdf5_writer.hpp"

namespace equipoise {

/// Makes /assurance/* as yet without numbers; the dimension hypothesis is there.
void make_assurance(Hdf5Writer& file, std::span<const std::string> keys);

/// Fills it: one entry a hypothesis.
void write_assurance(Hdf5Writer& file, std::span<const Assurance> hypotheses);

}  // namespace equipoise
