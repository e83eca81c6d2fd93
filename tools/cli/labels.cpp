#include "tools/cli/labels.hpp"

#include <algorithm>
#include <span>

#include "tools/cli/cell_value.hpp"

namespace equipoise {
namespace {

// Up to so many characters a double tells every decimal number from every other.
constexpr std::size_t most_digits = 15;

bool short_number(std::string_view text) {
  return text.size() <= most_digits && cell_value(text).is_number();
}

}  // namespace

bool same_label(std::string_view first, std::string_view second) {
  if (first == second) return true;
  const CellValue a = cell_value(first);
  const CellValue b = cell_value(second);
  return a.is_number() && b.is_number() && a.number == b.number;
}

Labels::Labels(const CsvTable& table, std::size_t column, Words words, std::optional<std::string> apart) {
  std::vector<std::string_view> spellings;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.missing(row, column)) continue;
    const std::string_view cell = table.cell(row, column);
    if (places_.emplace(cell, 0).second) spellings.push_back(cell);
  }
  const auto number = [](std::string_view text) { return cell_value(text).number; };
  std::span<std::string_view> ordered(spellings);
  if (apart && !std::ranges::all_of(spellings, short_number)) {
    const auto others = std::stable_partition(spellings.begin(), spellings.end(),
                                              [&](std::string_view label) { return label == *apart; });
    ordered = std::span(others, spellings.end());
  }
  numbers_ = !ordered.empty() && std::ranges::all_of(ordered, short_number);
  if (numbers_) {
    std::ranges::stable_sort(ordered, {}, number);
  } else if (words == Words::sorted) {
    std::ranges::sort(ordered);
  }
  for (std::size_t k = 0; k < spellings.size(); ++k) {
    const bool after_first = k > spellings.size() - ordered.size();
    const bool again = numbers_ && after_first && number(spellings[k]) == number(spellings[k - 1]);
    if (!again) names_.emplace_back(spellings[k]);
    places_[spellings[k]] = names_.size() - 1;
  }
}

std::optional<std::pair<std::string, std::string>> Labels::alike() const {
  std::unordered_map<std::string, std::string> seen;
  for (const std::string& name : names_) {
    std::string plain;
    for (const char c : name) {
      if (c != ' ') plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    const auto [found, is_new] = seen.emplace(std::move(plain), name);
    if (!is_new) return std::pair(found->second, name);
  }
  return std::nullopt;
}

}  // namespace equipoise
