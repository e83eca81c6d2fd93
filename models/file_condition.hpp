#pragma once

#include <string>
#include <vector>

#include "engine/cohort/condition.hpp"
#include "models/condition_file.hpp"
#include "models/trajectory_parameters.hpp"

namespace equipoise {

/// A condition read from its folder. Expects a file without problems (models/condition_loader.hpp checks it).
class FileCondition : public Condition {
 public:
  FileCondition(ConditionFile file, std::string parameters_text, std::vector<std::string> assumed,
                std::shared_ptr<const PosteriorDraws> posterior = nullptr);

  [[nodiscard]] const std::string& name() const override { return file_.name; }
  [[nodiscard]] std::span<const Endpoint> endpoints() const override { return endpoints_; }
  [[nodiscard]] std::span<const std::string> therapies() const override { return therapies_; }
  [[nodiscard]] std::span<const std::string> profiles() const override { return profiles_; }
  [[nodiscard]] Delivery delivery(const std::string& therapy) const override;
  [[nodiscard]] ProfileDropout dropout(const std::string& profile) const override;
  [[nodiscard]] double enrolment_rate(const std::string& profile) const override;
  [[nodiscard]] std::shared_ptr<const OutcomeModel> outcome_model(const ModelRequest& request) const override;
  [[nodiscard]] ClusterShares cluster_shares() const override;
  [[nodiscard]] const std::string& parameters_text() const override { return parameters_text_; }
  [[nodiscard]] std::span<const std::string> assumed() const override { return assumed_; }
  [[nodiscard]] std::shared_ptr<const PosteriorDraws> posterior() const override { return posterior_; }

  /// The parameters of the model that `outcome_model` makes.
  [[nodiscard]] TrajectoryParameters trajectory_parameters(const ModelRequest& request) const;

 private:
  [[nodiscard]] EndpointCourse endpoint_course(std::size_t endpoint, const ProfilePart& profile) const;
  [[nodiscard]] TherapyCourse therapy_course(const std::string& therapy) const;
  [[nodiscard]] std::size_t index_of(const std::string& endpoint) const;

  ConditionFile file_;
  std::string parameters_text_;
  std::vector<std::string> assumed_;
  std::shared_ptr<const PosteriorDraws> posterior_;
  std::vector<Endpoint> endpoints_;
  std::vector<std::string> therapies_;
  std::vector<std::string> profiles_;
};

/// The endpoints' correlation matrix that a file's pairs make.
[[nodiscard]] Eigen::MatrixXd correlation_matrix(const ConditionFile& file);

/// The time structure of one endpoint.
[[nodiscard]] TimeStructure time_structure(const EndpointPart& endpoint);

}  // namespace equipoise
