#pragma once

#include <memory>
#include <span>
#include <vector>

#include "engine/cohort/outcome_model.hpp"
#include "models/trajectory_parameters.hpp"

namespace equipoise {

/// Participants as Gaussian vectors over endpoints x visits, seen through instruments
/// (engine/methods/trajectories.md).
///
/// With L the Cholesky factor of an endpoint's K, R = C C' the endpoints' correlation and z independent
/// standard normal,
///
///   latent_e(t) = mean_e + change_e (1 - 2^(-t/half_life_e)) + sd_e D_e(t) sum_s L_e[t, s] sum_k C[e, k]
///   z_k(s)
///                 + site_e + group_e(t) + therapist_e(t) + towards better: effect_e(t)
///
/// so that baselines correlate exactly R, an endpoint or a visit added at the end changes no number before
/// it, and any choice of time structures is a valid joint distribution.
class TrajectoryModel : public OutcomeModel {
 public:
  /// Expects a positive definite correlation and time structures (the condition's loader checks them).
  explicit TrajectoryModel(TrajectoryParameters parameters);

  [[nodiscard]] std::span<const Endpoint> endpoints() const override { return measured_; }
  [[nodiscard]] std::size_t visit_count() const override { return parameters_.visits.size() + 1; }
  [[nodiscard]] std::unique_ptr<Scratch> make_scratch() const override;
  void draw(const Streams& streams, const People& people, const Influences& influences, Scratch& scratch,
            Columns& truth) const override;
  [[nodiscard]] double entry_rate(const Streams& streams, std::size_t people) const override;
  [[nodiscard]] Scale baseline_scale(EndpointId endpoint) const override;

  /// The Cholesky factor of K over baseline and the visits; empty where K is not positive definite.
  [[nodiscard]] static Eigen::MatrixXd time_factor(const TimeStructure& time,
                                                   const std::vector<double>& visits);

 private:
  struct Workspace;

  /// What is the same for every participant, for one endpoint that is measured.
  struct Prepared {
    std::size_t source = 0;        // its place in the condition
    std::vector<double> mean;      // per visit
    Eigen::MatrixXd factor;        // times the person's SD at the row's visit
    std::vector<double> group_sd;  // per visit
    std::vector<double> therapist_sd;
    double site_sd = 0.0;
    std::vector<double> effect;  // per arm: the full effect, in latent units
  };

  [[nodiscard]] Prepared prepare(std::size_t source) const;
  void draw_normals(const Streams& streams, std::size_t people, Workspace& work) const;
  void redraw_ineligible(const Streams& streams, const People& people, Workspace& work) const;
  [[nodiscard]] bool eligible(std::span<const double> normals, std::span<const double> site_effects) const;
  void draw_clusters(const Streams& streams, const People& people, const Influences& influences,
                     Workspace& work) const;
  void find_clusters_met(const People& people, Workspace& work) const;
  void draw_responses(const Streams& streams, const People& people, Workspace& work) const;
  void find_doses(const People& people, const Influences& influences, Workspace& work) const;
  void fill_endpoint(std::size_t measured, const People& people, const Influences& influences,
                     Workspace& work, Columns& truth) const;
  void read_probability(const Prepared& prepared, std::size_t visit, const Workspace& work,
                        std::span<double> latent) const;
  void mix_endpoints(const Prepared& prepared, std::size_t people, Workspace& work) const;
  void find_full_effects(const Prepared& prepared, const People& people, Workspace& work) const;
  void add_clusters(const Prepared& prepared, std::size_t visit, const People& people, Workspace& work,
                    std::span<double> latent) const;

  TrajectoryParameters parameters_;
  std::vector<Endpoint> measured_;
  std::vector<Prepared> prepared_;
  Eigen::MatrixXd endpoint_factor_;
  std::size_t baselines_ =
      0;  // endpoints drawn at baseline: up to the last that is measured or decides on entry
  std::size_t courses_ = 0;  // endpoints drawn over the visits: up to the last that is measured
  bool heterogeneous_ = false;
  bool moderated_ = false;
  std::vector<std::vector<double>> share_at_once_;  // per visit and arm: of the full effect, at work in those
                                                    // who neither waited nor practise
};

/// What an instrument shows of latent values, in place.
void read_instrument(const EndpointCourse& course, std::span<double> values);

}  // namespace equipoise
