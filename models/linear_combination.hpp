#pragma once

#include <cstddef>
#include <span>

namespace equipoise {

/// A column with its weight in a sum of columns.
struct WeightedColumn {
  double weight;
  const double* values;  // as many as the sum has
};

/// out = constant + weight_1 column_1 + weight_2 column_2 + ..., added in this order. Four columns are taken
/// at a time, so that `out` is read and written once for the four of them.
inline void add_columns(double constant, std::span<const WeightedColumn> columns, std::span<double> out) {
  const std::size_t count = out.size();
  double* const sum = out.data();
  for (std::size_t i = 0; i < count; ++i) sum[i] = constant;
  for (; columns.size() >= 4; columns = columns.subspan(4)) {
    const auto [wa, a] = columns[0];
    const auto [wb, b] = columns[1];
    const auto [wc, c] = columns[2];
    const auto [wd, d] = columns[3];
    for (std::size_t i = 0; i < count; ++i) {
      sum[i] = (((sum[i] + wa * a[i]) + wb * b[i]) + wc * c[i]) + wd * d[i];
    }
  }
  if (columns.size() >= 2) {
    const auto [wa, a] = columns[0];
    const auto [wb, b] = columns[1];
    for (std::size_t i = 0; i < count; ++i) sum[i] = (sum[i] + wa * a[i]) + wb * b[i];
    columns = columns.subspan(2);
  }
  for (const auto& [weight, values] : columns) {
    for (std::size_t i = 0; i < count; ++i) sum[i] += weight * values[i];
  }
}

}  // namespace equipoise
