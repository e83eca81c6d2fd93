#include "engine/store/file_format.hpp"

#include <hdf5.h>
#include <hdf5_hl.h>

#include "engine/store/hdf5_handle.hpp"

namespace equipoise {
namespace {

/// A scalar text, whatever length it is stored with.
std::optional<std::string> text_of(Hdf5Id attribute) {
  const std::string doing = "read the format";
  const Hdf5Handle stored(H5Aget_type(attribute), H5Tclose, doing);
  const Hdf5Handle space(H5Aget_space(attribute), H5Sclose, doing);
  if (H5Tget_class(stored.get()) != H5T_STRING || H5Sget_simple_extent_npoints(space.get()) != 1) {
    return std::nullopt;
  }
  if (H5Tis_variable_str(stored.get()) <= 0) return std::nullopt;  // not as we write it
  char* text = nullptr;
  hdf5_result(H5Aread(attribute, stored.get(), static_cast<void*>(&text)), doing);
  std::string result = text == nullptr ? "" : text;
  H5free_memory(text);
  return result;
}

}  // namespace

std::optional<std::string> format_of(const std::filesystem::path& file) {
  try {
    prepare_hdf5();
    const std::string doing = "open the file";
    const Hdf5Handle opened(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, doing);
    const Hdf5Handle format(H5Aopen_by_name(opened.get(), "/", "format", H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                            doing);
    return text_of(format.get());
  } catch (const Hdf5Error&) {
    return std::nullopt;
  }
}

}  // namespace equipoise
