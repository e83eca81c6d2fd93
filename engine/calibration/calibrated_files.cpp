#include "engine/calibration/calibrated_files.hpp"

#include <sstream>
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

/// Replaces what stands at a place of a line up to the next comma, brace or space.
void replace_token(std::string& line, int column, const std::string& token) {
  EQUIPOISE_EXPECTS(column >= 1 && static_cast<std::size_t>(column) <= line.size());
  const auto start = static_cast<std::size_t>(column - 1);
  const std::size_t end = std::min(line.find_first_of(",} ", start), line.size());
  line.replace(start, end - start, token);
}

void replace_status(std::string& line, ParameterStatus status) {
  const std::string mark = "status = \"";
  const std::size_t start = line.find(mark);
  if (start == std::string::npos) return;
  const std::size_t word = start + mark.size();
  line.replace(word, line.find('"', word) - word, name_of(status));
}

}  // namespace

std::string calibrated_parameters(const std::string& text, const Calibration& calibration) {
  Problems none;
  const Value root = parse_toml(text, "parameters.toml", none);
  EQUIPOISE_EXPECTS(none.empty());
  std::vector<std::string> lines = lines_of(text);
  for (const ParameterResult& result : calibration.parameters) {
    const Value* const node = find_path(root, result.parameter.path);
    EQUIPOISE_EXPECTS(node != nullptr && node->find("value") != nullptr);
    const Place& place = node->find("value")->place();
    std::string& line = lines[static_cast<std::size_t>(place.line - 1)];
    replace_token(line, place.column, number_text(result.value));
    replace_status(line,
                   result.learned < nothing_learned ? ParameterStatus::assumed : ParameterStatus::calibrated);
  }
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
