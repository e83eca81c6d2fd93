#include "models/condition_loader.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/scenario/schema/document.hpp"
#include "models/condition_check.hpp"
#include "models/file_condition.hpp"
#include "models/posterior_file.hpp"

namespace equipoise {
namespace {

namespace fs = std::filesystem;

constexpr const char* parameters_file = "parameters.toml";

bool is_condition(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_regular_file(folder / parameters_file, ignored);
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

/// The folder that a scenario's word for a condition means; empty where there is none.
fs::path find_folder(const ConditionRequest& request) {
  fs::path named = shipped_conditions() / request.name;
  if (request.name.find('/') == std::string::npos && is_condition(named)) return named;
  for (const fs::path& folder : {request.scenario_folder / request.name, fs::path(request.name)}) {
    if (is_condition(folder)) return folder;
  }
  return {};
}

/// The same; one that is not there is a problem.
std::optional<fs::path> existing_folder(const ConditionRequest& request, Problems& problems) {
  fs::path folder = find_folder(request);
  if (!folder.empty()) return folder;
  problems.add(request.place, fmt::format("there is no condition '{}'", request.name),
               fmt::format("no condition that ships has this name, and no folder of this name holds a {}",
                           parameters_file),
               suggest(request.name, condition_names()));
  return std::nullopt;
}

/// What a condition's folder says.
struct Folder {
  Value parameters;
  std::shared_ptr<const PosteriorDraws> posterior;
  bool draws_fit = true;  // else problems have told of it
};

/// Nothing, and problems, where the parameters cannot be read.
std::optional<Folder> read_folder(const fs::path& folder, Problems& problems) {
  const std::size_t before = problems.size();
  Value root = read_toml(folder / parameters_file, problems);
  if (problems.size() != before) return std::nullopt;
  auto posterior = read_posterior(folder, root, problems);
  return Folder{std::move(root), std::move(posterior), problems.size() == before};
}

/// The condition of a folder with a request's overrides; null, and problems, where it is wrong.
std::unique_ptr<Condition> condition_from(const Folder& folder, const ConditionRequest& request,
                                          Problems& problems) {
  Problems own;
  Value root = folder.parameters;
  apply_overrides(root, request.overrides, request.other_keys, own);
  ConditionFile file;
  condition_keys().read(root, file, own);
  if (own.empty()) check_condition(file, root, own);
  if (own.empty() && folder.draws_fit) {
    std::vector<std::string> assumed;
    if (!file.describes_nobody) assumed = parameters_with(ParameterStatus::assumed, root);
    return std::make_unique<FileCondition>(std::move(file), to_toml(root), std::move(assumed),
                                           folder.posterior);
  }
  for (const Problem& problem : own.all()) problems.add(problem);
  return nullptr;
}

}  // namespace

std::filesystem::path shipped_conditions() {
  if (const char* const set = std::getenv("EQUIPOISE_MODELS"); set != nullptr && *set != '\0') return set;
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  if (!failed) {
    fs::path installed = program.parent_path().parent_path() / "share" / "equipoise" / "models";
    if (is_folder(installed)) return installed;
  }
  fs::path source = EQUIPOISE_MODELS_DIR;
  return is_folder(source) ? source : fs::path{};
}

std::vector<std::string> condition_names() {
  std::vector<std::string> names;
  std::error_code failed;
  for (const fs::directory_entry& entry : fs::directory_iterator(shipped_conditions(), failed)) {
    if (is_condition(entry.path())) names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

std::unique_ptr<Condition> load_condition(const ConditionRequest& request, Problems& problems) {
  const auto path = existing_folder(request, problems);
  if (!path) return nullptr;
  const auto folder = read_folder(*path, problems);
  return folder ? condition_from(*folder, request, problems) : nullptr;
}

ConditionLoader remembering_loader() {
  struct Memory {
    std::mutex mutex;
    std::map<fs::path, Folder> folders;  // entries stay where they are
  };
  return [memory = std::make_shared<Memory>()](const ConditionRequest& request,
                                               Problems& problems) -> std::unique_ptr<Condition> {
    const auto path = existing_folder(request, problems);
    if (!path) return nullptr;
    std::unique_lock lock(memory->mutex);
    auto known = memory->folders.find(*path);
    if (known == memory->folders.end()) {
      auto folder = read_folder(*path, problems);
      if (!folder) return nullptr;
      if (!folder->draws_fit) return condition_from(*folder, request, problems);  // to be told of all at once
      known = memory->folders.emplace(*path, std::move(*folder)).first;
    }
    lock.unlock();
    return condition_from(known->second, request, problems);
  };
}

std::optional<fs::path> condition_folder(const std::string& name, Problems& problems) {
  ConditionRequest request;
  request.name = name;
  return existing_folder(request, problems);
}

}  // namespace equipoise
