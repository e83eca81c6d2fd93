#include "engine/analysis/mmrm/read_repeated_measures.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "engine/analysis/sample.hpp"
#include "engine/numeric/sums.hpp"

namespace equipoise {
namespace {

// Up to so many bits of a pattern's code, patterns are counted in a table; beyond, participants are sorted.
constexpr std::size_t most_table_bits = 10;

constexpr std::uint32_t left_out = ~std::uint32_t{0};

bool needs_baseline(const Transform& transform) {
  return transform.kind == Transform::Kind::change || transform.kind == Transform::Kind::responder;
}

/// Reads a trial in passes, each over whole columns.
class Reader {
 public:
  Reader(const TrialData& data, const Contrast& contrast, const RepeatedSelection& selection,
         Arena<double>& reals, Arena<std::uint32_t>& indices, RepeatedMeasures& out)
      : data_(data),
        contrast_(contrast),
        selection_(selection),
        reals_(reals),
        indices_(indices),
        out_(out) {}

  void operator()() {
    find_visits();
    find_arms();
    sort_by_pattern();
    out_.order = order_;
    name_columns();
    read_x();
    read_y();
    sum_products();
  }

 private:
  [[nodiscard]] bool in_model(std::uint8_t arm) const {
    return selection_.arms == ModelArms::all || arm == contrast_.treatment.value ||
           arm == contrast_.comparator.value;
  }

  /// For each participant the bits of the listed visits that were seen, or left_out.
  void mark_seen() {
    const std::size_t everybody = data_.participants();
    code_ = indices_.take(everybody);
    std::fill(code_.begin(), code_.end(), 0U);
    for (std::size_t t = 0; t < out_.visits.size(); ++t) {
      const std::span<const double> value = data_.values.at(contrast_.endpoint, out_.visits[t]);
      for (std::size_t i = 0; i < everybody; ++i) {
        code_[i] |= static_cast<std::uint32_t>(!std::isnan(value[i])) << t;
      }
    }
    for (std::size_t i = 0; i < everybody; ++i) {
      if (code_[i] == 0 || !in_model(data_.arm[i])) code_[i] = left_out;
    }
    const auto require_baseline = [&](EndpointId endpoint) {
      const std::span<const double> value = data_.values.at(endpoint, baseline_visit);
      for (std::size_t i = 0; i < everybody; ++i) {
        if (std::isnan(value[i])) code_[i] = left_out;
      }
    };
    if (needs_baseline(contrast_.transform)) require_baseline(contrast_.endpoint);
    for (const Covariate& covariate : selection_.adjust) {
      if (covariate.kind == Covariate::Kind::baseline) require_baseline(covariate.endpoint);
    }
  }

  /// The visits after baseline at which somebody was seen, and who was seen when.
  void find_visits() {
    out_.visits.clear();
    for (std::size_t v = 1; v < data_.values.visits(); ++v) {
      const auto visit = id_at<VisitId>(v);
      if (!selection_.only_visit || visit == *selection_.only_visit) out_.visits.push_back(visit);
    }
    mark_seen();
    std::uint32_t by_anybody = 0;
    for (const std::uint32_t code : code_) by_anybody |= code == left_out ? 0U : code;
    const std::size_t all = out_.visits.size();
    std::size_t place = 0;
    std::erase_if(out_.visits, [&](VisitId) { return ((by_anybody >> place++) & 1U) == 0; });
    if (out_.visits.size() < all) mark_seen();
    out_.positions.clear();
    for (const VisitId visit : out_.visits) out_.positions.push_back(visit.value);
  }

  void find_arms() {
    out_.arms.clear();
    std::array<bool, 256> present{};
    for (std::size_t i = 0; i < code_.size(); ++i) present[data_.arm[i]] |= code_[i] != left_out;
    for (std::size_t arm = 0; arm < present.size(); ++arm) {
      if (present[arm]) out_.arms.push_back(static_cast<std::uint8_t>(arm));
    }
    out_.groups = selection_.covariance_by_arm ? std::max<std::size_t>(out_.arms.size(), 1) : 1;
  }

  [[nodiscard]] std::uint64_t key(std::uint32_t participant) const {
    const std::uint64_t group = out_.groups > 1 ? place_of_arm(data_.arm[participant]) : 0;
    return (group << out_.visits.size()) | code_[participant];
  }
  [[nodiscard]] std::size_t place_of_arm(std::uint8_t arm) const {
    return static_cast<std::size_t>(std::ranges::find(out_.arms, arm) - out_.arms.begin());
  }

  void add_pattern(std::uint64_t key, std::size_t first, std::size_t count) {
    const std::uint64_t masks = std::uint64_t{1} << out_.visits.size();
    MissingnessPattern& pattern = out_.patterns.emplace_back();
    pattern.mask = static_cast<std::uint32_t>(key % masks);
    pattern.group = static_cast<std::uint32_t>(key / masks);
    pattern.first = first;
    pattern.count = count;
    out_.observations += count * static_cast<std::size_t>(std::popcount(pattern.mask));
  }

  void sort_by_pattern() {
    out_.patterns.clear();
    out_.observations = 0;
    order_ = indices_.take(code_.size());
    const std::size_t codes = out_.groups << out_.visits.size();
    if (out_.visits.size() <= most_table_bits && codes <= (std::size_t{4} << most_table_bits)) {
      count_patterns(codes);
    } else {
      sort_participants();
    }
  }

  void count_patterns(std::size_t codes) {
    const std::span<std::uint32_t> place = indices_.take(codes);
    std::fill(place.begin(), place.end(), 0U);
    for (std::size_t i = 0; i < code_.size(); ++i) {
      if (code_[i] != left_out) ++place[key(static_cast<std::uint32_t>(i))];
    }
    std::uint32_t next = 0;
    for (std::size_t code = 0; code < codes; ++code) {
      const std::uint32_t count = place[code];
      if (count > 0) add_pattern(code, next, count);
      place[code] = next;
      next += count;
    }
    out_.participants = next;
    for (std::size_t i = 0; i < code_.size(); ++i) {
      if (code_[i] == left_out) continue;
      order_[place[key(static_cast<std::uint32_t>(i))]++] = static_cast<std::uint32_t>(i);
    }
    order_ = order_.first(out_.participants);
  }

  void sort_participants() {
    std::size_t count = 0;
    for (std::size_t i = 0; i < code_.size(); ++i) {
      if (code_[i] != left_out) order_[count++] = static_cast<std::uint32_t>(i);
    }
    order_ = order_.first(count);
    out_.participants = count;
    std::ranges::sort(order_, [&](std::uint32_t a, std::uint32_t b) {
      const std::uint64_t of_a = key(a);
      const std::uint64_t of_b = key(b);
      return of_a != of_b ? of_a < of_b : a < b;
    });
    for (std::size_t first = 0; first < count;) {
      std::size_t last = first + 1;
      while (last < count && key(order_[last]) == key(order_[first])) ++last;
      add_pattern(key(order_[first]), first, last - first);
      first = last;
    }
  }

  void find_sites() {
    out_.sites.clear();
    for (const std::uint32_t i : order_) {
      const std::uint32_t site = data_.site[i];
      const auto place = std::ranges::lower_bound(out_.sites, site);
      if (place == out_.sites.end() || *place != site) out_.sites.insert(place, site);
    }
  }

  void name_columns() {
    out_.columns.clear();
    out_.columns.push_back({{Term::Kind::intercept, 0, {}}});
    for (std::size_t a = 1; a < out_.arms.size(); ++a) {
      out_.columns.push_back({{Term::Kind::arm, out_.arms[a], {}}});
    }
    for (std::size_t k = 0; k < selection_.adjust.size(); ++k) {
      const Covariate& covariate = selection_.adjust[k];
      if (covariate.kind == Covariate::Kind::baseline) {
        MeanColumn& column = out_.columns.emplace_back();
        column.term = {Term::Kind::covariate, static_cast<std::uint32_t>(k), {}};
        column.by_visit = covariate.by_visit;
        column.factor = covariate.factor;
        continue;
      }
      find_sites();
      for (std::size_t s = 1; s < out_.sites.size(); ++s) {
        out_.columns.push_back({{Term::Kind::site, out_.sites[s], {}}, covariate.by_visit});
      }
    }
  }

  void read_x() {
    const std::size_t count = out_.participants;
    out_.x = reals_.take(out_.columns.size() * count);
    for (std::size_t j = 0; j < out_.columns.size(); ++j) {
      MeanColumn& column = out_.columns[j];
      const std::span<double> x = out_.x.subspan(j * count, count);
      switch (column.term.kind) {
        case Term::Kind::arm:
          for (std::size_t i = 0; i < count; ++i)
            x[i] = static_cast<double>(data_.arm[order_[i]] == column.term.index);
          break;
        case Term::Kind::site:
          for (std::size_t i = 0; i < count; ++i)
            x[i] = static_cast<double>(data_.site[order_[i]] == column.term.index);
          break;
        case Term::Kind::covariate:
          read_covariate(data_, contrast_, selection_.adjust[column.term.index], order_, x);
          standardize(x, column);
          break;
        default:
          std::fill(x.begin(), x.end(), 1.0);
      }
    }
  }

  static void standardize(std::span<double> x, MeanColumn& column) {
    if (x.empty()) return;
    column.centre = centre(x);
    const double spread = std::sqrt(dot(x, x) / static_cast<double>(x.size()));
    // A power of two takes no digit.
    column.scale = spread > 0.0 ? std::exp2(std::round(std::log2(spread))) : 1.0;
    const double inverse = 1.0 / column.scale;
    for (double& value : x) value *= inverse;
  }

  void read_y() {
    const std::size_t count = out_.participants;
    out_.y = reals_.take(out_.visits.size() * count);
    double total = 0.0;
    for (std::size_t t = 0; t < out_.visits.size(); ++t) {
      Contrast at_visit = contrast_;
      at_visit.visit = out_.visits[t];
      const std::span<double> y = out_.y.subspan(t * count, count);
      read_outcome(data_, at_visit, order_, y);
      for (const MissingnessPattern& pattern : out_.patterns) {
        const std::span<double> part = y.subspan(pattern.first, pattern.count);
        if (!pattern.seen(t)) {
          std::fill(part.begin(), part.end(), 0.0);
        } else {
          total += sum(part);
        }
      }
    }
    out_.origin = out_.observations > 0 ? total / static_cast<double>(out_.observations) : 0.0;
    for (std::size_t t = 0; t < out_.visits.size(); ++t) {
      for (const MissingnessPattern& pattern : out_.patterns) {
        if (!pattern.seen(t)) continue;
        for (double& value : out_.y.subspan(t * count + pattern.first, pattern.count)) value -= out_.origin;
      }
    }
  }

  void sum_products() {
    const std::size_t q = out_.columns.size();
    const std::size_t visits = out_.visits.size();
    for (MissingnessPattern& pattern : out_.patterns) {
      const auto part = [&](std::span<const double> column) {
        return column.subspan(pattern.first, pattern.count);
      };
      pattern.xx = reals_.take(q * q);
      for (std::size_t j = 0; j < q; ++j) {
        for (std::size_t k = 0; k <= j; ++k) {
          const double value = j == 0   ? static_cast<double>(pattern.count)
                               : k == 0 ? sum(part(out_.x_column(j)))
                                        : dot(part(out_.x_column(j)), part(out_.x_column(k)));
          pattern.xx[j * q + k] = value;
          pattern.xx[k * q + j] = value;
        }
      }
      pattern.yx = reals_.take_zeros(visits * q);
      pattern.yy = reals_.take_zeros(visits * visits);
      for (std::size_t t = 0; t < visits; ++t) {
        if (!pattern.seen(t)) continue;
        const std::span<const double> y = part(out_.y_column(t));
        pattern.yx[t * q] = sum(y);
        for (std::size_t j = 1; j < q; ++j) pattern.yx[t * q + j] = dot(y, part(out_.x_column(j)));
        for (std::size_t s = 0; s <= t; ++s) {
          if (!pattern.seen(s)) continue;
          const double value = dot(y, part(out_.y_column(s)));
          pattern.yy[t * visits + s] = value;
          pattern.yy[s * visits + t] = value;
        }
      }
    }
  }

  const TrialData& data_;
  const Contrast& contrast_;
  const RepeatedSelection& selection_;
  Arena<double>& reals_;
  Arena<std::uint32_t>& indices_;
  RepeatedMeasures& out_;
  std::span<std::uint32_t> code_;   // of each participant of the trial
  std::span<std::uint32_t> order_;  // those analysed, pattern by pattern
};

}  // namespace

void read_repeated_measures(const TrialData& data, const Contrast& contrast,
                            const RepeatedSelection& selection, Arena<double>& reals,
                            Arena<std::uint32_t>& indices, RepeatedMeasures& out) {
  Reader(data, contrast, selection, reals, indices, out)();
}

}  // namespace equipoise
