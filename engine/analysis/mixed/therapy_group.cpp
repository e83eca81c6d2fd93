#include "engine/analysis/mixed/therapy_group.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "engine/analysis/mixed/nested_likelihood.hpp"
#include "engine/analysis/sample.hpp"
#include "engine/analysis/student_test.hpp"
#include "engine/numeric/cholesky.hpp"
#include "engine/numeric/sums.hpp"

namespace equipoise {
namespace {

constexpr int most_iterations = 100;
constexpr int most_halvings = 40;
// Twice what a step is expected to gain in log-likelihood: below it a step is rounding.
constexpr double no_gain = 1e-18;
// The same, where steps no longer raise the log-likelihood.
constexpr double good_enough = 1e-8;
// Groups start with this share of the residual variance: what group therapies are said to have.
constexpr double starting_share = 0.05;
// Where the sizes of groups differ by more than this factor the likelihood may have a second maximum. With
// the residual variances known it takes a factor of two (engine/methods/mixed.md); they are estimated.
constexpr double most_alike = 1.5;
// Variances between groups, as shares of the residual variance, at which it is looked for: its peak is as
// wide as the distance of two of them.
constexpr std::array<double, 4> farther_shares{0.04, 0.2, 1.0, 5.0};
// Steps of the residual variances at each: enough to tell a peak from none.
constexpr int steps_of_residuals = 2;
// What a second maximum must be higher by in log-likelihood: more than rounding.
constexpr double higher = 1e-7;

/// The people of one analysis, column by column: x, then y.
class NestedData {
 public:
  NestedData(const TrialData& data, const Contrast& contrast, const MixedOptions& options,
             const Sample& sample, AnalysisWorkspace& workspace)
      : data_(data), sample_(sample), reals_(workspace.reals), indices_(workspace.indices) {
    arm_of_.fill(0);
    for (const std::uint32_t i : sample.participants) present_[data.arm[i]] = true;
    for (std::size_t arm = 0; arm < present_.size(); ++arm) {
      if (present_[arm]) arm_of_[arm] = static_cast<std::uint8_t>(arms_++);
    }
    add_column([](std::uint32_t) { return 1.0; }, {Term::Kind::intercept, 0, {}});
    add_arms(contrast);
    add_covariates(contrast, options);
    const std::span<double> y = reals_.take(people());
    read_outcome(data, contrast, sample.participants, y);
    origin_ = centre(y);
    columns_[count_++] = y;
    residuals_ = options.residual_by_arm ? arms_ : 1;
    sort_clusters(options.residual_by_arm);
    sum_classes();
  }

  // The design of a trial: intercept, arms, endpoints' baselines, sites.
  static constexpr std::size_t most_columns = 128;

  [[nodiscard]] std::size_t people() const { return sample_.count(); }
  [[nodiscard]] std::size_t columns() const { return count_; }
  [[nodiscard]] std::size_t treatment() const { return treatment_; }
  [[nodiscard]] std::size_t residuals() const { return residuals_; }
  [[nodiscard]] std::size_t clusters() const { return clusters_; }
  [[nodiscard]] bool has_groups() const { return has_groups_; }
  /// Whether the groups' sizes differ enough for two maxima of the likelihood.
  [[nodiscard]] bool differs_in_size() const {
    double smallest = std::numeric_limits<double>::infinity();
    double largest = 0.0;
    for (const ClusterClass& of : classes()) {
      if (!of.grouped) continue;
      smallest = std::min(smallest, static_cast<double>(of.size));
      largest = std::max(largest, static_cast<double>(of.size));
    }
    return largest > most_alike * smallest;
  }
  [[nodiscard]] bool too_wide() const { return too_wide_; }
  [[nodiscard]] double origin() const { return origin_; }
  [[nodiscard]] const Term& term(std::size_t column) const { return terms_[column]; }
  [[nodiscard]] double centre_of(std::size_t column) const { return centres_[column]; }
  [[nodiscard]] std::span<const ClusterClass> classes() const { return {classes_.data(), class_count_}; }
  [[nodiscard]] ArmId arm_of_residual(std::size_t residual) const {
    for (std::size_t arm = 0; arm < present_.size(); ++arm) {
      if (present_[arm] && arm_of_[arm] == residual) return id_at<ArmId>(arm);
    }
    return {};
  }

 private:
  template <class Value>
  void add_column(Value&& value, const Term& term) {
    if (count_ + 2 > most_columns) {
      too_wide_ = true;
      return;
    }
    const std::span<double> column = reals_.take(people());
    for (std::size_t j = 0; j < people(); ++j) column[j] = value(sample_.participants[j]);
    terms_[count_] = term;
    centres_[count_] = 0.0;
    columns_[count_++] = column;
  }

  void add_arms(const Contrast& contrast) {
    for (std::size_t arm = 0; arm < present_.size(); ++arm) {
      if (!present_[arm] || arm == contrast.comparator.index()) continue;
      if (arm == contrast.treatment.index()) treatment_ = count_;
      add_column([&](std::uint32_t i) { return data_.arm[i] == arm ? 1.0 : 0.0; },
                 {Term::Kind::arm, static_cast<std::uint32_t>(arm), {}});
    }
  }

  void add_covariates(const Contrast& contrast, const MixedOptions& options) {
    for (std::size_t k = 0; k < options.adjust.size(); ++k) {
      if (options.adjust[k].kind == Covariate::Kind::site) {
        add_sites();
        continue;
      }
      add_column([](std::uint32_t) { return 0.0; },
                 {Term::Kind::covariate, static_cast<std::uint32_t>(k), {}});
      if (too_wide_) return;
      const std::span<double> column = columns_[count_ - 1];
      read_covariate(data_, contrast, options.adjust[k], sample_.participants, column);
      centres_[count_ - 1] = centre(column);
    }
  }

  void add_sites() {
    std::size_t sites = 0;
    for (const std::uint32_t i : sample_.participants)
      sites = std::max<std::size_t>(sites, data_.site[i] + 1U);
    const std::span<std::uint32_t> seen = indices_.take(sites);
    std::ranges::fill(seen, 0U);
    for (const std::uint32_t i : sample_.participants) seen[data_.site[i]] = 1;
    bool first = true;
    for (std::size_t site = 0; site < sites; ++site) {
      if (seen[site] == 0) continue;
      if (!first) {
        add_column([&](std::uint32_t i) { return data_.site[i] == site ? 1.0 : 0.0; },
                   {Term::Kind::site, static_cast<std::uint32_t>(site), {}});
      }
      first = false;
    }
  }

  /// People in the order of their clusters; a cluster is a therapy group within an arm, or one person.
  void sort_clusters(bool by_arm) {
    order_ = indices_.take(people());
    for (std::size_t j = 0; j < order_.size(); ++j) order_[j] = static_cast<std::uint32_t>(j);
    const auto arm = [&](std::uint32_t j) { return data_.arm[sample_.participants[j]]; };
    const auto group = [&](std::uint32_t j) { return data_.group[sample_.participants[j]]; };
    std::ranges::sort(order_, [&](std::uint32_t a, std::uint32_t b) {
      if (arm(a) != arm(b)) return arm(a) < arm(b);
      return group(a) != group(b) ? group(a) < group(b) : a < b;
    });
    ends_ = indices_.take(people());
    class_of_ = indices_.take(people());
    class_count_ = 0;
    for (std::size_t first = 0; first < order_.size();) {
      std::size_t last = first + 1;
      const bool grouped = group(order_[first]) >= 0;
      while (grouped && last < order_.size() && arm(order_[last]) == arm(order_[first]) &&
             group(order_[last]) == group(order_[first])) {
        ++last;
      }
      has_groups_ = has_groups_ || grouped;
      ends_[clusters_] = static_cast<std::uint32_t>(last);
      const std::size_t residual = by_arm ? arm_of_[arm(order_[first])] : 0;
      class_of_[clusters_++] = find_class(last - first, residual, grouped);
      first = last;
    }
  }

  [[nodiscard]] std::uint32_t find_class(std::size_t size, std::size_t residual, bool grouped) {
    for (std::size_t c = 0; c < class_count_; ++c) {
      ClusterClass& of = classes_[c];
      if (of.size != size || of.residual != residual || of.grouped != grouped) continue;
      of.clusters += 1.0;
      return static_cast<std::uint32_t>(c);
    }
    if (class_count_ == classes_.size()) {
      too_wide_ = true;
      return 0;
    }
    classes_[class_count_] = {size, residual, grouped, 1.0, {}, {}};
    return static_cast<std::uint32_t>(class_count_++);
  }

  void sum_classes() {
    for (std::size_t c = 0; c < class_count_; ++c) {
      classes_[c].products = reals_.take_zeros(count_ * count_);
      classes_[c].of_sums = reals_.take_zeros(count_ * count_);
    }
    const std::span<double> sums = reals_.take(count_);
    const std::span<double> row = reals_.take(count_);
    std::size_t first = 0;
    for (std::size_t cluster = 0; cluster < clusters_; ++cluster) {
      const ClusterClass& of = classes_[class_of_[cluster]];
      std::ranges::fill(sums, 0.0);
      for (std::size_t at = first; at < ends_[cluster]; ++at) {
        for (std::size_t c = 0; c < count_; ++c) {
          row[c] = columns_[c][order_[at]];
          sums[c] += row[c];
        }
        add_outer(row, of.products);
      }
      add_outer(sums, of.of_sums);
      first = ends_[cluster];
    }
  }

  static void add_outer(std::span<const double> v, std::span<double> out) {
    for (std::size_t a = 0; a < v.size(); ++a) {
      for (std::size_t b = 0; b < v.size(); ++b) out[a * v.size() + b] += v[a] * v[b];
    }
  }

  const TrialData& data_;
  Sample sample_;
  Arena<double>& reals_;
  Arena<std::uint32_t>& indices_;
  std::array<bool, 256> present_{};
  std::array<std::uint8_t, 256> arm_of_{};
  std::size_t arms_ = 0;
  std::array<std::span<double>, most_columns> columns_{};
  std::array<Term, most_columns> terms_{};
  std::array<double, most_columns> centres_{};
  std::size_t count_ = 0;
  std::size_t treatment_ = 0;
  std::size_t residuals_ = 1;
  std::array<ClusterClass, 256> classes_{};
  std::size_t class_count_ = 0;
  std::size_t clusters_ = 0;
  bool has_groups_ = false;
  bool too_wide_ = false;
  double origin_ = 0.0;
  std::span<std::uint32_t> order_;
  std::span<std::uint32_t> ends_;
  std::span<std::uint32_t> class_of_;
};

/// Newton's method over the parameters from `first_` on: with 0 all of them, with 1 the residual variances
/// alone, the variance between groups being zero.
class NestedMaximum {
 public:
  NestedMaximum(NestedLikelihood& likelihood, Arena<double>& reals)
      : likelihood_(likelihood),
        m_(likelihood.parameters()),
        information_(reals.take(m_ * m_)),
        factor_(reals.take(m_ * m_)),
        gradient_(reals.take(m_)),
        step_(reals.take(m_)),
        from_(reals.take(m_)),
        to_(reals.take(m_)),
        best_(reals.take(m_)),
        without_(reals.take(m_)) {}

  [[nodiscard]] FitStatus operator()(double variance, const NestedData& people) {
    std::ranges::fill(to_, variance);
    to_[0] = 0.0;
    if (!likelihood_.go_to(to_)) return FitStatus::singular;
    const FitStatus without = climb(1);
    if (without != FitStatus::ok || !people.has_groups()) return without;
    std::ranges::copy(likelihood_.theta(), without_.begin());
    likelihood_.find_gradient(gradient_);
    // Where even the first little variance between groups would lower the likelihood there is none near.
    FitStatus status = FitStatus::boundary;
    if (gradient_[0] > 0.0) {
      start_from(starting_share);
      status = likelihood_.go_to(to_) ? climb(0) : FitStatus::not_converged;
    }
    return people.differs_in_size() ? look_farther(status) : status;
  }
  [[nodiscard]] int iterations() const { return iterations_; }

 private:
  /// The residual variances as they are without variance between groups, and a share of the smallest.
  void start_from(double share) {
    std::ranges::copy(without_, to_.begin());
    to_[0] = share * *std::min_element(without_.begin() + 1, without_.end());
  }

  /// The maximum, or another that is higher.
  [[nodiscard]] FitStatus look_farther(FitStatus status) {
    const bool found = status == FitStatus::ok || status == FitStatus::boundary;
    double highest = found ? likelihood_.log_likelihood() : -std::numeric_limits<double>::infinity();
    std::ranges::copy(likelihood_.theta(), best_.begin());
    bool other = false;
    for (const double share : farther_shares) {
      start_from(share);
      if (!likelihood_.go_to(to_)) continue;
      for (int step = 0; step < steps_of_residuals && find_step(1) && take_step(1); ++step) {
      }
      if (!(likelihood_.log_likelihood() > highest + higher)) continue;
      other = true;
      highest = likelihood_.log_likelihood();
      std::ranges::copy(likelihood_.theta(), best_.begin());
    }
    if (!likelihood_.go_to(best_)) return FitStatus::not_converged;
    return other ? climb(0) : status;
  }

  [[nodiscard]] FitStatus climb(std::size_t first) {
    for (int iteration = 0; iteration < most_iterations; ++iteration) {
      ++iterations_;
      if (!find_step(first)) return FitStatus::singular;
      if (decrement_ <= no_gain) return FitStatus::ok;
      if (take_step(first)) continue;
      const bool near = decrement_ <= good_enough && likelihood_.go_to(from_);
      return near ? FitStatus::ok : FitStatus::not_converged;
    }
    return FitStatus::not_converged;
  }

  [[nodiscard]] bool find_step(std::size_t first) {
    likelihood_.find_gradient(gradient_);
    const std::size_t free = m_ - first;
    for (const auto kind : {NestedLikelihood::Of::observed, NestedLikelihood::Of::average}) {
      likelihood_.find_information(kind, information_);
      for (std::size_t k = 0; k < free; ++k) {
        for (std::size_t l = 0; l < free; ++l)
          factor_[k * free + l] = information_[(k + first) * m_ + l + first];
      }
      const auto factor = factor_.first(free * free);
      if (!factorize(factor, free)) continue;
      const auto step = step_.first(free);
      std::copy_n(gradient_.begin() + static_cast<std::ptrdiff_t>(first), free, step.begin());
      forward_substitute(factor, free, step);
      decrement_ = dot(step, step);
      back_substitute(factor, free, step);
      return std::isfinite(decrement_);
    }
    return false;
  }

  [[nodiscard]] bool take_step(std::size_t first) {
    std::ranges::copy(likelihood_.theta(), from_.begin());
    const double before = likelihood_.log_likelihood();
    double length = 1.0;
    for (int halving = 0; halving < most_halvings; ++halving, length *= 0.5) {
      std::ranges::copy(from_, to_.begin());
      for (std::size_t k = first; k < m_; ++k) to_[k] += length * step_[k - first];
      if (to_[0] < 0.0 || !likelihood_.go_to(to_)) continue;
      if (decrement_ <= 1e-12 || likelihood_.log_likelihood() > before) return true;
    }
    return false;
  }

  NestedLikelihood& likelihood_;
  std::size_t m_;
  std::span<double> information_;
  std::span<double> factor_;
  std::span<double> gradient_;
  std::span<double> step_;
  std::span<double> from_;
  std::span<double> to_;
  std::span<double> best_;
  std::span<double> without_;  // at the maximum without variance between groups
  double decrement_ = 0.0;
  int iterations_ = 0;
};

struct NestedSpread {
  double variance = 0.0;
  double df = 0.0;
};

/// Satterthwaite and Kenward and Roger, as in engine/methods/mmrm.md. Where the variance between groups is
/// zero the expected information, which still knows that it might not have been, stands in for the observed.
NestedSpread spread_of(NestedLikelihood& likelihood, std::span<const double> v, double variance,
                       const MixedOptions& options, bool interior, std::size_t first, Arena<double>& reals) {
  const std::size_t m = likelihood.parameters();
  const std::size_t free = m - first;
  const std::span<double> information = reals.take(m * m);
  const bool observed = options.information == Information::observed && interior;
  likelihood.find_information(observed ? NestedLikelihood::Of::observed : NestedLikelihood::Of::expected,
                              information);
  const std::span<double> factor = reals.take(free * free);
  for (std::size_t k = 0; k < free; ++k) {
    for (std::size_t l = 0; l < free; ++l) factor[k * free + l] = information[(k + first) * m + l + first];
  }
  if (!factorize(factor, free)) return {};
  const std::span<double> w = reals.take(free * free);
  invert(factor, free, w);
  const std::span<double> whole = reals.take_zeros(m * m);
  for (std::size_t k = 0; k < free; ++k) {
    for (std::size_t l = 0; l < free; ++l) whole[(k + first) * m + l + first] = w[k * free + l];
  }
  const std::span<double> gradient = reals.take(m);
  likelihood.find_variance_gradient(v, gradient);
  double spread = 0.0;
  for (std::size_t k = 0; k < m; ++k) {
    for (std::size_t l = 0; l < m; ++l) spread += gradient[k] * whole[k * m + l] * gradient[l];
  }
  const bool adjusts = options.df != DfMethod::satterthwaite;
  const double excess = adjusts ? likelihood.kenward_roger_excess(v, whole) : 0.0;
  return {variance + 2.0 * excess, 2.0 * variance * variance / spread};
}

void describe(const NestedData& people, const NestedLikelihood& likelihood, int iterations,
              FitDetails& details) {
  details.participants = details.observations = people.people();
  details.iterations = iterations;
  details.log_likelihood = likelihood.log_likelihood();
  const std::size_t p = people.columns() - 1;
  for (std::size_t k = 0; k < p; ++k) {
    double value = likelihood.coefficients()[k];
    double variance = likelihood.phi()[k * p + k];
    if (k == 0) {
      value += people.origin();
      for (std::size_t j = 1; j < p; ++j) {
        value -= likelihood.coefficients()[j] * people.centre_of(j);
        variance -= 2.0 * people.centre_of(j) * likelihood.phi()[j];
        for (std::size_t h = 1; h < p; ++h) {
          variance += people.centre_of(j) * people.centre_of(h) * likelihood.phi()[j * p + h];
        }
      }
    }
    details.coefficients.push_back({people.term(k), value, std::sqrt(variance)});
  }
  details.variances.push_back({"therapy_group", {}, likelihood.theta()[0]});
  for (std::size_t r = 0; r < people.residuals(); ++r) {
    EstimatedVariance residual{"residual", {}, likelihood.theta()[1 + r]};
    if (people.residuals() > 1) residual.arm = people.arm_of_residual(r);
    details.variances.push_back(residual);
  }
}

}  // namespace

Estimate therapy_group(const TrialData& data, const Contrast& contrast, const Question& question,
                       const MixedOptions& options, AnalysisWorkspace& workspace, FitDetails* details) {
  const Sample sample = observed_sample(data, contrast, options.arms, options.adjust, workspace);
  if (sample.too_few()) return failed(FitStatus::too_few);
  const NestedData people(data, contrast, options, sample, workspace);
  const std::size_t p = people.columns() - 1;
  if (people.too_wide()) return failed(FitStatus::singular);
  if (people.people() <= p) return failed(FitStatus::too_few);

  NestedLikelihood likelihood(people.classes(), people.columns(), people.residuals(), options.likelihood,
                              workspace.reals);
  double squares = 0.0;
  for (const ClusterClass& of : people.classes()) squares += of.products[p * people.columns() + p];
  if (!(squares > 0.0)) return failed(FitStatus::singular);
  NestedMaximum maximize(likelihood, workspace.reals);
  const FitStatus status = maximize(squares / static_cast<double>(people.people()), people);
  if (status != FitStatus::ok && status != FitStatus::boundary) return failed(status);
  if (details != nullptr) describe(people, likelihood, maximize.iterations(), *details);

  const std::span<double> v = workspace.reals.take(p);
  for (std::size_t k = 0; k < p; ++k) v[k] = likelihood.phi()[k * p + people.treatment()];
  const double variance = v[people.treatment()];
  NestedSpread spread{variance, static_cast<double>(people.people() - p)};
  if (options.df == DfMethod::between_within) {
    spread.df = static_cast<double>(people.clusters()) - static_cast<double>(p);
  } else if (options.df != DfMethod::residual) {
    const std::size_t first = people.has_groups() ? 0 : 1;
    spread = spread_of(likelihood, v, variance, options, status == FitStatus::ok, first, workspace.reals);
  }
  if (!(spread.variance > 0.0) || !(spread.df > 0.0)) return failed(FitStatus::singular);
  Estimate estimate = student_test(likelihood.coefficients()[people.treatment()], std::sqrt(spread.variance),
                                   spread.df, question, workspace);
  estimate.status = status;
  return estimate;
}

}  // namespace equipoise
