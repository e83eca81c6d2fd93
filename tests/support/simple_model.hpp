#pragma once

#include <cmath>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "engine/cohort/outcome_model.hpp"
#include "engine/numeric/distributions.hpp"
#include "engine/random/laws.hpp"

namespace equipoise {

/// Outcomes as plain as they can be: half of a person's variance lasts, half is new at each visit, everything
/// is standard normal (or whether that is above 0), and an arm's effect is there from the first visit on.
class SimpleModel : public OutcomeModel {
 public:
  /// `effects`: one an arm, added at every visit but baseline.
  SimpleModel(std::vector<Endpoint> endpoints, std::size_t visits, std::vector<double> effects)
      : endpoints_(std::move(endpoints)), visits_(visits), effects_(std::move(effects)) {}

  [[nodiscard]] std::span<const Endpoint> endpoints() const override { return endpoints_; }
  [[nodiscard]] std::size_t visit_count() const override { return visits_ + 1; }
  [[nodiscard]] std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<Scratch>(); }
  [[nodiscard]] double entry_rate(const Streams&, std::size_t) const override { return 1.0; }
  [[nodiscard]] Scale baseline_scale(EndpointId endpoint) const override {
    const bool yes_or_no = endpoints_[endpoint.index()].kind == EndpointKind::state;
    return yes_or_no ? Scale{0.5, 0.5} : Scale{0.0, 1.0};
  }

  void draw(const Streams& streams, const People& people, const Influences& influences, Scratch&,
            Columns& truth) const override {
    remember(streams.replicate());
    const Normal normal;
    for (std::size_t e = 0; e < endpoints_.size(); ++e) {
      const bool yes_or_no = endpoints_[e].kind == EndpointKind::state;
      for (std::size_t i = 0; i < people.count(); ++i) {
        Stream stream = streams.at(Purpose::course, i, static_cast<std::uint32_t>(e));
        const double lasting = normal(stream);
        for (std::size_t v = 0; v <= visits_; ++v) {
          const double effect = v > 0 ? influences.therapy * effects_[people.arm[i]] : 0.0;
          const double expected = std::sqrt(0.5) * lasting + effect;
          double value = expected + std::sqrt(0.5) * normal(stream);
          if (yes_or_no) value = value > 0.0 ? 1.0 : 0.0;
          if (yes_or_no && v > 0 && influences.states_as_probabilities) {
            value = normal_cdf(expected / std::sqrt(0.5));
          }
          truth.at(id_at<EndpointId>(e), id_at<VisitId>(v))[i] = value;
        }
      }
    }
  }

  /// The replicates whose participants were drawn so far.
  [[nodiscard]] std::vector<std::uint64_t> replicates_drawn() const {
    const std::scoped_lock lock(mutex_);
    return drawn_;
  }

 private:
  void remember(std::uint64_t replicate) const {
    const std::scoped_lock lock(mutex_);
    drawn_.push_back(replicate);
  }

  std::vector<Endpoint> endpoints_;
  std::size_t visits_;
  std::vector<double> effects_;
  mutable std::mutex mutex_;
  mutable std::vector<std::uint64_t> drawn_;
};

}  // namespace equipoise
