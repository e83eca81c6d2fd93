#include "tools/cli/csv_table.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "tools/cli/read_text.hpp"
#include "tools/cli/utf8.hpp"

namespace equipoise {
namespace {

// More rows of a wrong length than this are of one cause.
constexpr std::size_t most_told = 5;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Whether all is UTF-8. The first few places where it is not are told.
bool check_encoding(std::string_view text, const std::string& file, Problems& problems) {
  std::size_t told = 0;
  Place place{file, 1, 1};
  bool quoted = false;
  for (std::size_t at = 0; at < text.size() && told < most_told;) {
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0) {
      ++told;
      problems.add(place, fmt::format("the byte {:#04x} is no UTF-8", static_cast<unsigned char>(text[at])),
                   "its letter cannot be told from another", "save the file as UTF-8");
      at = std::min(text.find_first_of(",\n", at), text.size());  // one problem a cell
      continue;
    }
    if (text[at] == '"') quoted = !quoted;
    if (text[at] == ',' && !quoted) ++place.column;
    if (text[at] == '\n') place = {file, place.line + 1, quoted ? place.column : 1};
    at += length;
  }
  return told == 0;
}

/// Reads cell by cell; `at_end` after the last one of the file.
class CsvReader {
 public:
  explicit CsvReader(std::string& text) : text_(text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text_.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
  }

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] std::size_t line() const { return line_; }
  [[nodiscard]] bool open_quote() const { return open_quote_; }
  /// The first few lines in which something stands after a closing quote.
  [[nodiscard]] const std::vector<std::size_t>& after_quotes() const { return after_quotes_; }

  /// The cells of the next line, appended.
  void read_row(std::vector<std::string_view>& cells) {
    bool more = true;
    while (more) {
      while (at_ < text_.size() && text_[at_] == ' ') ++at_;
      cells.push_back(at_ < text_.size() && text_[at_] == '"' ? quoted() : plain());
      more = at_ < text_.size() && text_[at_] == ',';
      if (more) ++at_;
    }
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }

 private:
  std::string_view plain() {
    const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
    const std::string_view cell = trimmed(std::string_view(text_).substr(at_, end - at_));
    at_ = end;
    return cell;
  }

  std::string_view quoted() {
    const std::size_t first = ++at_;
    std::size_t write = first;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] == '"') {
        if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') break;
        ++at_;
      }
      text_[write++] = text_[at_];
    }
    open_quote_ = open_quote_ || at_ >= text_.size();
    const std::size_t after = std::min(at_ + 1, text_.size());
    at_ = std::min(text_.find_first_of(",\r\n", after), text_.size());
    const bool goes_on = !trimmed(std::string_view(text_).substr(after, at_ - after)).empty();
    if (goes_on && after_quotes_.size() < most_told) after_quotes_.push_back(line_);
    return std::string_view(text_).substr(first, write - first);
  }

  std::string& text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  bool open_quote_ = false;
  std::vector<std::size_t> after_quotes_;
};

}  // namespace

CsvTable::CsvTable(const std::filesystem::path& file, Problems& problems) : file_(file.string()) {
  std::optional<std::string> text = read_text(file, problems);
  if (!text) return;
  text_ = std::move(*text);
  if (!check_encoding(text_, file_, problems)) return;
  CsvReader reader(text_);
  if (reader.at_end()) {
    problems.add({file_}, "the file is empty", "its first line would name the columns");
    return;
  }
  std::vector<std::string_view> header;
  reader.read_row(header);
  read_header(header, problems);
  std::size_t ragged = 0;
  while (!reader.at_end()) {
    const std::size_t line = reader.line();
    const std::size_t before = cells_.size();
    reader.read_row(cells_);
    const std::size_t count = cells_.size() - before;
    if (count == names_.size()) {
      lines_.push_back(line);
      continue;
    }
    const bool blank = count == 1 && cells_.back().empty();
    cells_.resize(before);
    if (blank) continue;
    if (++ragged <= most_told) {
      problems.add({file_, static_cast<int>(line), 1}, fmt::format("the line has {} cells", count),
                   fmt::format("the header names {} columns", names_.size()));
    }
  }
  if (ragged > most_told) {
    problems.add({file_}, fmt::format("{} more lines have too few or too many cells", ragged - most_told));
  }
  if (reader.open_quote()) problems.add({file_}, "a quote is opened and never closed");
  for (const std::size_t line : reader.after_quotes()) {
    problems.add({file_, static_cast<int>(line), 1}, "a cell goes on after its closing quote",
                 "what is meant could not be told", "write a quote within a cell twice");
  }
  if (lines_.empty() && problems.empty()) problems.add({file_}, "the file has a header and no rows");
}

void CsvTable::read_header(const std::vector<std::string_view>& cells, Problems& problems) {
  std::size_t twice = 0;
  for (const std::string_view name : cells) {
    names_.emplace_back(name);
    if (columns_.emplace(name, names_.size() - 1).second || ++twice > most_told) continue;
    problems.add(header(), fmt::format("two columns are named '{}'", name),
                 "which one is meant could not be told");
  }
  if (twice > most_told) {
    problems.add(header(), fmt::format("{} more columns have the name of another", twice - most_told));
  }
  constexpr std::string_view separators = ";\t";
  if (names_.size() == 1 && names_[0].find_first_of(separators) != std::string::npos) {
    problems.add(header(), "the header names one column", "its names are not separated by commas",
                 "separate cells by commas, and write decimals with a point");
  }
}

std::optional<std::size_t> CsvTable::column(std::string_view name) const {
  const auto found = columns_.find(std::string(name));
  return found == columns_.end() ? std::nullopt : std::optional(found->second);
}

Place CsvTable::place(std::size_t row, std::size_t column) const {
  return {file_, static_cast<int>(lines_[row]), static_cast<int>(column) + 1};
}

Place CsvTable::header() const {
  return {file_, 1, 1};
}

}  // namespace equipoise
