#pragma once

#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

// Files of comma-separated values below tests/reference, as the scripts beside them wrote them.

namespace equipoise::checks {

[[nodiscard]] inline std::vector<std::string> parts(const std::string& text, char separator) {
  std::vector<std::string> all;
  std::stringstream stream(text);
  for (std::string one; std::getline(stream, one, separator);) all.push_back(one);
  return all;
}

/// The cells of every line, the header's first.
[[nodiscard]] inline std::vector<std::vector<std::string>> reference_cells(const std::string& path) {
  std::ifstream file(std::string(EQUIPOISE_SOURCE_DIR) + "/tests/reference/" + path);
  if (!file) throw std::runtime_error("there is no " + path);
  std::vector<std::vector<std::string>> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(parts(line, ','));
  return lines;
}

/// A line by the names of its columns.
using ReferenceRow = std::map<std::string, std::string>;

[[nodiscard]] inline std::vector<ReferenceRow> reference_rows(const std::string& path) {
  const std::vector<std::vector<std::string>> lines = reference_cells(path);
  std::vector<ReferenceRow> rows;
  for (std::size_t line = 1; line < lines.size(); ++line) {
    ReferenceRow& row = rows.emplace_back();
    for (std::size_t c = 0; c < lines[line].size(); ++c) row[lines[0].at(c)] = lines[line][c];
  }
  return rows;
}

}  // namespace equipoise::checks
