#include "engine/analysis/gee/gee.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>

#include "engine/analysis/mmrm/contrast_weights.hpp"
#include "engine/analysis/mmrm/fit_repeated.hpp"
#include "engine/analysis/student_test.hpp"
#include "engine/numeric/cholesky.hpp"

namespace equipoise {
namespace {

constexpr int most_iterations = 200;
// Squared length of a step in standard errors, and the change of the correlation, below which both are
// rounding.
constexpr double no_step = 1e-22;
constexpr double no_change = 1e-13;
// Odds that no trial can tell from certainty.
constexpr double certain = 15.0;
// Fay and Graubard (2001), section 2.3: a correction by more than this would come from one cluster alone.
constexpr double most_correction = 0.75;
// Members of a cluster; matrices of a cluster stand on the stack.
constexpr int most_members = 64;

using Square =
    Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor, most_members, most_members>;
using Column = Eigen::Matrix<double, Eigen::Dynamic, 1, Eigen::ColMajor, most_members, 1>;

/// The observations cluster by cluster, with the design row of each.
struct Clusters {
  std::span<double> x;  // observations x coefficients
  std::span<double> y;
  std::span<std::uint32_t> place;  // where an observation stands on the schedule
  std::span<std::uint32_t> ends;   // of each cluster
  std::size_t count = 0;
  std::size_t largest = 0;
};

class ClusterReader {
 public:
  ClusterReader(const TrialData& data, const RepeatedMeasures& measures, const MeanModel& mean,
                AnalysisWorkspace& workspace)
      : data_(data), measures_(measures), mean_(mean), reals_(workspace.reals), indices_(workspace.indices) {}

  [[nodiscard]] Clusters operator()(bool of_groups) {
    const std::size_t people = measures_.participants;
    order_ = indices_.take(people);
    for (std::size_t i = 0; i < people; ++i) order_[i] = static_cast<std::uint32_t>(i);
    const auto group = [&](std::uint32_t i) { return data_.group[measures_.order[i]]; };
    if (of_groups) {
      std::ranges::sort(order_, [&](std::uint32_t a, std::uint32_t b) {
        return group(a) != group(b) ? group(a) < group(b) : a < b;
      });
    }
    out_.x = reals_.take(measures_.observations * mean_.coefficients());
    out_.y = reals_.take(measures_.observations);
    out_.place = indices_.take(measures_.observations);
    out_.ends = indices_.take(people);
    full_ = reals_.take(mean_.full());
    masks_ = indices_.take(people);
    for (const MissingnessPattern& pattern : measures_.patterns) {
      std::fill_n(masks_.begin() + static_cast<std::ptrdiff_t>(pattern.first), pattern.count, pattern.mask);
    }
    for (std::size_t at = 0; at < people; ++at) {
      const bool joins =
          of_groups && at > 0 && group(order_[at]) >= 0 && group(order_[at]) == group(order_[at - 1]);
      if (!joins) ++out_.count;
      add(order_[at]);
      out_.ends[out_.count - 1] = static_cast<std::uint32_t>(next_);
    }
    std::size_t start = 0;
    for (const std::uint32_t end : out_.ends.first(out_.count)) {
      out_.largest = std::max<std::size_t>(out_.largest, end - start);
      start = end;
    }
    return out_;
  }

 private:
  void add(std::size_t i) {
    const std::size_t q = measures_.columns.size();
    for (std::size_t t = 0; t < measures_.visits.size(); ++t) {
      if (((masks_[i] >> t) & 1U) == 0) continue;
      std::ranges::fill(full_, 0.0);
      for (std::size_t j = 0; j < q; ++j) full_[t * q + j] = measures_.x_column(j)[i];
      mean_.compress_vector(full_, out_.x.subspan(next_ * mean_.coefficients(), mean_.coefficients()));
      out_.y[next_] = measures_.y_column(t)[i] + measures_.origin;
      out_.place[next_++] = measures_.positions[t];
    }
  }

  const TrialData& data_;
  const RepeatedMeasures& measures_;
  const MeanModel& mean_;
  Arena<double>& reals_;
  Arena<std::uint32_t>& indices_;
  Clusters out_;
  std::span<std::uint32_t> order_;
  std::span<std::uint32_t> masks_;
  std::span<double> full_;
  std::size_t next_ = 0;
};

/// The equations in Pearson's scale: e = (y - mu) / sd(mu), Z = dmu/deta / sd(mu) X, so that with R the
/// working correlation the step is M sum Z'R^-1 e, M = [sum Z'R^-1 Z]^-1, whatever the scale.
class Equations {
 public:
  Equations(const Clusters& clusters, std::size_t coefficients, const GeeOptions& options,
            Arena<double>& reals)
      : clusters_(clusters), p_(coefficients), options_(options) {
    const std::size_t n = clusters.y.size();
    beta_ = reals.take_zeros(p_);
    e_ = reals.take(n);
    z_ = reals.take(n * p_);
    rz_ = reals.take(clusters.largest * p_);
    information_ = reals.take(p_ * p_);
    m_ = reals.take(p_ * p_);
    step_ = reals.take(p_);
    score_ = reals.take(p_);
    moved_ = reals.take(p_);
  }

  [[nodiscard]] std::span<const double> beta() const { return beta_; }
  [[nodiscard]] std::span<const double> model_covariance() const { return m_; }
  [[nodiscard]] double correlation() const { return alpha_; }
  [[nodiscard]] double scale() const { return phi_; }
  [[nodiscard]] int iterations() const { return iterations_; }

  [[nodiscard]] FitStatus solve() {
    evaluate();
    for (iterations_ = 1; iterations_ <= most_iterations; ++iterations_) {
      if (!find_step()) return largest_ > certain ? FitStatus::separated : FitStatus::not_converged;
      double length = 0.0;
      for (std::size_t k = 0; k < p_; ++k) beta_[k] += step_[k];
      for (std::size_t k = 0; k < p_; ++k) length += step_[k] * score_[k];
      evaluate();
      const double before = alpha_;
      find_correlation();
      if (!std::isfinite(length) || largest_ > 2.0 * certain) return FitStatus::separated;
      if (length <= no_step && std::abs(alpha_ - before) <= no_change) {
        if (!find_step()) return FitStatus::not_converged;
        return options_.link == GeeOptions::Link::logit && largest_ > certain ? FitStatus::separated
                                                                              : FitStatus::ok;
      }
    }
    return largest_ > certain ? FitStatus::separated : FitStatus::not_converged;
  }

  /// The sandwich of l'beta: sum over clusters of (l'M Z'R^-1 A e)^2, A by the correction.
  [[nodiscard]] double robust_variance(std::span<const double> l) {
    for (std::size_t k = 0; k < p_; ++k) {
      moved_[k] = 0.0;
      for (std::size_t j = 0; j < p_; ++j) moved_[k] += m_[k * p_ + j] * l[j];
    }
    double variance = 0.0;
    std::size_t first = 0;
    for (const std::uint32_t end : clusters_.ends.first(clusters_.count)) {
      const double score = corrected_score(first, end - first);
      variance += score * score;
      first = end;
    }
    return variance;
  }

 private:
  void evaluate() {
    largest_ = 0.0;
    for (std::size_t i = 0; i < clusters_.y.size(); ++i) {
      const double* const x = clusters_.x.data() + i * p_;
      double eta = 0.0;
      for (std::size_t k = 0; k < p_; ++k) eta += x[k] * beta_[k];
      double factor = 1.0;
      double mu = eta;
      if (options_.link == GeeOptions::Link::logit) {
        largest_ = std::max(largest_, std::abs(eta));
        mu = 1.0 / (1.0 + std::exp(-eta));
        factor = std::sqrt(mu * (1.0 - mu));
      }
      e_[i] = options_.link == GeeOptions::Link::logit ? (clusters_.y[i] - mu) / factor : clusters_.y[i] - mu;
      for (std::size_t k = 0; k < p_; ++k) z_[i * p_ + k] = factor * x[k];
    }
  }

  [[nodiscard]] double correlation_of(std::size_t i, std::size_t j) const {
    switch (options_.correlation) {
      case GeeOptions::Correlation::independence:
        return 0.0;
      case GeeOptions::Correlation::exchangeable:
        return alpha_;
      case GeeOptions::Correlation::ar1:
        break;
    }
    const auto a = static_cast<int>(clusters_.place[i]);
    const auto b = static_cast<int>(clusters_.place[j]);
    return std::pow(alpha_, std::abs(a - b));
  }

  /// R of a cluster, factored. False where it is no correlation.
  [[nodiscard]] bool factor_correlation(std::size_t first, std::size_t size) {
    const auto n = static_cast<int>(size);
    Square correlation(n, n);
    for (int a = 0; a < n; ++a) {
      for (int b = 0; b < n; ++b) {
        correlation(a, b) =
            a == b ? 1.0
                   : correlation_of(first + static_cast<std::size_t>(a), first + static_cast<std::size_t>(b));
      }
    }
    cholesky_.compute(correlation);
    return cholesky_.info() == Eigen::Success;
  }

  /// R^-1 b of a cluster, column by column; b is size x p, row by row.
  [[nodiscard]] bool solve_correlation(std::size_t first, std::size_t size, const double* b, double* out) {
    if (options_.correlation == GeeOptions::Correlation::independence || size == 1) {
      std::copy_n(b, size * p_, out);
      return true;
    }
    if (options_.correlation == GeeOptions::Correlation::exchangeable) {
      // R^-1 = [1 - alpha / (1 + (n - 1) alpha) J] / (1 - alpha)
      const double whole = 1.0 + static_cast<double>(size - 1) * alpha_;
      if (!(whole > 0.0) || !(alpha_ < 1.0)) return false;
      for (std::size_t k = 0; k < p_; ++k) {
        double sum = 0.0;
        for (std::size_t i = 0; i < size; ++i) sum += b[i * p_ + k];
        for (std::size_t i = 0; i < size; ++i) {
          out[i * p_ + k] = (b[i * p_ + k] - alpha_ / whole * sum) / (1.0 - alpha_);
        }
      }
      return true;
    }
    if (!factor_correlation(first, size)) return false;
    Column column(static_cast<int>(size));
    for (std::size_t k = 0; k < p_; ++k) {
      for (std::size_t i = 0; i < size; ++i) column(static_cast<int>(i)) = b[i * p_ + k];
      cholesky_.solveInPlace(column);
      for (std::size_t i = 0; i < size; ++i) out[i * p_ + k] = column(static_cast<int>(i));
    }
    return true;
  }

  [[nodiscard]] bool find_step() {
    std::ranges::fill(information_, 0.0);
    std::ranges::fill(score_, 0.0);
    std::size_t first = 0;
    for (const std::uint32_t end : clusters_.ends.first(clusters_.count)) {
      const std::size_t size = end - first;
      if (!solve_correlation(first, size, z_.data() + first * p_, rz_.data())) return false;
      for (std::size_t i = 0; i < size; ++i) {
        const double* const z = z_.data() + (first + i) * p_;
        const double* const rz = rz_.data() + i * p_;
        for (std::size_t k = 0; k < p_; ++k) {
          score_[k] += rz[k] * e_[first + i];
          for (std::size_t l = 0; l <= k; ++l) information_[k * p_ + l] += rz[k] * z[l];
        }
      }
      first = end;
    }
    if (!factorize(information_, p_)) return false;
    invert(information_, p_, m_);
    for (std::size_t k = 0; k < p_; ++k) {
      step_[k] = 0.0;
      for (std::size_t l = 0; l < p_; ++l) step_[k] += m_[k * p_ + l] * score_[l];
    }
    return true;
  }

  /// phi = mean e^2; alpha the least-squares fit of the working correlation to the products e e' / phi of all
  /// pairs of a cluster, which for an exchangeable one is their mean.
  void find_correlation() {
    phi_ = 0.0;
    for (const double e : e_) phi_ += e * e;
    phi_ /= static_cast<double>(e_.size());
    if (options_.correlation == GeeOptions::Correlation::independence || !(phi_ > 0.0)) return;
    const bool exchangeable = options_.correlation == GeeOptions::Correlation::exchangeable;
    double gradient = 0.0;
    double weight = 0.0;
    std::size_t first = 0;
    for (const std::uint32_t end : clusters_.ends.first(clusters_.count)) {
      for (std::size_t i = first; i < end; ++i) {
        for (std::size_t j = first; j < i; ++j) {
          const auto lag = static_cast<double>(clusters_.place[i]) - static_cast<double>(clusters_.place[j]);
          const double distance = std::abs(lag);
          const double model = exchangeable ? alpha_ : std::pow(alpha_, distance);
          const double slope = exchangeable ? 1.0 : distance * std::pow(alpha_, distance - 1.0);
          gradient += slope * (e_[i] * e_[j] / phi_ - model);
          weight += slope * slope;
        }
      }
      first = end;
    }
    if (weight > 0.0) alpha_ += gradient / weight;
  }

  /// l'M Z'R^-1 A e of one cluster, with H = Z M Z'R^-1 its leverage:
  ///
  ///   Mancl and DeRouen A = (1 - H)^-1,   Kauermann and Carroll A = (1 - H)^(-1/2)
  ///   Fay and Graubard: each element k of the score by (1 - min(b, [Z'R^-1Z M]_kk))^(-1/2)
  [[nodiscard]] double corrected_score(std::size_t first, std::size_t size) {
    const double* const z = z_.data() + first * p_;
    if (!solve_correlation(first, size, z, rz_.data())) return std::nan("");
    const auto n = static_cast<int>(size);
    if (options_.correction == GeeOptions::Correction::fay_graubard) {
      double total = 0.0;
      for (std::size_t k = 0; k < p_; ++k) {
        double score = 0.0;
        double leverage = 0.0;
        for (std::size_t i = 0; i < size; ++i) {
          score += rz_[i * p_ + k] * e_[first + i];
          double zm = 0.0;
          for (std::size_t l = 0; l < p_; ++l) zm += z[i * p_ + l] * m_[l * p_ + k];
          leverage += rz_[i * p_ + k] * zm;
        }
        total += moved_[k] * score / std::sqrt(1.0 - std::min(most_correction, leverage));
      }
      return total;
    }
    Column left(n);  // R^-1 Z M l
    Column e(n);
    for (int i = 0; i < n; ++i) {
      const auto at = static_cast<std::size_t>(i);
      left(i) = 0.0;
      for (std::size_t k = 0; k < p_; ++k) left(i) += rz_[at * p_ + k] * moved_[k];
      e(i) = e_[first + at];
    }
    if (options_.correction == GeeOptions::Correction::none) return left.dot(e);
    Square zmz(n, n);
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j <= i; ++j) {
        double value = 0.0;
        for (std::size_t k = 0; k < p_; ++k) {
          double row = 0.0;
          for (std::size_t l = 0; l < p_; ++l)
            row += m_[k * p_ + l] * z[static_cast<std::size_t>(j) * p_ + l];
          value += z[static_cast<std::size_t>(i) * p_ + k] * row;
        }
        zmz(i, j) = value;
        zmz(j, i) = value;
      }
    }
    if (!factor_correlation(first, size)) return std::nan("");
    // With R = LL' the leverage is similar to L^-1 ZMZ' L^-T, which is symmetric.
    const Square lower = cholesky_.matrixL();
    Square inner = lower.triangularView<Eigen::Lower>().solve(zmz);
    inner = lower.triangularView<Eigen::Lower>().solve(Square(inner.transpose()));
    const Eigen::SelfAdjointEigenSolver<Square> eigen(inner);
    Column scaled = eigen.eigenvectors().transpose() * lower.triangularView<Eigen::Lower>().solve(e);
    const bool whole = options_.correction == GeeOptions::Correction::mancl_derouen;
    for (int i = 0; i < n; ++i) {
      const double kept = 1.0 - eigen.eigenvalues()(i);
      // What the fit takes whole has no residual to be scaled up.
      scaled(i) = kept > least_own_share ? scaled(i) / (whole ? kept : std::sqrt(kept)) : 0.0;
    }
    const Column corrected = lower * (eigen.eigenvectors() * scaled);
    return left.dot(corrected);
  }

  const Clusters& clusters_;
  std::size_t p_;
  const GeeOptions& options_;
  std::span<double> beta_;
  std::span<double> e_;
  std::span<double> z_;
  std::span<double> rz_;
  std::span<double> information_;
  std::span<double> m_;
  std::span<double> step_;
  std::span<double> score_;
  std::span<double> moved_;
  Eigen::LLT<Square> cholesky_;
  double alpha_ = 0.0;
  double phi_ = 1.0;
  double largest_ = 0.0;
  int iterations_ = 0;
};

bool too_few(const TrialData& data, const RepeatedMeasures& measures, const Contrast& contrast) {
  std::size_t treatment = 0;
  std::size_t comparator = 0;
  for (const std::uint32_t i : measures.order) {
    treatment += data.arm[i] == contrast.treatment.value ? 1U : 0U;
    comparator += data.arm[i] == contrast.comparator.value ? 1U : 0U;
  }
  return contrast.of == Contrast::Of::arms ? treatment < 2 || comparator < 2 : treatment < 2;
}

}  // namespace

Estimate gee(const TrialData& data, const Contrast& contrast, const Question& question,
             const GeeOptions& options, AnalysisWorkspace& workspace, FitDetails* details) {
  RepeatedFit& fit = workspace.repeated;
  fit.key.trial = 0;  // what is read here is no MMRM's
  fit.reals.reset();
  fit.indices.reset();
  const bool of_groups = options.clusters == GeeOptions::Clusters::therapy_groups;
  RepeatedSelection selection{options.adjust, options.arms, false};
  if (of_groups) selection.only_visit = contrast.visit;
  read_repeated_measures(data, contrast, selection, fit.reals, fit.indices, fit.data);
  if (fit.data.visits.empty() || too_few(data, fit.data, contrast)) return failed(FitStatus::too_few);
  const MeanModel mean(fit.data, {}, fit.reals, fit.indices);

  const std::span<double> full = workspace.reals.take(mean.full());
  const ContrastWeights weigh(fit.data, contrast, full);
  const std::span<double> of_visit = workspace.reals.take(fit.data.visits.size());
  if (!weigh(of_visit, workspace.reals.take(fit.data.columns.size()))) return failed(FitStatus::too_few);
  if (!mean.estimable(full)) return failed(FitStatus::singular);
  const std::span<double> l = workspace.reals.take(mean.coefficients());
  mean.compress_vector(full, l);

  const Clusters clusters = ClusterReader(data, fit.data, mean, workspace)(of_groups);
  if (clusters.largest > most_members) return failed(FitStatus::not_converged);
  const double df = options.df == GeeOptions::Df::normal
                        ? std::numeric_limits<double>::infinity()
                        : static_cast<double>(clusters.count) - static_cast<double>(mean.coefficients());
  if (!(df > 0.0)) return failed(FitStatus::too_few);
  Equations equations(clusters, mean.coefficients(), options, workspace.reals);
  const FitStatus status = equations.solve();
  if (status != FitStatus::ok) return failed(status);
  if (details != nullptr) {
    details->participants = fit.data.participants;
    details->observations = fit.data.observations;
    details->iterations = equations.iterations();
    details->variances.push_back({"correlation", {}, equations.correlation()});
    details->variances.push_back({"scale", {}, equations.scale()});
  }
  double value = 0.0;
  for (std::size_t k = 0; k < l.size(); ++k) value += l[k] * equations.beta()[k];
  const double variance = equations.robust_variance(l);
  if (!(variance > 0.0)) return failed(FitStatus::singular);
  return student_test(value, std::sqrt(variance), df, question, workspace);
}

}  // namespace equipoise
