#include "tools/cli/output_file.hpp"

#include <fstream>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "engine/base/problem.hpp"

namespace equipoise {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, const char* why) {
  Problems problems;
  problems.add({"-o", 0, 0}, fmt::format("cannot write '{}'", file.string()), why,
               "name a file that may be replaced");
  throw InvalidInput(problems);
}

/// Whether a file may be one that an earlier command wrote: it begins like an HDF5 file, or it is a table. An
/// empty file holds nothing that could be lost.
bool may_be_replaced(const std::filesystem::path& file, OutputKind kind) {
  constexpr std::string_view hdf5_signature = "\211HDF";
  std::ifstream stream(file, std::ios::binary);
  std::string start(hdf5_signature.size(), '\0');
  stream.read(start.data(), static_cast<std::streamsize>(start.size()));
  if (stream.gcount() == 0) return true;
  const bool is_hdf5 = start == hdf5_signature;
  return kind == OutputKind::hdf5 ? is_hdf5 : !is_hdf5 && file.extension() != ".toml";
}

}  // namespace

std::filesystem::path output_file(const std::filesystem::path& wanted, const std::filesystem::path& scenario,
                                  OutputKind kind) {
  std::error_code failed;
  if (wanted.empty()) refuse(wanted, "that names no file");
  if (!std::filesystem::exists(wanted, failed)) return wanted;
  if (std::filesystem::equivalent(wanted, scenario, failed)) refuse(wanted, "that is the scenario");
  if (!std::filesystem::is_regular_file(wanted, failed))
    refuse(wanted, "that is not a file but something else");
  if (!may_be_replaced(wanted, kind)) {
    refuse(wanted, kind == OutputKind::hdf5 ? "it is there and no results file" : "it is there and no table");
  }
  const std::filesystem::path target = std::filesystem::canonical(wanted, failed);
  return failed ? wanted : target;
}

}  // namespace equipoise
