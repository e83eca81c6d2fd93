#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>

#include "engine/analysis/analyse.hpp"
#include "engine/analysis/mmrm/repeated_measures.hpp"

namespace equipoise {

/// A linear function of the full coefficients, visits x columns of x, that a contrast asks for.
class ContrastWeights {
 public:
  ContrastWeights(const RepeatedMeasures& data, const Contrast& contrast, std::span<double> full)
      : data_(data), contrast_(contrast), full_(full) {}

  /// False where a visit or an arm is asked for that nobody was seen at or in.
  [[nodiscard]] bool operator()(std::span<double> of_visit, std::span<double> of_x) const {
    if (!weigh_visits(of_visit) || !weigh_x(of_x)) return false;
    for (std::size_t t = 0; t < of_visit.size(); ++t) {
      for (std::size_t j = 0; j < of_x.size(); ++j) full_[t * of_x.size() + j] = of_visit[t] * of_x[j];
    }
    return true;
  }

 private:
  [[nodiscard]] bool add_visit(VisitId visit, double weight, std::span<double> weights) const {
    const auto found = std::ranges::find(data_.visits, visit);
    if (found == data_.visits.end()) return false;
    weights[static_cast<std::size_t>(found - data_.visits.begin())] += weight;
    return true;
  }

  [[nodiscard]] bool weigh_visits(std::span<double> weights) const {
    std::ranges::fill(weights, 0.0);
    const std::uint32_t averaged = contrast_.averaged_visits;
    if (averaged == 0) {
      if (!add_visit(contrast_.visit, 1.0, weights)) return false;
    } else {
      const double share = 1.0 / static_cast<double>(std::popcount(averaged));
      for (std::size_t v = 0; v < most_visits; ++v) {
        if (((averaged >> v) & 1U) != 0 && !add_visit(id_at<VisitId>(v), share, weights)) return false;
      }
    }
    return contrast_.of != Contrast::Of::visits || add_visit(contrast_.earlier_visit, -1.0, weights);
  }

  [[nodiscard]] bool has_arm(ArmId arm) const {
    return std::ranges::find(data_.arms, static_cast<std::uint8_t>(arm.value)) != data_.arms.end();
  }

  /// The share of a factor's level in a reference grid: those that somebody analysed is at count alike.
  [[nodiscard]] double share_of_level(const MeanColumn& level) const {
    double taken = 0.0;
    double by_columns = 0.0;  // share of the participants at a level that has a column
    for (const MeanColumn& of : data_.columns) {
      if (of.factor != level.factor) continue;
      taken += of.centre > 0.0 ? 1.0 : 0.0;
      by_columns += of.centre;
    }
    // The rest is at the first level; less than half of a participant is rounding.
    if (1.0 - by_columns > 0.5 / static_cast<double>(data_.participants)) taken += 1.0;
    return level.centre > 0.0 ? 1.0 / taken : 0.0;
  }

  /// Continuous covariates at their mean over the analysed values, levels of a factor and sites of equal
  /// weight.
  [[nodiscard]] double reference_value(std::size_t column) const {
    const MeanColumn& of = data_.columns[column];
    if (of.term.kind == Term::Kind::site) return 1.0 / static_cast<double>(data_.sites.size());
    if (of.factor > 0) return (share_of_level(of) - of.centre) / of.scale;
    double total = 0.0;
    for (const MissingnessPattern& pattern : data_.patterns) {
      total += static_cast<double>(std::popcount(pattern.mask)) * pattern.xx[column];
    }
    return total / static_cast<double>(data_.observations);
  }

  [[nodiscard]] bool weigh_x(std::span<double> weights) const {
    const bool compared = contrast_.of == Contrast::Of::arms;
    if (!has_arm(contrast_.treatment) || (compared && !has_arm(contrast_.comparator))) return false;
    for (std::size_t j = 0; j < weights.size(); ++j) {
      const Term& term = data_.columns[j].term;
      const auto in = [&](ArmId arm) { return term.index == arm.value ? 1.0 : 0.0; };
      if (term.kind == Term::Kind::arm) {
        weights[j] = in(contrast_.treatment) - (compared ? in(contrast_.comparator) : 0.0);
      } else if (compared) {
        weights[j] = 0.0;
      } else {
        weights[j] = term.kind == Term::Kind::intercept ? 1.0 : reference_value(j);
      }
    }
    return true;
  }

  const RepeatedMeasures& data_;
  const Contrast& contrast_;
  std::span<double> full_;
};

}  // namespace equipoise
