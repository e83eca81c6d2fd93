#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/characteristics/sensitivity.hpp"
#include "engine/study/run_cells.hpp"
#include "engine/study/saltelli_points.hpp"
#include "engine/study/sobol_indices.hpp"

namespace equipoise {

/// How much is asked of a global sensitivity study.
struct SensitivityOptions {
  std::size_t rows = 64;  // of SaltelliPoints
  std::uint64_t row_trials = 200;
  std::uint64_t tornado_trials = 10'000;
  std::array<double, 2> tornado{0.05, 0.95};  // quantiles
  std::uint64_t seed = 1;
};

/// With fewer rows the shares of a variance are those of chance, and resampling them gives no interval to
/// believe.
inline constexpr std::size_t fewest_rows_for_shares = 16;

/// The cells of a global sensitivity study and what comes of them. First the tornado: every factor at its
/// median, then each in turn at its low and at its high quantile, all on the same replicates. Then the rows
/// of SaltelliPoints: the points of a row share replicates, which are no other row's, so that rows are
/// independent and differences within a row are sharp.
class SensitivityStudy {
 public:
  SensitivityStudy(std::size_t factors, const SensitivityOptions& options);

  [[nodiscard]] std::size_t cells() const {
    return tornado_cells() + points_.rows() * points_.points_in_row();
  }
  [[nodiscard]] Replicates replicates(std::size_t cell) const;
  /// The probability whose quantile a factor takes in a cell.
  [[nodiscard]] double probability(std::size_t cell, std::size_t factor) const;

  /// Cells in order.
  void add(std::size_t cell, const CellResult& result);
  /// Whether the tornado and the fewest rows are done: a study that was interrupted later is a shorter one.
  [[nodiscard]] bool has_result() const;
  [[nodiscard]] std::size_t rows_done() const { return rows_.empty() ? 0 : rows_.front().size(); }
  /// One entry a hypothesis. Expects a result. After fewer than fewest_rows_for_shares rows without shares.
  [[nodiscard]] std::vector<PowerSensitivity> result() const;

 private:
  /// Whether enough rows are done to share out the variance; with fewer the shares are NaN.
  [[nodiscard]] bool has_shares() const;
  [[nodiscard]] std::size_t tornado_cells() const { return 2 * points_.factors() + 1; }
  void add_row();
  [[nodiscard]] FactorInfluence influence(std::size_t hypothesis, std::size_t factor,
                                          const SobolIndices::OfFactor& indices) const;

  SensitivityOptions options_;
  SaltelliPoints points_;
  std::vector<std::string> hypotheses_;
  std::vector<Rejections> tornado_;
  std::vector<Rejections> row_;              // of the row at hand
  std::vector<std::vector<SobolRow>> rows_;  // hypothesis x row
};

}  // namespace equipoise
