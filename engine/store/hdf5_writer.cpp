#include "engine/store/hdf5_writer.hpp"

#include <bit>
#include <cerrno>
#include <functional>
#include <limits>
#include <numeric>

#include <fcntl.h>
#include <fmt/format.h>
#include <hdf5.h>
#include <hdf5_hl.h>

#include "engine/base/expects.hpp"

namespace equipoise {
namespace {

// Where numbers are converted while they are written. HDF5 clears all of it for every dataset, and its own
// choice, a megabyte, takes longer than the few numbers of a small table.
constexpr std::size_t conversion_buffer_bytes = 4096;

/// Deflate's fastest level: the higher ones cost several times as much for one or two per cent of the size,
/// since the digits of an estimate are noise that nothing can compress.
constexpr unsigned deflate_level = 1;

/// Attributes up to this number stay in their object's header (HDF5's default is 8), so that an object with
/// its attributes is rewritten in one piece.
constexpr unsigned attributes_in_header = 64;

Hdf5Handle text_type() {
  Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "make a text type");
  hdf5_result(H5Tset_size(type.get(), H5T_VARIABLE), "make a text type");
  hdf5_result(H5Tset_cset(type.get(), H5T_CSET_UTF8), "make a text type");
  return type;
}

Hdf5Handle memory_type(ElementType type) {
  if (type == ElementType::text) return text_type();
  const Hdf5Id native = type == ElementType::int8     ? H5T_NATIVE_INT8
                        : type == ElementType::uint64 ? H5T_NATIVE_UINT64
                                                      : H5T_NATIVE_DOUBLE;
  return {H5Tcopy(native), H5Tclose, "make a number type"};
}

/// Little endian on every machine, so that files can be compared byte by byte.
Hdf5Handle file_type(ElementType type) {
  if (type == ElementType::text) return text_type();
  const Hdf5Id stored = type == ElementType::int8     ? H5T_STD_I8LE
                        : type == ElementType::uint64 ? H5T_STD_U64LE
                                                      : H5T_IEEE_F64LE;
  return {H5Tcopy(stored), H5Tclose, "make a number type"};
}

/// Properties of a file, group or dataset: creation order is kept (netCDF-4 wants it), times are not (two
/// runs of the same scenario give the same bytes).
Hdf5Handle creation_properties(Hdf5Id kind) {
  Hdf5Handle properties(H5Pcreate(kind), H5Pclose, "prepare an object");
  constexpr unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
  hdf5_result(H5Pset_obj_track_times(properties.get(), false), "prepare an object");
  hdf5_result(H5Pset_attr_creation_order(properties.get(), order), "prepare an object");
  hdf5_result(H5Pset_attr_phase_change(properties.get(), attributes_in_header, attributes_in_header - 2),
              "prepare an object");
  if (kind != H5P_DATASET_CREATE) {
    hdf5_result(H5Pset_link_creation_order(properties.get(), order), "prepare an object");
  }
  return properties;
}

/// Keeps all metadata in memory between flushes, so that nothing half-written ever refers to anything.
void hold_metadata(Hdf5Id access) {
  H5AC_cache_config_t cache{};
  cache.version = H5AC__CURR_CACHE_CONFIG_VERSION;
  hdf5_result(H5Pget_mdc_config(access, &cache), "prepare the file");
  cache.evictions_enabled = false;
  cache.incr_mode = H5C_incr__off;
  cache.flash_incr_mode = H5C_flash_incr__off;
  cache.decr_mode = H5C_decr__off;
  hdf5_result(H5Pset_mdc_config(access, &cache), "prepare the file");
}

Hdf5Handle file_access() {
  Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "prepare the file");
  hdf5_result(H5Pset_libver_bounds(access.get(), H5F_LIBVER_V18, H5F_LIBVER_V110), "prepare the file");
  hdf5_result(H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG), "prepare the file");
  hold_metadata(access.get());
  return access;
}

std::size_t product(const std::vector<std::size_t>& lengths) {
  return std::accumulate(lengths.begin(), lengths.end(), std::size_t{1}, std::multiplies<>());
}

std::vector<hsize_t> extents(const std::vector<std::size_t>& lengths) {
  return {lengths.begin(), lengths.end()};
}

Hdf5Handle simple_space(const std::vector<std::size_t>& lengths, std::size_t growing_axis) {
  if (lengths.empty()) return {H5Screate(H5S_SCALAR), H5Sclose, "make a dataspace"};
  const std::vector<hsize_t> now = extents(lengths);
  std::vector<hsize_t> most = now;
  if (growing_axis < most.size()) most[growing_axis] = H5S_UNLIMITED;
  return {H5Screate_simple(static_cast<int>(now.size()), now.data(), most.data()), H5Sclose,
          "make a dataspace"};
}

void set_fill(Hdf5Id properties, ElementType type) {
  if (type != ElementType::float64) return;  // 0 is HDF5's own
  constexpr double unwritten = std::numeric_limits<double>::quiet_NaN();
  hdf5_result(H5Pset_fill_value(properties, H5T_NATIVE_DOUBLE, &unwritten), "prepare a dataset");
}

void set_chunks(Hdf5Id properties, const std::vector<std::size_t>& chunk) {
  const std::vector<hsize_t> shape = extents(chunk);
  hdf5_result(H5Pset_chunk(properties, static_cast<int>(shape.size()), shape.data()), "prepare a dataset");
  hdf5_result(H5Pset_shuffle(properties), "prepare a dataset");
  hdf5_result(H5Pset_deflate(properties, deflate_level), "prepare a dataset");
}

/// Sends each chunk to the file when it is written, not when HDF5's cache is flushed.
Hdf5Handle without_chunk_cache() {
  Hdf5Handle access(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose, "prepare a dataset");
  hdf5_result(H5Pset_chunk_cache(access.get(), 0, 0, H5D_CHUNK_CACHE_W0_DEFAULT), "prepare a dataset");
  return access;
}

constexpr std::size_t bytes_of(ElementType type) {
  return type == ElementType::int8 ? 1 : 8;
}

void write_part(Hdf5Id dataset, ElementType type, const std::vector<hsize_t>& start,
                const std::vector<std::size_t>& part, const void* values, const std::string& doing) {
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose, doing);
  hdf5_result(
      H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, extents(part).data(), nullptr),
      doing);
  const Hdf5Handle source = simple_space(part, part.size());
  const Hdf5Handle given = memory_type(type);
  hdf5_result(H5Dwrite(dataset, given.get(), source.get(), space.get(), H5P_DEFAULT, values), doing);
}

/// Whether deflate took less than a quarter off a dataset of `bytes`. Then the next chunks are worth more as
/// saved time. Only where memory holds numbers as the file does can they be stored without a filter.
bool hardly_shrank(Hdf5Id dataset, std::size_t bytes) {
  if (std::endian::native != std::endian::little) return false;
  return H5Dget_storage_size(dataset) > bytes / 4 * 3;
}

std::vector<const char*> pointers(std::span<const std::string> texts) {
  std::vector<const char*> result;
  for (const std::string& text : texts) result.push_back(text.c_str());
  return result;
}

}  // namespace

Hdf5Writer::Hdf5Writer(const std::filesystem::path& file) {
  prepare_hdf5();
  const Hdf5Handle creation = creation_properties(H5P_FILE_CREATE);
  const Hdf5Handle access = file_access();
  file_ = Hdf5Handle(H5Fcreate(file.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose,
                     fmt::format("create '{}'", file.string()));
}

void Hdf5Writer::make_group(const std::string& path) {
  const Hdf5Handle creation = creation_properties(H5P_GROUP_CREATE);
  const Hdf5Handle group(H5Gcreate2(file_.get(), path.c_str(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
                         H5Gclose, fmt::format("make the group '{}'", path));
}

void Hdf5Writer::link(const std::string& path, const std::string& second_path) {
  hdf5_result(
      H5Lcreate_hard(file_.get(), path.c_str(), file_.get(), second_path.c_str(), H5P_DEFAULT, H5P_DEFAULT),
      fmt::format("link '{}'", second_path));
}

void Hdf5Writer::make_attribute(const std::string& object, const std::string& name, ElementType type,
                                const void* value, std::size_t count) {
  const std::string doing = fmt::format("write the attribute '{}' of '{}'", name, object);
  const Hdf5Handle owner(H5Oopen(file_.get(), object.c_str(), H5P_DEFAULT), H5Oclose, doing);
  const Hdf5Handle space =
      simple_space(count == 1 ? std::vector<std::size_t>{} : std::vector<std::size_t>{count}, 1);
  const Hdf5Handle stored = file_type(type);
  const Hdf5Handle given = memory_type(type);
  const Hdf5Handle attribute(
      H5Acreate2(owner.get(), name.c_str(), stored.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
      doing);
  hdf5_result(H5Awrite(attribute.get(), given.get(), value), doing);
}

void Hdf5Writer::set_attribute(const std::string& object, const std::string& name, const std::string& value) {
  const char* const text = value.c_str();
  make_attribute(object, name, ElementType::text, &text, 1);
}

void Hdf5Writer::set_attribute(const std::string& object, const std::string& name, std::uint64_t value) {
  make_attribute(object, name, ElementType::uint64, &value, 1);
}

void Hdf5Writer::set_attribute(const std::string& object, const std::string& name,
                               std::span<const std::int8_t> values) {
  make_attribute(object, name, ElementType::int8, values.data(), values.size());
}

void Hdf5Writer::replace_attribute(const std::string& object, const std::string& name, std::uint64_t value) {
  const std::string doing = fmt::format("write the attribute '{}' of '{}'", name, object);
  const Hdf5Handle attribute(
      H5Aopen_by_name(file_.get(), object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose, doing);
  hdf5_result(H5Awrite(attribute.get(), H5T_NATIVE_UINT64, &value), doing);
}

void Hdf5Writer::make_dimension(const std::string& name, ElementType type, std::size_t length) {
  dimensions_[name] = {length, 0};
  make_scale(name, type);
}

void Hdf5Writer::make_growing_dimension(const std::string& name, ElementType type, std::size_t chunk_rows) {
  dimensions_[name] = {0, chunk_rows};
  make_scale(name, type);
}

void Hdf5Writer::make_scale(const std::string& name, ElementType type) {
  const Dataset& scale = create(name, type, {name});
  hdf5_result(H5DSset_scale(scale.handle.get(), name.c_str()), fmt::format("make the dimension '{}'", name));
}

void Hdf5Writer::make_dataset(const std::string& path, ElementType type,
                              const std::vector<std::string>& dimensions) {
  const Dataset& made = create(path, type, dimensions);
  for (std::size_t axis = 0; axis < dimensions.size(); ++axis) {
    hdf5_result(H5DSattach_scale(made.handle.get(), dataset(dimensions[axis]).handle.get(),
                                 static_cast<unsigned>(axis)),
                fmt::format("name the dimensions of '{}'", path));
  }
}

Hdf5Writer::Dataset& Hdf5Writer::create(const std::string& path, ElementType type,
                                        const std::vector<std::string>& dimensions) {
  std::vector<std::size_t> lengths;
  std::vector<std::size_t> chunk;
  std::size_t growing_axis = dimensions.size();
  for (const std::string& name : dimensions) {
    const Dimension& dimension = dimensions_.at(name);
    if (dimension.chunk_rows > 0) growing_axis = lengths.size();
    lengths.push_back(dimension.length);
    chunk.push_back(dimension.chunk_rows > 0 ? dimension.chunk_rows : dimension.length);
  }
  EQUIPOISE_EXPECTS(growing_axis == dimensions.size() || growing_axis <= 1);
  if (growing_axis == 1) chunk[0] = 1;
  const Hdf5Handle properties = creation_properties(H5P_DATASET_CREATE);
  set_fill(properties.get(), type);
  if (growing_axis < lengths.size()) {
    set_chunks(properties.get(), chunk);
  } else {  // its place is settled now, so that writing it later changes no metadata
    hdf5_result(H5Pset_alloc_time(properties.get(), H5D_ALLOC_TIME_EARLY), "prepare a dataset");
  }
  const Hdf5Handle stored = file_type(type);
  const Hdf5Handle space = simple_space(lengths, growing_axis);
  const Hdf5Handle access = without_chunk_cache();
  Hdf5Handle handle(H5Dcreate2(file_.get(), path.c_str(), stored.get(), space.get(), H5P_DEFAULT,
                               properties.get(), access.get()),
                    H5Dclose, fmt::format("make the dataset '{}'", path));
  const std::size_t rows = growing_axis < chunk.size() ? chunk[growing_axis] : 0;
  return datasets_[path] = Dataset{std::move(handle), std::move(lengths), growing_axis, rows};
}

Hdf5Writer::Dataset& Hdf5Writer::dataset(const std::string& path) {
  const auto found = datasets_.find(path);
  EQUIPOISE_EXPECTS(found != datasets_.end());
  return found->second;
}

void Hdf5Writer::write_elements(const std::string& path, ElementType type, const void* values,
                                std::size_t count) {
  const Dataset& target = dataset(path);
  EQUIPOISE_EXPECTS(count == product(target.lengths));
  if (count == 0) return;
  const std::string doing = fmt::format("write '{}'", path);
  const Hdf5Handle given = memory_type(type);
  const Hdf5Handle transfer(H5Pcreate(H5P_DATASET_XFER), H5Pclose, doing);
  hdf5_result(H5Pset_buffer(transfer.get(), conversion_buffer_bytes, nullptr, nullptr), doing);
  hdf5_result(H5Dwrite(target.handle.get(), given.get(), H5S_ALL, H5S_ALL, transfer.get(), values), doing);
}

void Hdf5Writer::write(const std::string& path, std::span<const double> values) {
  write_elements(path, ElementType::float64, values.data(), values.size());
}

void Hdf5Writer::write(const std::string& path, std::span<const std::uint64_t> values) {
  write_elements(path, ElementType::uint64, values.data(), values.size());
}

void Hdf5Writer::write(const std::string& path, std::span<const std::string> values) {
  const std::vector<const char*> texts = pointers(values);
  write_elements(path, ElementType::text, static_cast<const void*>(texts.data()), texts.size());
}

void Hdf5Writer::write_entry_elements(const std::string& path, std::size_t entry, ElementType type,
                                      const void* values, std::size_t count) {
  const Dataset& target = dataset(path);
  EQUIPOISE_EXPECTS(!target.lengths.empty() && entry < target.lengths[0]);
  std::vector<std::size_t> part = target.lengths;
  part[0] = 1;
  EQUIPOISE_EXPECTS(count == product(part));
  if (count == 0) return;
  std::vector<hsize_t> start(part.size(), 0);
  start[0] = entry;
  write_part(target.handle.get(), type, start, part, values, fmt::format("write '{}'", path));
}

void Hdf5Writer::write_entry(const std::string& path, std::size_t entry, std::span<const double> values) {
  write_entry_elements(path, entry, ElementType::float64, values.data(), values.size());
}

void Hdf5Writer::write_entry(const std::string& path, std::size_t entry,
                             std::span<const std::uint64_t> values) {
  write_entry_elements(path, entry, ElementType::uint64, values.data(), values.size());
}

void Hdf5Writer::write_row_elements(const std::string& path, std::size_t entry, std::size_t first,
                                    ElementType type, const void* values, std::size_t count) {
  Dataset& target = dataset(path);
  const std::size_t axis = target.growing_axis;
  EQUIPOISE_EXPECTS(axis < target.lengths.size());
  EQUIPOISE_EXPECTS(axis == 0 ? entry == 0 : entry < target.lengths[0]);
  const std::string doing = fmt::format("write '{}'", path);
  std::vector<std::size_t> part = target.lengths;
  if (axis == 1) part[0] = 1;
  part[axis] = 1;
  const std::size_t row = product(part);
  EQUIPOISE_EXPECTS(row > 0 && count % row == 0);
  part[axis] = count / row;
  std::vector<hsize_t> start(part.size(), 0);
  if (axis == 1) start[0] = entry;
  start[axis] = first;
  if (first + part[axis] > target.lengths[axis]) {
    target.lengths[axis] = first + part[axis];
    hdf5_result(H5Dset_extent(target.handle.get(), extents(target.lengths).data()), doing);
  }
  const bool whole_chunk = part[axis] == target.chunk_rows && first % target.chunk_rows == 0;
  if (whole_chunk && target.noise) {
    constexpr std::uint32_t skip_all_filters = 0b11;  // shuffle and deflate
    hdf5_result(H5Dwrite_chunk(target.handle.get(), H5P_DEFAULT, skip_all_filters, start.data(),
                               count * bytes_of(type), values),
                doing);
    return;
  }
  write_part(target.handle.get(), type, start, part, values, doing);
  if (whole_chunk && first == 0 && entry == 0)
    target.noise = hardly_shrank(target.handle.get(), count * bytes_of(type));
}

void Hdf5Writer::write_rows(const std::string& path, std::size_t entry, std::size_t first,
                            std::span<const std::int8_t> values) {
  write_row_elements(path, entry, first, ElementType::int8, values.data(), values.size());
}

void Hdf5Writer::write_rows(const std::string& path, std::size_t entry, std::size_t first,
                            std::span<const std::uint64_t> values) {
  write_row_elements(path, entry, first, ElementType::uint64, values.data(), values.size());
}

void Hdf5Writer::write_rows(const std::string& path, std::size_t entry, std::size_t first,
                            std::span<const double> values) {
  write_row_elements(path, entry, first, ElementType::float64, values.data(), values.size());
}

int Hdf5Writer::descriptor() const {
  void* descriptor = nullptr;
  hdf5_result(H5Fget_vfd_handle(file_.get(), H5P_DEFAULT, &descriptor), "find the open file");
  return *static_cast<const int*>(descriptor);
}

void Hdf5Writer::reserve_space() {
  const std::string doing = "write the results file";
  haddr_t end = 0;
  hdf5_result(H5Fget_eoa(file_.get(), &end), doing);
  const int error = posix_fallocate(descriptor(), 0, static_cast<off_t>(end));
  if (error == ENOSPC || error == EFBIG || error == EDQUOT || error == EIO) {
    throw Hdf5Error(doing, std::generic_category().message(error));
  }
}

void Hdf5Writer::flush() {
  reserve_space();
  hdf5_result(H5Fflush(file_.get(), H5F_SCOPE_GLOBAL), "write the results file");
}

void Hdf5Writer::abandon() noexcept {
  for (auto& [path, target] : datasets_) target.handle.abandon();
  file_.abandon();
}

void Hdf5Writer::close() {
  for (auto& [path, target] : datasets_) target.handle.close(fmt::format("write '{}'", path));
  file_.close("write the results file");
}

}  // namespace equipoise
