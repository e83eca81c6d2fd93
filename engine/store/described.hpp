#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/store/hdf5_writer.hpp"

namespace equipoise {

/// Makes a dataset that says what it is.
void make_described(Hdf5Writer& file, const std::string& path, ElementType type,
                    const std::vector<std::string>& dimensions, const std::string& meaning);

/// Makes a dimension whose coordinates are names.
void make_text_dimension(Hdf5Writer& file, const std::string& name, std::span<const std::string> labels,
                         const std::string& meaning);

}  // namespace equipoise
