#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/analysis/fit_details.hpp"
#include "engine/design/ids.hpp"

namespace equipoise {

/// One column of x, what is known of a participant at every visit alike. Covariates are centred and scaled,
/// which changes no contrast of arms and keeps the digits.
struct MeanColumn {
  Term term;
  bool by_visit = true;  // a coefficient at each visit, or one for all
  double centre = 0.0;
  double scale = 1.0;        // x = (value - centre) / scale
  std::uint32_t factor = 0;  // as Covariate::factor
};

/// What the likelihood needs of the participants who were seen at the same visits (and share a covariance):
/// sums of products of (x, y). Rows and columns of visits outside the pattern are zero.
struct MissingnessPattern {
  std::uint32_t mask = 0;   // bit t: seen at the t-th of the modelled visits
  std::uint32_t group = 0;  // whose covariance: 0, or the place of the arm
  std::size_t first = 0;    // participants of the pattern, in the order of RepeatedMeasures
  std::size_t count = 0;
  std::span<double> xx;  // x columns squared
  std::span<double> yx;  // visits times x columns
  std::span<double> yy;  // visits squared

  /// Whether they were seen at one of the modelled visits.
  [[nodiscard]] bool seen(std::size_t visit) const { return ((mask >> visit) & 1U) != 0; }
};

/// Outcomes of one endpoint over the visits after baseline, sorted by missingness pattern. Memory is kept
/// from fit to fit.
struct RepeatedMeasures {
  std::vector<VisitId> visits;           // seen by somebody
  std::vector<std::uint32_t> positions;  // the same, as numbers
  std::vector<std::uint8_t> arms;        // present, ascending
  std::vector<std::uint32_t> sites;      // present, ascending; filled where the model has sites
  std::vector<MeanColumn> columns;       // intercept, arms but the first, covariates
  std::vector<MissingnessPattern> patterns;
  std::size_t groups = 1;  // covariances
  std::size_t participants = 0;
  std::size_t observations = 0;
  std::span<const std::uint32_t> order;  // of the trial's participants
  double origin = 0.0;                   // subtracted from every outcome
  std::span<double> x;                   // column by column, participants each
  std::span<double> y;                   // visit by visit; 0 where unseen

  [[nodiscard]] std::span<const double> x_column(std::size_t j) const {
    return x.subspan(j * participants, participants);
  }
  [[nodiscard]] std::span<const double> y_column(std::size_t t) const {
    return y.subspan(t * participants, participants);
  }
};

}  // namespace equipoise
