// The estimating equations again, cluster by cluster with whole matrices and inverses, at what the analysis
// says of its own coefficients.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include "engine/analysis/gee/leverage.hpp"
#include "tests/unit/analysis/repeated_trial.hpp"

namespace equipoise {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using Correlation = GeeOptions::Correlation;
using Correction = GeeOptions::Correction;

struct Cluster {
  MatrixXd x;
  VectorXd y;
  std::vector<int> places;
};

/// The inverse square root, by the iteration of Denman and Beavers (1976).
MatrixXd inverse_root(MatrixXd a) {
  MatrixXd z = MatrixXd::Identity(a.rows(), a.cols());
  for (int k = 0; k < 40; ++k) {
    const MatrixXd next = 0.5 * (a + z.inverse());
    z = 0.5 * (z + a.inverse());
    a = next;
  }
  return z;
}

struct Written {
  VectorXd score;       // sum Z'R^-1 e, in units of its own information
  MatrixXd covariance;  // the sandwich
  double correlation;   // that of the residuals, exchangeable
  double scale;
};

class WrittenOut {
 public:
  WrittenOut(std::vector<Cluster> clusters, const GeeOptions& options, VectorXd beta, double alpha)
      : clusters_(std::move(clusters)), options_(options), beta_(std::move(beta)), alpha_(alpha) {}

  [[nodiscard]] Written operator()() const {
    const auto p = beta_.size();
    MatrixXd information = MatrixXd::Zero(p, p);
    VectorXd score = VectorXd::Zero(p);
    double squares = 0.0;
    double pairs = 0.0;
    double products = 0.0;
    double count = 0.0;
    for (const Cluster& cluster : clusters_) {
      const Parts of = parts(cluster);
      information += of.z.transpose() * of.r.inverse() * of.z;
      score += of.z.transpose() * of.r.inverse() * of.e;
      squares += of.e.squaredNorm();
      products += 0.5 * (of.e.sum() * of.e.sum() - of.e.squaredNorm());
      const auto n = static_cast<double>(of.e.size());
      pairs += 0.5 * n * (n - 1.0);
      count += n;
    }
    const MatrixXd m = information.inverse();
    MatrixXd meat = MatrixXd::Zero(p, p);
    for (const Cluster& cluster : clusters_) {
      const VectorXd corrected = corrected_score(parts(cluster), m);
      meat += corrected * corrected.transpose();
    }
    const double scale = squares / count;
    return {m * score, m * meat * m, products / pairs / scale, scale};
  }

 private:
  struct Parts {
    MatrixXd z;
    MatrixXd r;
    VectorXd e;
  };

  [[nodiscard]] Parts parts(const Cluster& cluster) const {
    const VectorXd eta = cluster.x * beta_;
    Parts of{cluster.x, MatrixXd::Identity(eta.size(), eta.size()), cluster.y - eta};
    for (Eigen::Index i = 0; i < eta.size(); ++i) {
      if (options_.link == GeeOptions::Link::logit) {
        const double mu = 1.0 / (1.0 + std::exp(-eta(i)));
        const double sd = std::sqrt(mu * (1.0 - mu));
        of.e(i) = (cluster.y(i) - mu) / sd;
        of.z.row(i) *= sd;
      }
      for (Eigen::Index j = 0; j < i; ++j) {
        const int distance =
            cluster.places[static_cast<std::size_t>(i)] - cluster.places[static_cast<std::size_t>(j)];
        const double exchangeable = options_.correlation == Correlation::exchangeable ? alpha_ : 0.0;
        of.r(i, j) = of.r(j, i) =
            options_.correlation == Correlation::ar1 ? std::pow(alpha_, distance) : exchangeable;
      }
    }
    return of;
  }

  [[nodiscard]] VectorXd corrected_score(const Parts& of, const MatrixXd& m) const {
    const MatrixXd half = of.z.transpose() * of.r.inverse();
    const MatrixXd left = MatrixXd::Identity(of.e.size(), of.e.size()) - of.z * m * half;
    VectorXd score = half * of.e;
    if (options_.correction == Correction::mancl_derouen) score = half * left.inverse() * of.e;
    if (options_.correction == Correction::kauermann_carroll) score = half * inverse_root(left) * of.e;
    if (options_.correction == Correction::fay_graubard) {
      const MatrixXd q = half * of.z * m;
      for (Eigen::Index k = 0; k < score.size(); ++k) score(k) /= std::sqrt(1.0 - std::min(0.75, q(k, k)));
    }
    return score;
  }

  std::vector<Cluster> clusters_;
  const GeeOptions& options_;
  VectorXd beta_;
  double alpha_;
};

struct Answer {
  Estimate estimate;
  FitDetails details;
};

Answer answer_of(const TrialData& data, const Contrast& contrast, const GeeOptions& options) {
  AnalysisWorkspace workspace;
  Answer answer;
  answer.estimate = analyse(data, contrast, usual_question(), options, workspace, &answer.details);
  return answer;
}

/// The column of a participant at a visit that a coefficient multiplies.
double column(const TrialData& data, std::size_t i, std::uint32_t visit, const Term& term,
              EndpointId endpoint) {
  if (term.visit && term.visit->value != visit) return 0.0;
  if (term.kind == Term::Kind::arm) return data.arm[i] == term.index ? 1.0 : 0.0;
  if (term.kind == Term::Kind::covariate) return data.values.at(endpoint, baseline_visit)[i];
  return 1.0;
}

void add_rows(const TrialData& data, std::size_t i, std::span<const std::uint32_t> visits,
              const Answer& answer, const GeeOptions& options, Cluster& cluster) {
  for (const std::uint32_t v : visits) {
    const double value = data.values.at(EndpointId{0}, VisitId{v})[i];
    if (std::isnan(value)) continue;
    const auto row = cluster.y.size();
    const auto p = static_cast<Eigen::Index>(answer.details.coefficients.size());
    cluster.x.conservativeResize(row + 1, p);
    cluster.y.conservativeResize(row + 1);
    cluster.y(row) = value;
    cluster.places.push_back(static_cast<int>(v));
    for (Eigen::Index k = 0; k < p; ++k) {
      const EndpointId endpoint = options.adjust.empty() ? EndpointId{0} : options.adjust[0].endpoint;
      cluster.x(row, k) =
          column(data, i, v, answer.details.coefficients[static_cast<std::size_t>(k)].term, endpoint);
    }
  }
}

void expect_agreement(std::vector<Cluster> clusters, const GeeOptions& options, const Answer& answer) {
  ASSERT_EQ(answer.estimate.status, FitStatus::ok);
  const auto& coefficients = answer.details.coefficients;
  VectorXd beta(static_cast<Eigen::Index>(coefficients.size()));
  for (Eigen::Index k = 0; k < beta.size(); ++k) beta(k) = coefficients[static_cast<std::size_t>(k)].value;
  const double alpha = answer.details.variances[0].value;
  const Written written = WrittenOut(std::move(clusters), options, beta, alpha)();
  EXPECT_LT(written.score.cwiseAbs().maxCoeff(), 1e-10);
  EXPECT_NEAR(answer.details.variances[1].value, written.scale, 1e-10);
  if (options.correlation == Correlation::exchangeable) {
    EXPECT_NEAR(alpha, written.correlation, 1e-10);
  }
  for (Eigen::Index k = 0; k < beta.size(); ++k) {
    EXPECT_NEAR(coefficients[static_cast<std::size_t>(k)].se / std::sqrt(written.covariance(k, k)), 1.0,
                1e-9);
  }
}

struct Case {
  GeeOptions::Link link;
  Correlation correlation;
  Correction correction;
};

class Gee : public testing::TestWithParam<Case> {
 protected:
  [[nodiscard]] static GeeOptions options() {
    GeeOptions options;
    options.link = GetParam().link;
    options.correlation = GetParam().correlation;
    options.correction = GetParam().correction;
    return options;
  }
  /// Fay and Graubard's correction goes element by element: it depends on the columns, which the analysis
  /// centres.
  static void adjust_for(EndpointId endpoint, GeeOptions& options) {
    if (options.correction == Correction::fay_graubard) return;
    options.adjust = {{Covariate::Kind::baseline, endpoint, false}};
  }
  static void make_binary(TrialData& data) {
    if (GetParam().link == GeeOptions::Link::identity) return;
    for (std::uint32_t v = 1; v < data.values.visits(); ++v) {
      for (double& value : data.values.at(EndpointId{0}, VisitId{v})) {
        if (!std::isnan(value)) value = value > 4.6 ? 1.0 : 0.0;
      }
    }
  }
};

TEST_P(Gee, OverVisitsAgreesWithWholeMatrices) {
  RepeatedTrial trial(45, 4);
  trial.lose_some();
  make_binary(trial.data);
  GeeOptions of = options();
  adjust_for(EndpointId{0}, of);
  const Answer answer = answer_of(trial.data, contrast_at(4), of);
  std::vector<Cluster> clusters;
  const std::vector<std::uint32_t> visits = {1, 2, 3, 4};
  for (std::size_t i = 0; i < trial.data.participants(); ++i) {
    Cluster cluster;
    add_rows(trial.data, i, visits, answer, of, cluster);
    if (cluster.y.size() > 0) clusters.push_back(std::move(cluster));
  }
  expect_agreement(std::move(clusters), of, answer);
}

TEST_P(Gee, OfLargeAndSmallGroupsAgreesWithWholeMatrices) {
  if (GetParam().correlation == Correlation::ar1) return;  // members have no order
  RepeatedTrial trial(300, 1);
  // Arm 1 in a group of 75, one of 50 and small ones; arm 0 on its own.
  for (std::size_t i = 1; i < 300; i += 2) {
    trial.data.group[i] = i < 150 ? 0 : i < 250 ? 1 : static_cast<std::int32_t>(i / 10);
  }
  make_binary(trial.data);
  GeeOptions of = options();
  of.clusters = GeeOptions::Clusters::therapy_groups;
  adjust_for(EndpointId{1}, of);
  const Answer answer = answer_of(trial.data, contrast_at(1), of);
  std::vector<Cluster> clusters;
  std::vector<std::size_t> place(100, 0);  // of a group's cluster, one beyond
  for (std::size_t i = 0; i < 300; ++i) {
    const std::int32_t group = trial.data.group[i];
    const bool known = group >= 0 && place[static_cast<std::size_t>(group)] > 0;
    if (!known) clusters.emplace_back();
    if (!known && group >= 0) place[static_cast<std::size_t>(group)] = clusters.size();
    Cluster& cluster = known ? clusters[place[static_cast<std::size_t>(group)] - 1] : clusters.back();
    add_rows(trial.data, i, std::vector<std::uint32_t>{1}, answer, of, cluster);
  }
  expect_agreement(std::move(clusters), of, answer);
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const auto& link : NamesOf<GeeOptions::Link>::all) {
    for (const auto& correlation : NamesOf<Correlation>::all) {
      for (const auto& correction : NamesOf<Correction>::all) {
        cases.push_back({link.value, correlation.value, correction.value});
      }
    }
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Words, Gee, testing::ValuesIn(all_cases()), [](const auto& the) {
  return std::string(name_of(the.param.link)) + "_" + std::string(name_of(the.param.correlation)) + "_" +
         std::string(name_of(the.param.correction));
});

TEST(Leverage, AClusterThatAnArmRestsOnHasNoResidualToScaleUp) {
  // The only group of the treatment arm: its mean is fitted whole, and the rest of it is left.
  RepeatedTrial trial(40, 1);
  for (std::size_t i = 1; i < 40; i += 2) trial.data.group[i] = 0;
  GeeOptions options;
  options.clusters = GeeOptions::Clusters::therapy_groups;
  options.correlation = Correlation::independence;
  for (const Correction correction : {Correction::mancl_derouen, Correction::kauermann_carroll}) {
    options.correction = correction;
    const Estimate estimate = answer_of(trial.data, contrast_at(1), options).estimate;
    EXPECT_EQ(estimate.status, FitStatus::ok);
    // The comparator's mean alone is uncertain: 20 people, each with a leverage of 1/20.
    double mean = 0.0;
    double squares = 0.0;
    for (std::size_t i = 0; i < 40; i += 2) mean += trial.value(i, 1) / 20.0;
    for (std::size_t i = 0; i < 40; i += 2) squares += std::pow(trial.value(i, 1) - mean, 2);
    const double kept = correction == Correction::mancl_derouen ? std::pow(0.95, 2) : 0.95;
    EXPECT_NEAR(estimate.se, std::sqrt(squares / kept) / 20.0, 1e-9);
  }
}

TEST(Leverage, TheFastWaysAgreeWithTheEigenvalues) {
  const MatrixXd r = MatrixXd::Identity(3, 3) * 0.7 + MatrixXd::Constant(3, 3, 0.3);
  const MatrixXd root = (MatrixXd(3, 2) << 0.2, -0.1, 0.3, 0.25, -0.15, 0.2).finished();
  const MatrixXd a = root * root.transpose();
  const MatrixXd r_inverse = r.inverse();
  const VectorXd e = (VectorXd(3) << 1.0, -2.0, 0.5).finished();
  const VectorXd weight = (VectorXd(3) << 0.3, 0.1, -0.4).finished();
  const VectorXd left = r_inverse * weight;

  MatrixXd difference = r - a;
  VectorXd spent = e;
  double answer = 0.0;
  double smallest = 0.0;
  correct_by_inverse(3, r.data(), difference.data(), weight.data(), spent.data(), answer, smallest);
  EXPECT_GT(smallest, 0.5);
  EXPECT_NEAR(answer,
              correct_exactly(3, a.data(), r.data(), left.data(), e.data(), Correction::mancl_derouen),
              1e-14);

  spent = e;
  correct_by_series(3, a.data(), r_inverse.data(), left.data(), spent.data(), (a * r_inverse).trace(),
                    answer);
  EXPECT_NEAR(answer,
              correct_exactly(3, a.data(), r.data(), left.data(), e.data(), Correction::kauermann_carroll),
              1e-14);
}

}  // namespace
}  // namespace equipoise
