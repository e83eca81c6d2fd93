#include "engine/analysis/mmrm/mean_model.hpp"

#include <algorithm>
#include <cmath>

#include "engine/numeric/cholesky.hpp"

namespace equipoise {
namespace {

constexpr std::uint32_t none = ~std::uint32_t{0};

// A contrast that differs from zero on what cannot be estimated by less than this share of its own size does
// so by rounding.
constexpr double estimable_share = 1e-8;

bool changes_over_time(const MeanColumn& column) {
  return column.term.kind == Term::Kind::intercept || column.term.kind == Term::Kind::arm;
}

}  // namespace

MeanModel::MeanModel(const RepeatedMeasures& data, std::span<const double> months, Arena<double>& reals,
                     Arena<std::uint32_t>& indices)
    : visits_(data.visits.size()), x_columns_(data.columns.size()), parts_(months.empty() ? 1 : 2) {
  columns_ = indices.take(full() * parts_);
  weights_ = reals.take(full() * parts_);
  name_coefficients(data, months);
  leave_out_aliased(data, reals, indices);
}

void MeanModel::name_coefficients(const RepeatedMeasures& data, std::span<const double> months) {
  std::fill(columns_.begin(), columns_.end(), none);
  std::fill(weights_.begin(), weights_.end(), 0.0);
  std::uint32_t next = 0;
  for (std::size_t t = 0; t < visits_; ++t) {
    for (std::size_t j = 0; j < x_columns_; ++j) {
      const std::size_t at = (t * x_columns_ + j) * parts_;
      const bool over_time = parts_ == 2 && changes_over_time(data.columns[j]);
      const bool by_visit = parts_ == 1 && data.columns[j].by_visit;
      const bool new_here = t == 0 || by_visit;
      columns_[at] = new_here ? next++ : columns_[j * parts_];
      weights_[at] = 1.0;
      if (!over_time) continue;
      columns_[at + 1] = new_here ? next++ : columns_[j * parts_ + 1];
      weights_[at + 1] = months[t];
    }
  }
  all_ = next;
}

void MeanModel::leave_out_aliased(const RepeatedMeasures& data, Arena<double>& reals,
                                  Arena<std::uint32_t>& indices) {
  // The cross-products of the columns of X, as if visits were independent.
  kept_ = all_;
  const std::size_t q = x_columns_;
  const std::span<double> products = reals.take_zeros(full() * full());
  for (const MissingnessPattern& pattern : data.patterns) {
    for (std::size_t t = 0; t < visits_; ++t) {
      if (!pattern.seen(t)) continue;
      for (std::size_t j = 0; j < q; ++j) {
        double* const row = products.data() + (t * q + j) * full() + t * q;
        for (std::size_t k = 0; k < q; ++k) row[k] += pattern.xx[j * q + k];
      }
    }
  }
  const std::span<double> gram = reals.take(all_ * all_);
  compress(products, gram);

  // Cholesky's factorization, column by column, of those that are not combinations of the ones before.
  place_ = indices.take(all_);
  const std::span<double> factor = reals.take_zeros(all_ * all_);
  std::uint32_t kept = 0;
  left_out_ = 0;
  for (std::size_t i = 0; i < all_; ++i) {
    double* const row = factor.data() + i * all_;
    double rest = gram[i * all_ + i];
    for (std::size_t j = 0; j < i; ++j) {
      if (place_[j] == none) continue;
      const double* const other = factor.data() + j * all_;
      double value = gram[j * all_ + i];
      for (std::size_t k = 0; k < j; ++k) value -= row[k] * other[k];
      row[j] = value / other[j];
      rest -= row[j] * row[j];
    }
    if (rest > least_own_share * gram[i * all_ + i]) {
      row[i] = std::sqrt(rest);
      place_[i] = kept++;
    } else {
      place_[i] = none;
      ++left_out_;
    }
  }
  kept_ = kept;
  identity_ = left_out_ == 0 && parts_ == 1 && all_ == full();
  if (left_out_ == 0) return;

  alias_ = reals.take_zeros(left_out_ * all_);
  std::size_t next = 0;
  for (std::size_t i = 0; i < all_; ++i) {
    if (place_[i] != none) continue;
    double* const combination = alias_.data() + next++ * all_;
    const double* const row = factor.data() + i * all_;
    for (std::size_t j = i; j-- > 0;) {
      if (place_[j] == none) continue;
      double value = row[j];
      for (std::size_t k = j + 1; k < i; ++k) value -= factor[k * all_ + j] * combination[k];
      combination[j] = value / factor[j * all_ + j];
    }
    for (std::size_t j = 0; j < i; ++j) combination[j] = -combination[j];
    combination[i] = 1.0;
  }
  all_columns_ = indices.take(columns_.size());
  std::ranges::copy(columns_, all_columns_.begin());
  for (std::uint32_t& column : columns_) column = column == none ? none : place_[column];
}

void MeanModel::compress(std::span<const double> full_matrix, std::span<double> out) const {
  const std::size_t full_order = full();
  if (identity_) {
    std::copy_n(full_matrix.begin(), full_order * full_order, out.begin());
    return;
  }
  std::fill_n(out.begin(), kept_ * kept_, 0.0);
  for (std::size_t f = 0; f < full_order; ++f) {
    for (std::size_t g = 0; g < full_order; ++g) {
      const double value = f <= g ? full_matrix[f * full_order + g] : full_matrix[g * full_order + f];
      for (std::size_t a = 0; a < parts_; ++a) {
        const std::uint32_t row = columns_[f * parts_ + a];
        if (row == none) continue;
        const double weighted = weights_[f * parts_ + a] * value;
        for (std::size_t b = 0; b < parts_; ++b) {
          const std::uint32_t column = columns_[g * parts_ + b];
          if (column == none) continue;
          out[row * kept_ + column] += weighted * weights_[g * parts_ + b];
        }
      }
    }
  }
}

void MeanModel::compress_vector(std::span<const double> full_vector, std::span<double> out) const {
  if (identity_) {
    std::copy_n(full_vector.begin(), full(), out.begin());
    return;
  }
  std::fill_n(out.begin(), kept_, 0.0);
  for (std::size_t at = 0; at < columns_.size(); ++at) {
    if (columns_[at] != none) out[columns_[at]] += weights_[at] * full_vector[at / parts_];
  }
}

void MeanModel::expand(std::span<const double> free, std::span<double> out) const {
  const std::size_t full_order = full();
  if (identity_) {
    std::copy_n(free.begin(), full_order * full_order, out.begin());
    return;
  }
  for (std::size_t f = 0; f < full_order; ++f) {
    for (std::size_t g = 0; g < full_order; ++g) {
      double value = 0.0;
      for (std::size_t a = 0; a < parts_; ++a) {
        const std::uint32_t row = columns_[f * parts_ + a];
        if (row == none) continue;
        for (std::size_t b = 0; b < parts_; ++b) {
          const std::uint32_t column = columns_[g * parts_ + b];
          if (column == none) continue;
          value += weights_[f * parts_ + a] * free[row * kept_ + column] * weights_[g * parts_ + b];
        }
      }
      out[f * full_order + g] = value;
    }
  }
}

void MeanModel::expand_vector(std::span<const double> free, std::span<double> out) const {
  if (identity_) {
    std::copy_n(free.begin(), full(), out.begin());
    return;
  }
  for (std::size_t f = 0; f < full(); ++f) {
    double value = 0.0;
    for (std::size_t a = 0; a < parts_; ++a) {
      const std::uint32_t column = columns_[f * parts_ + a];
      if (column != none) value += weights_[f * parts_ + a] * free[column];
    }
    out[f] = value;
  }
}

bool MeanModel::estimable(std::span<const double> full_vector) const {
  if (left_out_ == 0) return true;
  // Of every combination of columns that is zero in the data, the function must be zero as well.
  for (std::size_t row = 0; row < left_out_; ++row) {
    const double* const combination = alias_.data() + row * all_;
    double value = 0.0;
    double size = 0.0;
    for (std::size_t at = 0; at < all_columns_.size(); ++at) {
      if (all_columns_[at] == none) continue;
      const double term = weights_[at] * full_vector[at / parts_] * combination[all_columns_[at]];
      value += term;
      size += std::abs(term);
    }
    if (std::abs(value) > estimable_share * size) return false;
  }
  return true;
}

MeanModel::Origin MeanModel::origin_of(std::size_t coefficient) const {
  const auto found = std::ranges::find(columns_, static_cast<std::uint32_t>(coefficient));
  const auto at = static_cast<std::size_t>(found - columns_.begin());
  return {at / parts_, at % parts_ == 1};
}

}  // namespace equipoise
