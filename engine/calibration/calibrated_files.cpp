#include "engine/calibration/calibrated_files.hpp"

#include <algorithm>
#include <functional>
#include <sstream>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/base/expects.hpp"
#include "engine/scenario/schema/document.hpp"
#include "engine/scenario/schema/path.hpp"

namespace equipoise {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// A number as parameters.toml writes it: always with a point, since a whole number would be another type.
std::string number_text(double number) {
  std::string text = fmt::format("{:.4g}", number);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

/// Where a column of a line begins. Columns count characters, and one of UTF-8 may take several bytes.
std::size_t start_of(const std::string& line, int column) {
  std::size_t at = 0;
  for (int left = column; at < line.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(line[at]) & 0xC0U) != 0x80U;
    if (begins && --left == 0) break;
  }
  EQUIPOISE_EXPECTS(at < line.size());
  return at;
}

/// What is to be written in the place of a number or of a word in quotes.
struct Change {
  Place place;
  std::string text;
};

void apply(const Change& change, std::vector<std::string>& lines) {
  const Place& place = change.place;
  EQUIPOISE_EXPECTS(place.line >= 1 && static_cast<std::size_t>(place.line) <= lines.size());
  std::string& line = lines[static_cast<std::size_t>(place.line - 1)];
  const std::size_t start = start_of(line, place.column);
  const char quote = line[start];
  const bool quoted = quote == '"' || quote == '\'';
  const std::size_t end = quoted ? line.find(quote, start + 1) + 1 : line.find_first_of(",}# \t\r", start);
  line.replace(start, std::min(end, line.size()) - start, change.text);
}

}  // namespace

std::string calibrated_parameters(const std::string& text, const Calibration& calibration) {
  Problems none;
  const Value root = parse_toml(text, "parameters.toml", none);
  EQUIPOISE_EXPECTS(none.empty());
  std::vector<Change> changes;
  for (const ParameterResult& result : calibration.parameters) {
    const Value* const node = find_path(root, result.parameter.path);
    EQUIPOISE_EXPECTS(node != nullptr && is_parameter(*node) && node->find("status") != nullptr);
    const auto status =
        result.learned < nothing_learned ? ParameterStatus::assumed : ParameterStatus::calibrated;
    changes.push_back({node->find("value")->place(), number_text(result.value)});
    changes.push_back({node->find("status")->place(), fmt::format("\"{}\"", name_of(status))});
  }
  // From the end of the file to its beginning, so that no change moves the place of another.
  std::ranges::sort(changes, std::ranges::greater{},
                    [](const Change& change) { return std::pair(change.place.line, change.place.column); });
  std::vector<std::string> lines = lines_of(text);
  for (const Change& change : changes) apply(change, lines);
  std::string changed;
  for (const std::string& line : lines) changed += line + "\n";
  return changed;
}

std::string posterior_text(const Calibration& calibration) {
  std::string text = fmt::format(
      "# Draws from the posterior of the condition '{}': the k-th number of every list belongs to the k-th "
      "draw.\n"
      "# Made by `equipoise calibrate` with seed {}; not to be edited.\n\n",
      calibration.condition, calibration.options.seed);
  for (std::size_t j = 0; j < calibration.parameters.size(); ++j) {
    text += fmt::format("\"{}\" = [", calibration.parameters[j].parameter.path);
    const std::vector<double>& draws = calibration.draws[j];
    for (std::size_t d = 0; d < draws.size(); ++d) {
      text += fmt::format("{}{:.6g}", d == 0 ? "" : ", ", draws[d]);
    }
    text += "]\n";
  }
  return text;
}

}  // namespace equipoise
