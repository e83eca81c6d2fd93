#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/analysis/arena.hpp"
#include "engine/analysis/mmrm/repeated_measures.hpp"

namespace equipoise {

/// How the coefficients make the mean: the full matrix of coefficients, visits x columns of x, as a linear
/// function of those that are free. A column interacted with visit has one a visit; a main effect one for all
/// visits; over time (`months` given) the intercept and the arms have a level and a slope. Columns that are
/// combinations of others are left out.
class MeanModel {
 public:
  /// `months`: empty where visits are a factor, else when each visit is.
  MeanModel(const RepeatedMeasures& data, std::span<const double> months, Arena<double>& reals,
            Arena<std::uint32_t>& indices);

  [[nodiscard]] std::size_t visits() const { return visits_; }
  [[nodiscard]] std::size_t x_columns() const { return x_columns_; }
  [[nodiscard]] std::size_t full() const { return visits_ * x_columns_; }
  [[nodiscard]] std::size_t coefficients() const { return kept_; }
  /// Whether the free coefficients are the full matrix, row by row.
  [[nodiscard]] bool identity() const { return identity_; }

  /// matrix (full x full, upper triangle) to the free coefficients (upper triangle).
  void compress(std::span<const double> full, std::span<double> out) const;
  void compress_vector(std::span<const double> full, std::span<double> out) const;
  /// symmetric matrix of the free coefficients (both triangles) to the full ones.
  void expand(std::span<const double> free, std::span<double> out) const;
  void expand_vector(std::span<const double> free, std::span<double> out) const;

  /// Whether the data say anything of this linear function of the full matrix.
  [[nodiscard]] bool estimable(std::span<const double> full) const;

  /// For each free coefficient the first entry of the full matrix that it enters, and whether it does so
  /// times the month.
  struct Origin {
    std::size_t entry;
    bool times_month;
  };
  [[nodiscard]] Origin origin_of(std::size_t coefficient) const;
  /// The free coefficient that an entry of the full matrix is (its level, over time); a number beyond all
  /// where it was left out.
  [[nodiscard]] std::size_t coefficient_of(std::size_t entry) const { return columns_[entry * parts_]; }

 private:
  void name_coefficients(const RepeatedMeasures& data, std::span<const double> months);
  void leave_out_aliased(const RepeatedMeasures& data, Arena<double>& reals, Arena<std::uint32_t>& indices);

  std::size_t visits_;
  std::size_t x_columns_;
  std::size_t parts_ = 1;  // coefficients an entry is made of
  std::size_t all_ = 0;    // coefficients before any was left out
  std::size_t kept_ = 0;
  bool identity_ = false;
  std::span<std::uint32_t> columns_;  // of each entry; `none` where left out
  std::span<std::uint32_t> all_columns_;
  std::span<double> weights_;
  std::span<std::uint32_t> place_;  // of each coefficient among the kept, or none
  std::span<double> alias_;         // one row of `all_` a left-out coefficient: itself minus its combination
  std::size_t left_out_ = 0;
};

}  // namespace equipoise
