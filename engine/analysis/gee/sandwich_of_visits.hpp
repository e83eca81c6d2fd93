#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/analysis/gee/clusters.hpp"
#include "engine/analysis/mmrm/mean_model.hpp"
#include "engine/analysis/mmrm/repeated_measures.hpp"
#include "engine/numeric/sums.hpp"

namespace equipoise {

/// At which visits the participants of a pattern were seen.
struct SeenVisits {
  std::array<std::uint32_t, most_visits> visits{};  // among the modelled
  std::array<std::uint32_t, most_visits> places{};  // on the schedule
  std::size_t count = 0;
};

/// Pearson's residuals and dmu/deta / sd(mu), visits x participants.
struct VisitResiduals {
  std::span<const double> e;
  std::span<const double> slope;
};

/// The sandwich variance of a linear function l of the coefficients where participants are clusters. With x a
/// participant's columns, f_t the slope and M_ts the blocks of M over visits, A_ts = f_t f_s x'M_ts x. Four
/// participants are worked on side by side.
class SandwichOfVisits {
 public:
  SandwichOfVisits(const RepeatedMeasures& data, const MeanModel& mean, const VisitResiduals& residuals,
                   const GeeClusters::Bread& bread, std::span<const double> l, Arena<double>& reals);

  /// The part of the participants of one pattern.
  [[nodiscard]] double operator()(const MissingnessPattern& pattern, const SeenVisits& seen,
                                  GeeOptions::Correction correction);

 private:
  using Pack = PackedSum::Pack;
  static constexpr std::size_t lanes = 4;
  static constexpr std::size_t most_entries = most_visits * most_visits;

  /// Of four participants, by seen visit: e, the slope, l'M Z' without its R^-1.
  struct Four {
    std::array<Pack, most_visits> e;
    std::array<Pack, most_visits> slope;
    std::array<Pack, most_visits> weight;
  };

  void read(const MissingnessPattern& pattern, const SeenVisits& seen, std::size_t first, Four& four);
  void find_leverage(const SeenVisits& seen, const Four& four);
  void correct(const SeenVisits& seen, GeeOptions::Correction correction, Four& four, Pack& score);
  void correct_alone(const SeenVisits& seen, GeeOptions::Correction correction, const Four& four,
                     std::size_t lane, Pack& score) const;
  void solve(std::size_t count, const Pack* b, Pack* out) const;
  [[nodiscard]] double correct_by_element(const SeenVisits& seen, const Four& four, std::size_t lane);

  const RepeatedMeasures& data_;
  const MeanModel& mean_;
  VisitResiduals residuals_;
  const GeeClusters::Bread& bread_;
  std::span<double> m_;      // M of the full coefficients
  std::span<double> moved_;  // M l, free
  std::span<double> full_moved_;
  std::span<double> x_;  // columns of x, four participants each
  std::span<double> full_;
  std::span<double> element_score_;
  std::span<double> element_leverage_;
  std::array<double, most_entries> r_{};
  std::array<double, most_entries> r_inverse_{};
  std::array<Pack, most_entries> a_;
  std::array<Pack, most_entries> difference_;
};

}  // namespace equipoise
