#include "models/posterior_file.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/scenario/schema/codec.hpp"
#include "engine/scenario/schema/document.hpp"
#include "engine/scenario/schema/path.hpp"

namespace equipoise {
namespace {

constexpr const char* posterior_file = "posterior.toml";

bool is_number_of(const Value& root, const std::string& key) {
  const Value* const parameter = find_path(root, key);
  const Value* const value =
      parameter != nullptr && is_parameter(*parameter) ? parameter->find("value") : nullptr;
  return value != nullptr && value->is_number();
}

std::vector<std::string> numbers_of(const Value& root) {
  std::vector<std::string> keys = leaf_paths(root);
  std::erase_if(keys, [&](const std::string& key) { return !is_number_of(root, key); });
  return keys;
}

/// Whether a list is as long as the others; one that is not is a problem.
bool fits(const std::vector<double>& draws, const Value& list, const PosteriorDraws& others,
          Problems& problems) {
  if (draws.empty()) {
    problems.add(list.place(), fmt::format("'{}' has no draws", list.key()),
                 "nothing would be known of the parameter", "calibrate again");
    return false;
  }
  if (others.keys.empty() || draws.size() == others.draws()) return true;
  problems.add(list.place(),
               fmt::format("the length of '{}' is {}, that of '{}' {}", list.key(), draws.size(),
                           others.keys.front(), others.draws()),
               "the k-th numbers of all lists belong together", "calibrate again");
  return false;
}

void add_list(const Value& list, const Value& root, PosteriorDraws& posterior, Problems& problems) {
  const std::string& key = list.key();
  if (!is_number_of(root, key)) {
    problems.add(list.key_place(), fmt::format("'{}' is no number of this condition", key),
                 "its draws have no place", suggest(key, numbers_of(root)));
    return;
  }
  auto draws = Codec<std::vector<double>>::read(list, key, {}, problems);
  if (!draws || !fits(*draws, list, posterior, problems)) return;
  posterior.keys.push_back(key);
  posterior.values.push_back(std::move(*draws));
}

}  // namespace

std::shared_ptr<const PosteriorDraws> read_posterior(const std::filesystem::path& folder, const Value& root,
                                                     Problems& problems) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(folder / posterior_file, ignored)) return nullptr;
  const Value lists = read_toml(folder / posterior_file, problems);
  auto posterior = std::make_shared<PosteriorDraws>();
  for (const Value& list : lists.items()) add_list(list, root, *posterior, problems);
  return posterior;
}

}  // namespace equipoise
