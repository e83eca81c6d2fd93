#include "engine/numeric/greatest_of_many.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>

#include "engine/base/expects.hpp"
#include "engine/numeric/distributions.hpp"

namespace equipoise {
namespace {

constexpr std::size_t most = 64;

// What the common part of the statistics may take of their variance for the integral over it: nearer to 1 the
// integrand is a step, and the lattice does better.
constexpr double most_common = 0.999;
// Correlations that differ by less are products but for rounding.
constexpr double rounding = 1e-10;

// The density of the common part falls below 1e-16 of its mode here.
constexpr double last_z = 8.6;
// exp(-aim): the error of the trapezoidal rule that its step is chosen for.
constexpr double aim = 26.0;
// Of the logarithm of the scale: the step in its standard deviations, and at the most, where they are wide
// and it is the statistics' own tail that has to be followed.
constexpr double scale_step = 0.6;
constexpr double most_scale_step = 0.125;
// exp(-scale_range): the density at which the integral over the scale ends.
constexpr double scale_range = 26.0;
// With more degrees of freedom the statistics are taken for normal. The tail of one differs from the normal
// by phi(t) t (t^2 + 1) / (4 df) < 0.15 / df, that of 64 by less than 1e-12 then; with many more the
// logarithm of the scale's density, a difference of numbers of the size of 1 / sqrt(df), is nothing but
// rounding and its integral has no end.
constexpr double most_df = 1e13;

double upper_normal(double x) {
  return 0.5 * std::erfc(x * std::numbers::sqrt2 * 0.5);
}

/// Statistics with the same share of the common part.
struct Alike {
  double slope;      // l / sqrt(1 - l^2)
  double sharpness;  // 1 / sqrt(1 - l^2)
  int count;
};

/// T_i = l_i Z + sqrt(1 - l_i^2) E_i: given Z they are independent.
class OneFactor {
 public:
  OneFactor(std::span<const double> loads, std::uint64_t subset, GreatestOfMany::Tail tail)
      : both_(tail == GreatestOfMany::Tail::both) {
    double steepest = 0.0;
    int count = 0;
    for (std::size_t i = 0; i < loads.size(); ++i) {
      if ((subset >> i & 1U) == 0) continue;
      add(loads[i]);
      steepest = std::max(steepest, std::abs(alike_[groups_ - 1].slope));
      ++count;
    }
    // The integrand is the density times functions of Phi(slope z), each of which grows like
    // exp(slope^2 y^2 / 2) along the imaginary axis; with the step h the rule errs by
    // exp(-2 pi^2 / (h^2 (1 + count slope^2))).
    step_ =
        std::numbers::pi * std::sqrt(2.0 / (aim * (1.0 + static_cast<double>(count) * steepest * steepest)));
  }

  /// P(at least one is at or beyond `limit`), standard normal.
  [[nodiscard]] double beyond(double limit) const {
    // exp(-(k h)^2 / 2) from one k to the next.
    const double shrink = std::exp(-step_ * step_);
    double ratio = std::sqrt(shrink);
    double density = 1.0;
    double sum = given(0.0, limit);
    for (double z = step_; z <= last_z; z += step_) {
      density *= ratio;
      ratio *= shrink;
      sum += density * (both_ ? 2.0 * given(z, limit) : given(z, limit) + given(-z, limit));
    }
    return sum * step_ * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
  }

 private:
  void add(double load) {
    const double own = std::sqrt(1.0 - load * load);
    const Alike one{load / own, 1.0 / own, 1};
    if (groups_ > 0 && alike_[groups_ - 1].slope == one.slope) {
      ++alike_[groups_ - 1].count;
    } else {
      alike_[groups_++] = one;
    }
  }

  /// Tails are joined, not insides multiplied, so that a small probability keeps its digits.
  [[nodiscard]] double given(double z, double limit) const {
    double any = 0.0;
    for (std::size_t g = 0; g < groups_; ++g) {
      const Alike& of = alike_[g];
      double one = upper_normal(limit * of.sharpness - of.slope * z);
      if (both_) one += upper_normal(limit * of.sharpness + of.slope * z);
      for (int k = 0; k < of.count; ++k) any += one * (1.0 - any);
    }
    return any;
  }

  bool both_;
  double step_ = 1.0;
  std::size_t groups_ = 0;
  std::array<Alike, most> alike_;
};

/// Mean of `of(s)` over s = sqrt(chi^2 / df), by the trapezoidal rule over u = log s, whose density is
/// proportional to exp(df (u - (exp(2 u) - 1) / 2)).
template <class Function>
double over_scale(double df, const Function& of) {
  const double step = std::min(scale_step / std::sqrt(2.0 * df), most_scale_step);
  const auto log_density = [df](double u) { return df * (u - 0.5 * std::expm1(2.0 * u)); };
  double sum = of(1.0);
  double whole = 1.0;
  for (const double direction : {-step, step}) {
    for (int k = 1;; ++k) {
      const double u = k * direction;
      const double density = log_density(u);
      if (density < -scale_range) break;
      sum += std::exp(density) * of(std::exp(u));
      whole += std::exp(density);
    }
  }
  return sum / whole;
}

/// Lower triangle of a factor, also where the matrix is only semidefinite: a pivot that is nothing but
/// rounding becomes 0 with its column. Nothing where a pivot is negative.
struct Factor {
  std::size_t order = 0;
  std::array<double, most * most> lower{};
};

bool factorize_semidefinite(std::span<const double> matrix, std::size_t order, Factor& factor) {
  constexpr double nothing = 1e-12;
  constexpr double most_negative = -1e-8;
  factor.order = order;
  const auto at = [&](std::size_t i, std::size_t j) -> double& { return factor.lower[i * most + j]; };
  for (std::size_t j = 0; j < order; ++j) {
    for (std::size_t i = j; i < order; ++i) {
      double left = matrix[i * order + j];
      for (std::size_t k = 0; k < j; ++k) left -= at(i, k) * at(j, k);
      if (i == j) {
        if (!(left > most_negative)) return false;
        at(j, j) = left > nothing ? std::sqrt(left) : 0.0;
      } else if (at(j, j) > 0.0) {
        at(i, j) = left / at(j, j);
      } else {
        // What a combination of the others leaves over must be nothing.
        if (std::abs(left) > std::sqrt(-most_negative)) return false;
        at(i, j) = 0.0;
      }
    }
  }
  return true;
}

// The fractional parts of multiples of the square roots of primes fill the cube evenly (Richtmyer 1951).
constexpr std::array<int, most> primes{2,   3,   5,   7,   11,  13,  17,  19,  23,  29,  31,  37,  41,
                                       43,  47,  53,  59,  61,  67,  71,  73,  79,  83,  89,  97,  101,
                                       103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
                                       173, 179, 181, 191, 193, 197, 199, 211, 223, 227, 229, 233, 239,
                                       241, 251, 257, 263, 269, 271, 277, 281, 283, 293, 307, 311};
constexpr int lattice_points = 20'000;

/// The point's coordinate, folded so that the integrand is periodic.
double coordinate(int point, std::size_t dimension) {
  const double multiple = point * std::sqrt(static_cast<double>(primes[dimension]));
  return std::abs(2.0 * (multiple - std::floor(multiple)) - 1.0);
}

/// Weights that rise and fall smoothly let the mean over such a sequence converge an order faster
/// (Niederreiter 1973).
double weight_of(int point) {
  const double wave = std::sin(std::numbers::pi * point / (lattice_points + 1));
  return wave * wave;
}

/// P(all within the limit | this point), one statistic after another, each given those before it.
double within_at(const Factor& factor, double limit, bool both, int point) {
  std::array<double, most> z;
  double inside = 1.0;
  for (std::size_t i = 0; i < factor.order && inside > 0.0; ++i) {
    double known = 0.0;
    for (std::size_t k = 0; k < i; ++k) known += factor.lower[i * most + k] * z[k];
    const double own = factor.lower[i * most + i];
    z[i] = 0.0;
    if (own == 0.0) {
      const bool within = known < limit && (!both || known > -limit);
      inside *= within ? 1.0 : 0.0;
      continue;
    }
    const double above = normal_cdf((limit - known) / own);
    const double below = both ? normal_cdf((-limit - known) / own) : 0.0;
    inside *= above - below;
    if (i + 1 == factor.order) break;
    // Away from 0 and 1, whose quantiles are infinite.
    const double share = below + coordinate(point, i) * (above - below);
    z[i] = normal_quantile(std::clamp(share, 1e-300, 1.0 - 1e-16));
  }
  return inside;
}

/// P(all within the limit), standard normal, by Genz (1992).
double all_within(const Factor& factor, double limit, bool both) {
  double sum = 0.0;
  double weights = 0.0;
  for (int point = 1; point <= lattice_points; ++point) {
    sum += weight_of(point) * within_at(factor, limit, both, point);
    weights += weight_of(point);
  }
  return sum / weights;
}

Factor factor_of_subset(std::span<const double> correlation, std::size_t count, std::uint64_t subset) {
  std::array<std::size_t, most> members{};
  std::size_t order = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if ((subset >> i & 1U) != 0) members[order++] = i;
  }
  std::array<double, most * most> part{};
  for (std::size_t a = 0; a < order; ++a) {
    for (std::size_t b = 0; b < order; ++b)
      part[a * order + b] = correlation[members[a] * count + members[b]];
  }
  Factor factor;
  const bool sound = factorize_semidefinite(std::span(part).first(order * order), order, factor);
  EQUIPOISE_EXPECTS(sound);
  return factor;
}

/// Its row's correlations decide every load: l_j = r_ij / l_i.
std::vector<double> loads_from_row(std::span<const double> r, std::size_t order, std::size_t i,
                                   double own_squared) {
  std::vector<double> loads(order, 0.0);
  loads[i] = std::sqrt(own_squared);
  for (std::size_t j = 0; j < order; ++j) {
    if (j != i) loads[j] = r[i * order + j] / loads[i];
    // Loads that should be the same are, to the last bit.
    if (std::abs(loads[j] - loads[i]) < rounding) loads[j] = loads[i];
  }
  return loads;
}

bool reproduces(std::span<const double> loads, std::span<const double> r) {
  const std::size_t order = loads.size();
  for (std::size_t i = 0; i < order; ++i) {
    if (std::abs(loads[i]) > 1.0) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (std::abs(loads[i] * loads[j] - r[i * order + j]) > rounding) return false;
    }
  }
  return true;
}

/// The square of load i from two others: r_ij r_ik / r_jk; of two statistics alone, the root of both.
std::optional<double> squared_load(std::span<const double> r, std::size_t order, std::size_t i) {
  std::size_t j = order;
  std::size_t k = order;
  for (std::size_t a = 0; a < order; ++a) {
    if (a == i || std::abs(r[i * order + a]) <= rounding) continue;
    (j == order ? j : k) = a;
    if (k != order) break;
  }
  if (j == order) return std::nullopt;
  if (k == order) return std::abs(r[i * order + j]);
  const double between = r[j * order + k];
  if (between == 0.0) return std::nullopt;
  return r[i * order + j] * r[i * order + k] / between;
}

}  // namespace

bool is_correlation(std::span<const double> matrix, std::size_t order) {
  for (std::size_t i = 0; i < order; ++i) {
    if (std::abs(matrix[i * order + i] - 1.0) > rounding) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (std::abs(matrix[i * order + j] - matrix[j * order + i]) > rounding) return false;
    }
  }
  Factor factor;
  return factorize_semidefinite(matrix, order, factor);
}

std::vector<double> one_factor_loads(std::span<const double> correlation, std::size_t order) {
  const std::vector<double> none(order, 0.0);
  if (reproduces(none, correlation)) return none;
  for (std::size_t i = 0; i < order; ++i) {
    const std::optional<double> squared = squared_load(correlation, order, i);
    if (!squared || !(*squared > 0.0)) continue;
    const std::vector<double> loads = loads_from_row(correlation, order, i, *squared);
    if (reproduces(loads, correlation)) return loads;
  }
  return {};
}

GreatestOfMany::GreatestOfMany(std::span<const double> correlation, std::size_t count, Tail tail)
    : count_(count), tail_(tail), correlation_(correlation.begin(), correlation.end()) {
  EQUIPOISE_EXPECTS(count <= most);
  EQUIPOISE_EXPECTS(correlation.size() == count * count);
  loads_ = one_factor_loads(correlation, count);
  for (const double load : loads_) {
    if (load * load > most_common) {
      loads_.clear();
      break;
    }
  }
}

double GreatestOfMany::tail(std::uint64_t subset, double t, double df) const {
  const bool normal = df > most_df;
  if (has_one_factor()) {
    const OneFactor factor(loads_, subset, tail_);
    if (normal) return factor.beyond(t);
    return over_scale(df, [&](double scale) { return factor.beyond(t * scale); });
  }
  const Factor factor = factor_of_subset(correlation_, count_, subset);
  const bool both = tail_ == Tail::both;
  if (normal) return 1.0 - all_within(factor, t, both);
  return over_scale(df, [&](double scale) { return 1.0 - all_within(factor, t * scale, both); });
}

}  // namespace equipoise
