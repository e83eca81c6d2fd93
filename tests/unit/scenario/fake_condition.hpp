#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "engine/cohort/condition.hpp"

namespace equipoise::testing_support {

/// Everybody's value is the same number, whatever is drawn.
class FakeModel : public OutcomeModel {
 public:
  FakeModel(std::vector<Endpoint> endpoints, std::size_t visits, double entry)
      : endpoints_(std::move(endpoints)), visits_(visits), entry_(entry) {}

  [[nodiscard]] std::span<const Endpoint> endpoints() const override { return endpoints_; }
  [[nodiscard]] std::size_t visit_count() const override { return visits_; }
  [[nodiscard]] std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<Scratch>(); }
  void draw(const Streams&, const People& people, const Influences&, Scratch&,
            Columns& truth) const override {
    truth.resize(people.count(), endpoints_.size(), visits_);
    for (std::size_t e = 0; e < endpoints_.size(); ++e) {
      for (std::size_t v = 0; v < visits_; ++v) {
        std::ranges::fill(truth.at(id_at<EndpointId>(e), id_at<VisitId>(v)), 1.0);
      }
    }
  }
  [[nodiscard]] double entry_rate(const Streams&, std::size_t) const override { return entry_; }
  [[nodiscard]] Scale baseline_scale(EndpointId) const override { return {}; }

 private:
  std::vector<Endpoint> endpoints_;
  std::size_t visits_;
  double entry_;
};

/// A condition of four endpoints, one of each kind.
class FakeCondition : public Condition {
 public:
  double entry = 1.0;
  ProfileDropout losses{.retention = 0.6, .shape_months = {6, 12}, .shape = {0.5, 1.0}, .endpoint = "pain"};

  FakeCondition() {
    Endpoint pain{
        .name = "pain", .instrument = {}, .unit = "points", .kind = EndpointKind::score, .maximum = 10.0};
    Endpoint dose{.name = "dose", .instrument = {}, .unit = "mg", .kind = EndpointKind::amount};
    Endpoint misuse{.name = "misuse", .instrument = {}, .unit = {}, .kind = EndpointKind::state};
    Endpoint mood{.name = "mood", .instrument = {}, .unit = {}, .kind = EndpointKind::continuous};
    mood.better = Direction::higher_better;
    endpoints_ = {pain, dose, misuse, mood};
  }

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] std::span<const Endpoint> endpoints() const override { return endpoints_; }
  [[nodiscard]] std::span<const std::string> therapies() const override { return therapies_; }
  [[nodiscard]] std::span<const std::string> profiles() const override { return profiles_; }
  [[nodiscard]] Delivery delivery(const std::string& therapy) const override {
    Delivery delivery;
    delivery.in_groups = therapy == "grouped";
    return delivery;
  }
  [[nodiscard]] ProfileDropout dropout(const std::string&) const override { return losses; }
  [[nodiscard]] double enrolment_rate(const std::string&) const override { return 12.0; }
  [[nodiscard]] std::shared_ptr<const OutcomeModel> outcome_model(
      const ModelRequest& request) const override {
    std::vector<Endpoint> measured;
    for (const std::string& wanted : request.endpoints) {
      measured.push_back(*std::ranges::find(endpoints_, wanted, &Endpoint::name));
    }
    return std::make_shared<FakeModel>(measured, request.visits.size() + 1, entry);
  }
  [[nodiscard]] const std::string& parameters_text() const override { return text_; }
  [[nodiscard]] std::span<const std::string> assumed() const override { return assumed_; }

 private:
  std::string name_ = "fake";
  std::string text_ = "x = 1\n";
  std::vector<Endpoint> endpoints_;
  std::vector<std::string> therapies_ = {"talk", "grouped", "nothing"};
  std::vector<std::string> profiles_ = {"usual", "other"};
  std::vector<std::string> assumed_ = {"x"};
};

}  // namespace equipoise::testing_support
