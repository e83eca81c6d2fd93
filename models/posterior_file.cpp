#include "models/posterior_file.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/scenario/schema/codec.hpp"
#include "engine/scenario/schema/document.hpp"
#include "engine/scenario/schema/path.hpp"
#include "models/condition_file.hpp"

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

/// The numbers that a parameter takes. Those of a table that names its keys freely have that table's.
Range limits_of(const std::string& key) {
  static const std::vector<KeyRow> rows = condition_keys().rows();
  std::vector<std::string> pieces = split_path(key);
  for (; !pieces.empty(); pieces.pop_back()) {
    if (const KeyRow* const row = declaration_of(rows, join_path(pieces))) return row->limits;
  }
  return {};
}

/// Whether every draw is one that the parameter takes; the first that is not is told, with how many there
/// are.
bool within_limits(const std::vector<double>& draws, const Value& list, Problems& problems) {
  const Range limits = limits_of(list.key());
  const auto outside = [&](double draw) { return !limits.contains(draw); };
  const auto first = std::ranges::find_if(draws, outside);
  if (first == draws.end()) return true;
  const auto others = std::ranges::count_if(draws, outside) - 1;
  problems.add(list.items()[static_cast<std::size_t>(first - draws.begin())].place(),
               fmt::format("'{}' is drawn at {:g}{}", list.key(), *first,
                           others > 0 ? fmt::format(", and {} other draws are impossible too", others) : ""),
               fmt::format("it must be {}", to_text(limits)), "calibrate again");
  return false;
}

/// Whether no list before is of the same parameter under another name.
bool is_first(const Value& list, const Value& root, const PosteriorDraws& posterior, Problems& problems) {
  const auto same = [&](const std::string& other) {
    return canonical_path(root, other) == canonical_path(root, list.key());
  };
  const auto before = std::ranges::find_if(posterior.keys, same);
  if (before == posterior.keys.end()) return true;
  problems.add(list.key_place(), fmt::format("'{}' is drawn twice", list.key()),
               fmt::format("'{}' is the same parameter", *before), "take one of the two lists out");
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
  if (!is_first(list, root, posterior, problems) || !within_limits(*draws, list, problems)) return;
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
