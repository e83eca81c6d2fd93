#include "engine/base/problem.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "engine/base/printable.hpp"

namespace equipoise {
namespace {

Problems only(Problem problem) {
  Problems problems;
  problems.add(std::move(problem));
  return problems;
}

std::string all_lines(const Problems& problems) {
  std::string text;
  for (const Problem& problem : problems.all()) text += to_text(problem) + '\n';
  return text;
}

}  // namespace

std::string to_text(const Problem& problem) {
  std::string text;
  if (!problem.place.file.empty()) {
    text = problem.place.file;
    if (problem.place.line > 0) text += fmt::format(":{}:{}", problem.place.line, problem.place.column);
    text += ": ";
  }
  text += problem.what;
  if (!problem.why.empty()) text += fmt::format(" ({})", problem.why);
  if (!problem.suggestion.empty()) text += fmt::format("; {}", problem.suggestion);
  return printable(text);
}

void Problems::add(Problem problem) {
  const auto order = [](const Problem& p) { return std::tie(p.place.file, p.place.line, p.place.column); };
  const auto later =
      std::upper_bound(problems_.begin(), problems_.end(), problem,
                       [&](const Problem& a, const Problem& b) { return order(a) < order(b); });
  problems_.insert(later, std::move(problem));
}

void Problems::add(const Place& place, std::string what, std::string why, std::string suggestion) {
  add(Problem{place, std::move(what), std::move(why), std::move(suggestion)});
}

void Problems::add_new(const Problems& others) {
  std::set<std::string> told;
  for (const Problem& problem : problems_) told.insert(to_text(problem));
  for (const Problem& problem : others.all()) {
    if (told.insert(to_text(problem)).second) add(problem);
  }
}

void Problems::throw_if_any() const {
  if (!empty()) throw InvalidInput(*this);
}

InvalidInput::InvalidInput(Problems problems)
    : std::runtime_error(all_lines(problems)), problems_(std::move(problems)) {}

InvalidInput::InvalidInput(Problem problem) : InvalidInput(only(std::move(problem))) {}

}  // namespace equipoise
