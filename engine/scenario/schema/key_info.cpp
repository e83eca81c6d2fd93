#include "engine/scenario/schema/key_info.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/scenario/schema/path.hpp"

namespace equipoise {
namespace {

bool matches(std::span<const std::string> pattern, std::span<const std::string> pieces) {
  return pattern.size() == pieces.size() &&
         std::ranges::equal(pattern, pieces,
                            [](const auto& p, const auto& piece) { return p == "*" || p == piece; });
}

// "cohort" of "cohort.sites"; empty for a key of the top level.
std::string section_of(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string() : std::string(path.substr(0, dot));
}

std::string header_of(std::string_view section) {
  if (section.empty()) return "the top of the file";
  if (section.ends_with(".*")) return fmt::format("[[{}]]", section.substr(0, section.size() - 2));
  return fmt::format("[{}]", section);
}

// The section that has a key of that name, where only one does.
std::string home_of(std::string_view key, std::span<const KeyRow> rows) {
  std::string home;
  int homes = 0;
  for (const KeyRow& row : rows) {
    const std::vector<std::string> pieces = split_path(row.path);
    if (pieces.back() != key || pieces.size() > 3) continue;
    home = header_of(section_of(row.path));
    ++homes;
  }
  return homes == 1 ? home : std::string();
}

void expand(const Value& at, std::span<const std::string> pattern, const std::string& path,
            std::vector<std::string>& paths) {
  if (pattern.empty()) {
    paths.push_back(path);
    return;
  }
  if (pattern.front() != "*") {
    const Value* next = at.find(pattern.front());
    const Value nothing = Value::make_table();
    expand(next == nullptr ? nothing : *next, pattern.subspan(1), join_path(path, pattern.front()), paths);
    return;
  }
  for (std::size_t i = 0; i < at.items().size(); ++i) {
    const Value& item = at.items()[i];
    const Value* name = item.find("name");
    const std::string number = at.is_table() ? item.key() : std::to_string(i + 1);
    expand(item, pattern.subspan(1),
           join_path(path, name != nullptr && name->is_string() ? name->text() : number), paths);
  }
}

}  // namespace

const KeyRow* declaration_of(std::span<const KeyRow> rows, std::string_view path) {
  const std::vector<std::string> pieces = split_path(path);
  const auto found =
      std::ranges::find_if(rows, [&](const KeyRow& row) { return matches(split_path(row.path), pieces); });
  return found == rows.end() ? nullptr : &*found;
}

bool is_declared(std::span<const KeyRow> rows, std::string_view path) {
  return declaration_of(rows, path) != nullptr;
}

std::vector<std::string> declared_paths(std::span<const KeyRow> rows, const Value& root) {
  std::vector<std::string> paths;
  for (const KeyRow& row : rows) {
    if (!row.section) expand(root, split_path(row.path), {}, paths);
  }
  return paths;
}

void report_wrong_type(const Value& value, std::string_view path, std::string_view expected,
                       Problems& problems) {
  problems.add(value.place(), fmt::format("'{}' must be {}", path, expected),
               fmt::format("here it is {}", value.kind_text()));
}

void report_missing(const Place& place, std::string_view path, const KeyInfo& info, Shape shape,
                    Problems& problems) {
  const std::string why = info.doc.ends_with('.') ? info.doc.substr(0, info.doc.size() - 1) : info.doc;
  const std::string unit = info.unit.empty() ? std::string() : fmt::format(" ({})", info.unit);
  const std::vector<std::string> pieces = split_path(path);
  if (shape == Shape::leaf || pieces.size() > 1) {
    const char* value = shape == Shape::leaf ? "…" : "{ … }";
    problems.add(place, fmt::format("'{}' is missing", path), why,
                 fmt::format("add '{} = {}'{}", pieces.back(), value, unit));
  } else {
    const std::string header =
        shape == Shape::tables ? fmt::format("[[{}]]", path) : fmt::format("[{}]", path);
    const char* each = shape == Shape::tables ? ", one for each" : "";
    problems.add(place, header + " is missing", why, fmt::format("add a section {}{}", header, each));
  }
}

std::string remedy_of(const OtherWord& other) {
  if (other.path.empty()) return fmt::format("it is {}", other.remark);
  const std::vector<std::string> pieces = split_path(other.path);
  const std::string remark = other.remark.empty() ? std::string() : fmt::format(", {}", other.remark);
  return fmt::format("it is called '{}' and belongs in {}{}", pieces.back(),
                     header_of(section_of(other.path)), remark);
}

void report_unknown(const Value& item, std::string_view path, std::span<const std::string> siblings,
                    const ReadContext& context) {
  std::string suggestion;
  const auto other = std::ranges::find(context.other_words, item.key(), &OtherWord::word);
  if (other != context.other_words.end()) {
    suggestion = remedy_of(*other);
  } else if (const std::string home = home_of(item.key(), context.all_rows); !home.empty()) {
    suggestion = fmt::format("it belongs in {}", home);
  } else {
    suggestion = suggest(item.key(), siblings);
  }
  context.problems.add(item.key_place(), fmt::format("unknown key '{}'", path), {}, suggestion);
}

void report_several_lines(const Value& value, std::string_view path, Problems& problems) {
  problems.add(value.place(), fmt::format("'{}' has a line break or a tab", path),
               "it is shown in a line of a table", "write it in one line, with spaces");
}

bool in_range(const Value& value, double number, std::string_view path, const KeyInfo& info,
              Problems& problems) {
  if (info.range.contains(number)) return true;
  const std::string unit = info.unit.empty() ? std::string() : " " + info.unit;
  const std::string range = info.range.is_everything() ? "a finite number" : to_text(info.range);
  // A share written as so many per cent, as people write them; numbers that are drawn have more digits.
  const bool share = info.range.low >= 0.0 && info.range.high <= 1.0;
  const bool typed = std::round(10.0 * number) == 10.0 * number;
  const bool percent = share && typed && number >= 2.0 && info.range.contains(0.01 * number);
  problems.add(value.place(), fmt::format("'{}' is {}{}", path, number_word(number), unit),
               fmt::format("it must be {}", range),
               percent ? fmt::format("write {:g} for {:g} %", 0.01 * number, number) : std::string());
  return false;
}

void report_unknown_word(const Value& value, std::string_view path, std::span<const std::string> words,
                         Problems& problems) {
  problems.add(value.place(), fmt::format("'{}' is '{}', which is not known", path, value.text()), {},
               suggest(value.text(), words));
}

std::string number_word(double number) {
  return fmt::format("{}", number);
}

}  // namespace equipoise
