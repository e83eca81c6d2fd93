#include "engine/analysis/mixed/nested_data.hpp"

#include <algorithm>
#include <limits>

#include "engine/numeric/sums.hpp"

namespace equipoise {
namespace {

// Where the sizes of groups differ by more than this factor the likelihood may have a second maximum. With
// the residual variances known it takes a factor of two (engine/methods/mixed.md); they are estimated.
constexpr double most_alike = 1.5;

void add_outer(std::span<const double> v, std::span<double> out) {
  for (std::size_t a = 0; a < v.size(); ++a) {
    for (std::size_t b = 0; b < v.size(); ++b) out[a * v.size() + b] += v[a] * v[b];
  }
}

}  // namespace

NestedData::NestedData(const TrialData& data, const Contrast& contrast, const MixedOptions& options,
                       const Sample& sample, AnalysisWorkspace& workspace)
    : data_(data), sample_(sample), reals_(workspace.reals), indices_(workspace.indices) {
  arm_of_.fill(0);
  for (const std::uint32_t i : sample.participants) present_[data.arm[i]] = true;
  for (std::size_t arm = 0; arm < present_.size(); ++arm) {
    if (present_[arm]) arm_of_[arm] = static_cast<std::uint8_t>(arms_++);
  }
  add_column([](std::uint32_t) { return 1.0; }, {Term::Kind::intercept, 0, {}});
  add_arms(contrast);
  add_covariates(contrast, options, own_columns(data, options.adjust, sample.participants, workspace));
  const std::span<double> y = reals_.take(people());
  read_outcome(data, contrast, sample.participants, y);
  origin_ = centre(y);
  columns_[count_++] = y;
  residuals_ = options.residual_by_arm ? arms_ : 1;
  sort_clusters(options.residual_by_arm);
  sum_classes();
}

bool NestedData::differs_in_size() const {
  double smallest = std::numeric_limits<double>::infinity();
  double largest = 0.0;
  for (const ClusterClass& of : classes()) {
    if (!of.grouped) continue;
    smallest = std::min(smallest, static_cast<double>(of.size));
    largest = std::max(largest, static_cast<double>(of.size));
  }
  return largest > most_alike * smallest;
}

ArmId NestedData::arm_of_residual(std::size_t residual) const {
  for (std::size_t arm = 0; arm < present_.size(); ++arm) {
    if (present_[arm] && arm_of_[arm] == residual) return id_at<ArmId>(arm);
  }
  return {};
}

template <class Value>
void NestedData::add_column(Value&& value, const Term& term) {
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

void NestedData::add_arms(const Contrast& contrast) {
  for (std::size_t arm = 0; arm < present_.size(); ++arm) {
    if (!present_[arm] || arm == contrast.comparator.index()) continue;
    if (arm == contrast.treatment.index()) treatment_ = count_;
    add_column([&](std::uint32_t i) { return data_.arm[i] == arm ? 1.0 : 0.0; },
               {Term::Kind::arm, static_cast<std::uint32_t>(arm), {}});
  }
}

void NestedData::add_covariates(const Contrast& contrast, const MixedOptions& options,
                                std::span<const std::uint32_t> own) {
  for (std::size_t k = 0; k < options.adjust.size(); ++k) {
    if (options.adjust[k].kind == Covariate::Kind::site) {
      add_sites();
      continue;
    }
    if (own[k] == 0) continue;
    add_column([](std::uint32_t) { return 0.0; }, {Term::Kind::covariate, static_cast<std::uint32_t>(k), {}});
    if (too_wide_) return;
    const std::span<double> column = columns_[count_ - 1];
    read_covariate(data_, contrast, options.adjust[k], sample_.participants, column);
    centres_[count_ - 1] = centre(column);
  }
}

void NestedData::add_sites() {
  std::size_t sites = 0;
  for (const std::uint32_t i : sample_.participants) sites = std::max<std::size_t>(sites, data_.site[i] + 1U);
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
void NestedData::sort_clusters(bool by_arm) {
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

std::uint32_t NestedData::find_class(std::size_t size, std::size_t residual, bool grouped) {
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

void NestedData::sum_classes() {
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

}  // namespace equipoise
