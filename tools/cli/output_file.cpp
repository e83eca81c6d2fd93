#include "tools/cli/output_file.hpp"

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

}  // namespace

std::filesystem::path output_file(const std::filesystem::path& wanted,
                                  const std::filesystem::path& scenario) {
  std::error_code failed;
  if (wanted.empty()) refuse(wanted, "that names no file");
  if (!std::filesystem::exists(wanted, failed)) return wanted;
  if (std::filesystem::equivalent(wanted, scenario, failed)) refuse(wanted, "that is the scenario");
  if (!std::filesystem::is_regular_file(wanted, failed))
    refuse(wanted, "that is not a file but something else");
  const std::filesystem::path target = std::filesystem::canonical(wanted, failed);
  return failed ? wanted : target;
}

}  // namespace equipoise
