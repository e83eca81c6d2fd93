#include "engine/store/hdf5_handle.hpp"

#include <type_traits>

#include <hdf5.h>

namespace equipoise {
namespace {

static_assert(std::is_same_v<Hdf5Id, std::int64_t> && sizeof(hid_t) == sizeof(Hdf5Id));

/// The system's reason, where HDF5's error stack holds one: "..., error message = 'No space left on device',
/// ...".
herr_t find_reason(unsigned, const H5E_error2_t* error, void* reason) {
  if (error->desc == nullptr) return 0;
  const std::string_view description = error->desc;
  constexpr std::string_view mark = "error message = '";
  const std::size_t start = description.find(mark);
  if (start == std::string_view::npos) return 0;
  const std::string_view rest = description.substr(start + mark.size());
  *static_cast<std::string*>(reason) = rest.substr(0, rest.find('\''));
  return 0;
}

}  // namespace

Hdf5Handle::Hdf5Handle(Hdf5Id id, Close closer, std::string_view doing)
    : id_(hdf5_result(id, doing)), close_(closer) {}

Hdf5Handle::~Hdf5Handle() {
  if (open()) close_(id_);
}

void Hdf5Handle::close(std::string_view doing) {
  if (!open()) return;
  hdf5_result(close_(id_), doing);
  id_ = none;
}

void prepare_hdf5() {
  H5dont_atexit();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

std::int64_t hdf5_result(std::int64_t result, std::string_view doing) {
  if (result >= 0) return result;
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, find_reason, &reason);
  throw Hdf5Error(doing, reason);
}

}  // namespace equipoise
