#include "engine/store/described.hpp"

namespace equipoise {

void make_described(Hdf5Writer& file, const std::string& path, ElementType type,
                    const std::vector<std::string>& dimensions, const std::string& meaning) {
  file.make_dataset(path, type, dimensions);
  file.set_attribute(path, "long_name", meaning);
}

void make_text_dimension(Hdf5Writer& file, const std::string& name, std::span<const std::string> labels,
                         const std::string& meaning) {
  file.make_dimension(name, ElementType::text, labels.size());
  file.set_attribute(name, "long_name", meaning);
  file.write(name, labels);
}

}  // namespace equipoise
