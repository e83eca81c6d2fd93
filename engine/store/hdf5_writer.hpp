#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/store/hdf5_handle.hpp"

namespace equipoise {

/// What the elements of a dataset are.
enum class ElementType { int8, uint64, float64, text };

/// Writes an HDF5 file whose datasets have named dimensions (HDF5 dimension scales, as netCDF-4 uses them).
/// Objects go by their path from the root; text is UTF-8. Every failure is an Hdf5Error.
///
/// Between two flushes only elements reach the disk, behind all that the file already refers to: a process
/// killed then leaves the file as it was at the last flush.
class Hdf5Writer {
 public:
  /// Creates the file, over one that is there.
  explicit Hdf5Writer(const std::filesystem::path& file);

  void make_group(const std::string& path);
  /// A second path to the same object.
  void link(const std::string& path, const std::string& second_path);

  void set_attribute(const std::string& object, const std::string& name, const std::string& value);
  void set_attribute(const std::string& object, const std::string& name, std::uint64_t value);
  void set_attribute(const std::string& object, const std::string& name, std::span<const std::int8_t> values);
  /// Writes anew the value of an attribute that is there.
  void replace_attribute(const std::string& object, const std::string& name, std::uint64_t value);

  /// A dimension and its coordinates, both named `name` in the root group.
  void make_dimension(const std::string& name, ElementType type, std::size_t length);
  /// A dimension that rows are appended to, `chunk_rows` being stored together.
  void make_growing_dimension(const std::string& name, ElementType type, std::size_t chunk_rows);

  /// A dataset over dimensions made before; none: a single element. Unwritten numbers are NaN or 0. A dataset
  /// over a growing dimension is chunked, shuffled and compressed; each entry of the dimension before it, if
  /// there is one, has chunks of its own.
  void make_dataset(const std::string& path, ElementType type, const std::vector<std::string>& dimensions);

  /// Writes all elements, the last dimension varying fastest.
  void write(const std::string& path, std::span<const double> values);
  void write(const std::string& path, std::span<const std::uint64_t> values);
  void write(const std::string& path, std::span<const std::string> values);
  /// Writes all elements of one entry of the first dimension.
  void write_entry(const std::string& path, std::size_t entry, std::span<const double> values);
  void write_entry(const std::string& path, std::size_t entry, std::span<const std::uint64_t> values);
  /// Writes rows along the growing dimension, from row `first` on, of one entry of the dimension before it (0
  /// where there is none). The dimension grows as far as it must.
  void write_rows(const std::string& path, std::size_t entry, std::size_t first,
                  std::span<const std::int8_t> values);
  void write_rows(const std::string& path, std::size_t entry, std::size_t first,
                  std::span<const std::uint64_t> values);
  void write_rows(const std::string& path, std::size_t entry, std::size_t first,
                  std::span<const double> values);

  /// The system's number of the open file.
  [[nodiscard]] int descriptor() const;

  /// Makes what is written so far readable, whatever happens to the process.
  void flush();
  void close();
  /// Writes nothing more: after a failure the file stays as the last flush left it.
  void abandon() noexcept;

 private:
  struct Dimension {
    std::size_t length = 0;
    std::size_t chunk_rows = 0;  // 0: does not grow
  };
  struct Dataset {
    Hdf5Handle handle;
    std::vector<std::size_t> lengths;  // now
    std::size_t growing_axis = 0;      // = lengths.size(): none
    std::size_t chunk_rows = 0;
    bool noise = false;  // its first chunk hardly shrank: the whole chunks after it are stored as they are
  };

  Dataset& create(const std::string& path, ElementType type, const std::vector<std::string>& dimensions);
  [[nodiscard]] Dataset& dataset(const std::string& path);
  void make_scale(const std::string& name, ElementType type);
  void write_elements(const std::string& path, ElementType type, const void* values, std::size_t count);
  void write_entry_elements(const std::string& path, std::size_t entry, ElementType type, const void* values,
                            std::size_t count);
  void write_row_elements(const std::string& path, std::size_t entry, std::size_t first, ElementType type,
                          const void* values, std::size_t count);
  /// Asks the disk for all that a flush may write, so that one without room fails before the file is touched.
  /// A file system that cannot be asked is trusted.
  void reserve_space();
  void make_attribute(const std::string& object, const std::string& name, ElementType type, const void* value,
                      std::size_t count);

  Hdf5Handle file_;
  std::map<std::string, Dimension> dimensions_;
  std::map<std::string, Dataset> datasets_;
};

}  // namespace equipoise
