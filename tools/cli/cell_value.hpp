#pragma once

#include <string>
#include <string_view>

namespace equipoise {

/// What a cell of a table says. Numbers are decimal, with a point, a sign and an exponent where wanted: 5,
/// +5,
/// -.5, 5., 1e3.
struct CellValue {
  enum class Kind {
    missing,      // empty, or one of the words for it
    number,       // finite
    not_finite,   // inf, 1e999
    like_number,  // a number to its writer and not to a program: 1,5 or 5% or 0x10
    word,
  };
  Kind kind = Kind::missing;
  double number = 0.0;  // of Kind::number

  [[nodiscard]] bool is_number() const { return kind == Kind::number; }
};

[[nodiscard]] CellValue cell_value(std::string_view text);

/// The words for a missing value, whatever their case: "NA, N/A, …".
[[nodiscard]] std::string missing_words();

}  // namespace equipoise
