#include "engine/scenario/schema/distribution_codec.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/scenario/schema/path.hpp"

namespace equipoise {
namespace {

constexpr const char* within = "within";

// What is cut off must leave something to draw from, with digits to spare.
constexpr double least_share_kept = 1e-6;

std::vector<std::string> words() {
  std::vector<std::string> all = names_of<Family>();
  all.emplace_back(within);
  return all;
}

/// Two numbers in brackets, or a problem.
std::optional<std::vector<double>> pair_at(const Value& value, const std::string& path, Problems& problems) {
  auto numbers = Codec<std::vector<double>>::read(value, path, {}, problems);
  if (numbers && numbers->size() == 2) return numbers;
  if (numbers) report_wrong_type(value, path, "two numbers in [brackets]", problems);
  return std::nullopt;
}

/// What is wrong with the two numbers of a family; empty where nothing is.
std::string wrong_with(const Distribution& d) {
  switch (d.family) {
    case Family::normal:
      return d.second > 0.0 ? "" : "the SD of a normal distribution must be above 0";
    case Family::lognormal:
      return d.first > 0.0 && d.second > 0.0 ? "" : "median and log SD of a lognormal must be above 0";
    case Family::beta:
      return d.first > 0.0 && d.second > 0.0 ? "" : "both shapes of a beta distribution must be above 0";
    case Family::uniform:
      return d.first < d.second ? "" : "the lowest value of a uniform must be below the highest";
  }
  return "";
}

bool holds(const Distribution& d, const Value& value, const std::string& path, Problems& problems) {
  std::string wrong = wrong_with(d);
  if (wrong.empty() && !(d.low < d.high)) wrong = "'within' must give a low end below a high end";
  if (wrong.empty() && !(d.share_kept() >= least_share_kept)) {
    wrong = fmt::format("nearly nothing of the distribution lies within [{:g}, {:g}]", d.low, d.high);
  }
  if (wrong.empty()) return true;
  problems.add(value.place(), fmt::format("'{}': {}", path, wrong), "no value can be drawn from it");
  return false;
}

}  // namespace

std::string Codec<Distribution>::text(const Distribution& d) {
  std::string text =
      fmt::format("{{ {} = [{}, {}]", name_of(d.family), number_word(d.first), number_word(d.second));
  if (std::isfinite(d.low) || std::isfinite(d.high)) {
    text += fmt::format(", {} = [{}, {}]", within, number_word(d.low), number_word(d.high));
  }
  return text + " }";
}

std::optional<Distribution> Codec<Distribution>::read(const Value& value, const std::string& path,
                                                      const KeyInfo&, Problems& problems) {
  if (!value.is_table()) {
    report_wrong_type(value, path, "a distribution such as { normal = [0.4, 0.1] }", problems);
    return std::nullopt;
  }
  const std::size_t before = problems.size();
  std::optional<Distribution> read;
  const std::vector<std::string> known = words();
  for (const Value& item : value.items()) {
    const std::string item_path = join_path(path, item.key());
    if (item.key() == within) continue;
    const auto family = value_of<Family>(item.key());
    if (!family) {
      problems.add(item.key_place(), fmt::format("unknown distribution '{}'", item_path), {},
                   suggest(item.key(), known));
      continue;
    }
    if (read)
      problems.add(item.key_place(), fmt::format("'{}' names two distributions", path), "a number has one");
    const auto numbers = pair_at(item, item_path, problems);
    if (numbers) read = Distribution{*family, (*numbers)[0], (*numbers)[1]};
  }
  if (const Value* ends = value.find(within); ends != nullptr && read) {
    const auto numbers = pair_at(*ends, join_path(path, within), problems);
    if (numbers) {
      read->low = (*numbers)[0];
      read->high = (*numbers)[1];
    }
  }
  if (problems.size() != before) return std::nullopt;
  if (!read) {
    problems.add(value.place(), fmt::format("'{}' names no distribution", path), {}, suggest("", known));
    return std::nullopt;
  }
  return holds(*read, value, path, problems) ? read : std::nullopt;
}

}  // namespace equipoise
