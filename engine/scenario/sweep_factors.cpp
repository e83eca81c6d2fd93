#include "engine/scenario/sweep_factors.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/scenario/schema/path.hpp"

namespace equipoise {
namespace {

/// A swept key with the values that its list has.
struct Listed {
  std::string key;
  Place place;
  std::vector<Value> values;
};

/// A line without a list may be one of [sweep]'s own keys, misspelt.
void report_no_list(const Override& line, Problems& problems) {
  const std::string near = nearest(line.path, sweep_keys().names());
  problems.add(line.value.place(), fmt::format("'{}' in [sweep] must be a list of values", line.path),
               fmt::format("here it is {}", line.value.kind_text()),
               near.empty() ? "write the values in [brackets]" : fmt::format("did you mean '{}'?", near));
}

std::vector<Listed> read_lists(const SweepPart& part, const Value& tree, Problems& problems) {
  Value table = Value::make_table();
  for (const auto& item : part.factors.items) table.set(item.name, item.value, item.place);
  std::vector<Listed> lists;
  std::unordered_map<std::string, std::size_t> known;  // in lists, by canonical path
  for (const Override& line : overrides_in(table)) {
    const std::string key = canonical_path(tree, line.path);
    const auto before = known.find(key);
    if (!may_differ(line.path, line.place, problems)) continue;
    if (!line.value.is_array()) {
      report_no_list(line, problems);
    } else if (line.value.items().empty()) {
      problems.add(line.value.place(), fmt::format("'{}' in [sweep] lists no value", line.path),
                   "there would be no cell", "list a value, or take the line out");
    } else if (before != known.end()) {
      const Listed& first = lists[before->second];
      problems.add(line.place, fmt::format("'{}' is swept twice", line.path),
                   named_before(first.key, first.place), "keep one of the two lists");
    } else {
      known.emplace(key, lists.size());
      lists.push_back({line.path, line.place, line.value.items()});
    }
  }
  return lists;
}

bool fits_zip(const std::vector<Listed>& lists, Problems& problems) {
  bool fits = true;
  for (const Listed& list : lists) {
    if (list.values.size() == lists.front().values.size()) continue;
    fits = false;
    problems.add(list.place,
                 fmt::format("'{}' lists {} values, but '{}' {}", list.key, list.values.size(),
                             lists.front().key, lists.front().values.size()),
                 "zipped lists give each cell a value of each",
                 "make them equally long, or cross them: combine = \"cross\"");
  }
  return fits;
}

/// The number of cells; as a double, which no product overflows.
double cell_count(const std::vector<Listed>& lists, Combine combine) {
  if (combine == Combine::zip) return static_cast<double>(lists.front().values.size());
  double count = 1.0;
  for (const Listed& list : lists) count *= static_cast<double>(list.values.size());
  return count;
}

/// Where the value of a crossed cell stands in each list, the last changing fastest.
std::vector<std::size_t> crossed(const std::vector<Listed>& lists, std::size_t cell) {
  std::vector<std::size_t> at(lists.size());
  for (std::size_t l = lists.size(); l > 0; --l) {
    at[l - 1] = cell % lists[l - 1].values.size();
    cell /= lists[l - 1].values.size();
  }
  return at;
}

std::vector<Factor> combined(const std::vector<Listed>& lists, Combine combine, std::size_t cells) {
  std::vector<Factor> factors;
  for (const Listed& list : lists) factors.push_back({list.key, list.place, {}});
  for (std::size_t cell = 0; cell < cells; ++cell) {
    const std::vector<std::size_t> at =
        combine == Combine::zip ? std::vector<std::size_t>(lists.size(), cell) : crossed(lists, cell);
    for (std::size_t l = 0; l < lists.size(); ++l) factors[l].values.push_back(lists[l].values[at[l]]);
  }
  return factors;
}

/// As few cells as have every value in one of them: a shorter list begins again.
std::vector<Factor> each_value(const std::vector<Listed>& lists) {
  std::size_t longest = 0;
  for (const Listed& list : lists) longest = std::max(longest, list.values.size());
  std::vector<Factor> factors;
  for (const Listed& list : lists) {
    Factor& factor = factors.emplace_back(Factor{list.key, list.place, {}});
    for (std::size_t cell = 0; cell < std::min(longest, most_cells); ++cell) {
      factor.values.push_back(list.values[cell % list.values.size()]);
    }
  }
  return factors;
}

}  // namespace

bool may_differ(const std::string& key, const Place& place, Problems& problems) {
  constexpr std::array<std::string_view, 8> alike{"title",       "seed",      "run",  "sweep",
                                                  "sensitivity", "assurance", "size", "override"};
  const std::string first = split_path(key).front();
  if (std::ranges::find(alike, first) == alike.end()) return true;
  problems.add(place, fmt::format("'{}' cannot differ between cells", key), "all cells are run alike",
               "take the line out; --trials, --seed and [run] set it for all of them");
  return false;
}

std::string named_before(const std::string& key, const Place& place) {
  return fmt::format("'{}' in line {}, column {} is the same key", key, place.line, place.column);
}

std::vector<Factor> sweep_factors(const ScenarioFile& file, Problems& problems) {
  if (!file.scenario.sweep) {
    problems.add(Place{file.file.string(), 0, 0}, "there is no [sweep] and no [sensitivity]",
                 "nothing says what differs between cells",
                 "add a section [sweep] with a line such as \"groups.icc\" = [0.0, 0.05]");
    return {};
  }
  const SweepPart& part = *file.scenario.sweep;
  const Place place = place_of(file.tree, "sweep");
  const std::size_t before = problems.size();
  const std::vector<Listed> lists = read_lists(part, file.tree, problems);
  const bool all_read = problems.size() == before;
  if (lists.empty()) {
    if (all_read) {
      problems.add(place, "[sweep] names no key", "there would be no cell",
                   "add a line such as \"groups.icc\" = [0.0, 0.05]");
    }
    return {};
  }
  if (part.combine == Combine::zip && !fits_zip(lists, problems)) return each_value(lists);
  const double count = cell_count(lists, part.combine);
  if (count > static_cast<double>(most_cells)) {
    problems.add(place, fmt::format("[sweep] makes {:.0f} cells", count),
                 fmt::format("at most {} can be run at once", most_cells), "shorten the lists");
    return each_value(lists);
  }
  const auto cells = static_cast<std::size_t>(count);
  if (all_read && part.reference >= cells) {
    problems.add(place_of(file.tree, "sweep.reference"),
                 fmt::format("there is no cell {} to compare with", part.reference),
                 fmt::format("the cells are 0 to {}", cells - 1));
  }
  return combined(lists, part.combine, cells);
}

}  // namespace equipoise
