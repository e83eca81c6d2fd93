#include "engine/store/flags.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace equipoise {

void name_flags(Hdf5Writer& file, const std::string& path, std::span<const std::string> meanings) {
  std::vector<std::int8_t> values;
  std::string names;
  for (const std::string& meaning : meanings) {
    values.push_back(static_cast<std::int8_t>(values.size()));
    names += (names.empty() ? "" : " ") + meaning;
  }
  file.set_attribute(path, "flag_values", values);
  file.set_attribute(path, "flag_meanings", names);
}

void name_no_and_yes(Hdf5Writer& file, const std::string& path) {
  const std::array<std::string, 2> no_yes{"no", "yes"};
  name_flags(file, path, no_yes);
}

}  // namespace equipoise
