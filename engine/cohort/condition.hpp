#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/cohort/delivery.hpp"
#include "engine/cohort/outcome_model.hpp"
#include "engine/design/endpoint.hpp"

namespace equipoise {

/// What a scenario may change about how alike people are who share a site, a therapist or a group: shares of
/// the total variance at follow-up. Empty: as the condition has it.
struct ClusterShares {
  std::optional<double> group;
  std::optional<double> therapist;
  std::optional<double> site;
};

/// What a scenario asks of a condition.
struct ModelRequest {
  std::string profile;
  std::vector<std::string> endpoints;  // measured, in the scenario's order
  std::vector<double> visits;          // months, baseline not listed
  std::vector<std::string> therapies;  // one an arm
  ClusterShares clusters;
};

/// What a published population loses on the way, where the scenario does not say otherwise.
struct ProfileDropout {
  double retention = 1.0;
  std::vector<double> shape_months;  // months, increasing ...
  std::vector<double> shape;         // ... and the share of the loss that has happened by then
  std::string endpoint;
  double per_session = 0.0;
  double last_seen = 0.0;
  double unseen = 0.0;
  double missed_visit = 0.0;
};

/// Draws of a condition's parameters from what is believed of them, all together: [key][draw].
struct PosteriorDraws {
  std::vector<std::string> keys;  // dotted
  std::vector<std::vector<double>> values;

  [[nodiscard]] std::size_t draws() const { return values.empty() ? 0 : values.front().size(); }
};

/// A condition as the engine sees it: names, and the models that they stand for. Loaded from a folder by
/// models/.
class Condition {
 public:
  Condition() = default;
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;
  virtual ~Condition() = default;

  [[nodiscard]] virtual const std::string& name() const = 0;
  [[nodiscard]] virtual std::span<const Endpoint> endpoints() const = 0;
  [[nodiscard]] virtual std::span<const std::string> therapies() const = 0;
  [[nodiscard]] virtual std::span<const std::string> profiles() const = 0;
  [[nodiscard]] virtual Delivery delivery(const std::string& therapy) const = 0;
  [[nodiscard]] virtual ProfileDropout dropout(const std::string& profile) const = 0;
  /// Months over which a therapy group's recruitment is spread: participants enrolled a month, over all
  /// sites.
  [[nodiscard]] virtual double enrolment_rate(const std::string& profile) const = 0;
  [[nodiscard]] virtual std::shared_ptr<const OutcomeModel> outcome_model(
      const ModelRequest& request) const = 0;
  /// What people share where a request does not say otherwise.
  [[nodiscard]] virtual ClusterShares cluster_shares() const { return {}; }
  /// The parameters file as it ran, after overrides.
  [[nodiscard]] virtual const std::string& parameters_text() const = 0;
  /// What a calibration left open; null where there was none.
  [[nodiscard]] virtual std::shared_ptr<const PosteriorDraws> posterior() const { return nullptr; }
  /// Parameters that nobody reported, as dotted keys.
  [[nodiscard]] virtual std::span<const std::string> assumed() const = 0;
};

}  // namespace equipoise
