#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "engine/store/file_error.hpp"

namespace equipoise {

/// HDF5's name for something open. The library's own headers stay in this room's .cpp files.
using Hdf5Id = std::int64_t;

/// What the disk or HDF5 refused: "cannot <doing>: <reason>".
class Hdf5Error : public FileError {
 public:
  using FileError::FileError;
};

/// Owns one open HDF5 object and closes it.
class Hdf5Handle {
 public:
  using Close = int (*)(Hdf5Id);

  Hdf5Handle() = default;
  /// Takes over `id`; a negative one means that `doing` failed and throws Hdf5Error.
  Hdf5Handle(Hdf5Id id, Close closer, std::string_view doing);
  Hdf5Handle(Hdf5Handle&& other) noexcept
      : id_(std::exchange(other.id_, none)), close_(std::exchange(other.close_, nullptr)) {}
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  Hdf5Handle(const Hdf5Handle&) = delete;
  Hdf5Handle& operator=(const Hdf5Handle&) = delete;
  ~Hdf5Handle();

  [[nodiscard]] Hdf5Id get() const { return id_; }
  [[nodiscard]] bool open() const { return id_ != none; }
  /// Closes now. Throws Hdf5Error where what is still to be written cannot be.
  void close(std::string_view doing);
  /// Leaves the object open for good: what is still to be written never is.
  void abandon() noexcept { id_ = none; }

 private:
  static constexpr Hdf5Id none = -1;

  Hdf5Id id_ = none;
  Close close_ = nullptr;
};

/// Before anything else: keeps HDF5 from printing its own error stack, and from writing abandoned files when
/// the program ends (on a full disk that ends in a crash of the library).
void prepare_hdf5();

/// Passes a result of HDF5 on; a negative one throws Hdf5Error.
std::int64_t hdf5_result(std::int64_t result, std::string_view doing);

}  // namespace equipoise
