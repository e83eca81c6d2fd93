#include "engine/testing/multiplicity.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

#include "engine/base/expects.hpp"
#include "engine/numeric/student_t.hpp"
#include "engine/testing/reject_in_steps.hpp"

namespace equipoise {
namespace {

// With fewer degrees of freedom the scale is anything at all; Bonferroni's bound then takes the place of the
// joint distribution.
constexpr double least_df = 0.1;

/// Places of the p values, the smallest first; equal ones in their own order.
class Ranked {
 public:
  explicit Ranked(std::span<const double> p) : count_(p.size()) {
    std::iota(places_.begin(), places_.begin() + static_cast<std::ptrdiff_t>(count_), std::uint8_t{0});
    std::sort(places_.begin(), places_.begin() + static_cast<std::ptrdiff_t>(count_),
              [p](std::uint8_t a, std::uint8_t b) {
                return known(p[a]) != known(p[b]) ? known(p[a]) < known(p[b]) : a < b;
              });
  }
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] std::size_t operator[](std::size_t rank) const { return places_[rank]; }

 private:
  std::size_t count_;
  std::array<std::uint8_t, most_hypotheses> places_{};
};

/// Those of the rejected go to the others in proportion: Bonferroni's shares, and from step to step Holm's.
/// Without weights each weighs 1, so that the smallest of m p values is multiplied by m to the last bit.
class ProportionalShares {
 public:
  ProportionalShares(std::span<const double> weights, std::size_t count)
      : weights_(weights),
        standing_(weights.empty() ? static_cast<double>(count)
                                  : std::accumulate(weights.begin(), weights.end(), 0.0)),
        spent_(weights.empty() ? 1.0 : standing_) {}

  [[nodiscard]] double alpha_of(std::size_t hypothesis, double p) const {
    return standing_ / weight(hypothesis) / spent_ * p;
  }
  void reject(std::size_t hypothesis) { standing_ -= weight(hypothesis); }

 private:
  [[nodiscard]] double weight(std::size_t hypothesis) const {
    return weights_.empty() ? 1.0 : weights_[hypothesis];
  }

  std::span<const double> weights_;
  double standing_;  // the weights of those not rejected
  double spent_;     // of alpha, all together
};

class GateShares {
 public:
  explicit GateShares(const Gatekeeper& gatekeeper) : gatekeeper_(gatekeeper) {}

  [[nodiscard]] double alpha_of(std::size_t hypothesis, double p) const {
    return alpha_for(p, gatekeeper_.share(hypothesis, rejected_));
  }
  void reject(std::size_t hypothesis) { rejected_ |= std::uint64_t{1} << hypothesis; }

 private:
  const Gatekeeper& gatekeeper_;
  Gatekeeper::Rejected rejected_ = 0;
};

void unadjusted(std::span<const double> p, std::span<double> adjusted) {
  for (std::size_t i = 0; i < p.size(); ++i) adjusted[i] = std::min(1.0, known(p[i]));
}

void bonferroni(std::span<const double> p, const ProportionalShares& shares, std::span<double> adjusted) {
  for (std::size_t i = 0; i < p.size(); ++i) adjusted[i] = std::min(1.0, shares.alpha_of(i, known(p[i])));
}

void co_primary(std::span<const double> p, std::span<double> adjusted) {
  double largest = 0.0;
  for (const double one : p) largest = std::max(largest, known(one));
  std::fill(adjusted.begin(), adjusted.end(), largest);
}

void hochberg(std::span<const double> p, std::span<double> adjusted) {
  const Ranked ranked(p);
  double least = 1.0;
  for (std::size_t j = ranked.size(); j-- > 0;) {
    const auto as_large = static_cast<double>(ranked.size() - j);
    least = std::min(least, as_large * known(p[ranked[j]]));
    adjusted[ranked[j]] = least;
  }
}

/// The largest Simes p value of all intersections that a hypothesis is in. Among those of one size the
/// largest is that of the hypothesis with the largest other p values.
void hommel(std::span<const double> p, std::span<double> adjusted) {
  const Ranked ranked(p);
  const std::size_t count = ranked.size();
  unadjusted(p, adjusted);
  for (std::size_t size = 2; size <= count; ++size) {
    const std::size_t first = count - size;  // of the `size` largest
    double others = 1.0;                     // Simes' without its first term
    for (std::size_t k = 2; k <= size; ++k) {
      others = std::min(others,
                        static_cast<double>(size) * known(p[ranked[first + k - 1]]) / static_cast<double>(k));
    }
    for (std::size_t j = 0; j < count; ++j) {
      const double smallest = known(p[ranked[std::min(j, first)]]);
      const double simes = std::min(others, static_cast<double>(size) * smallest);
      adjusted[ranked[j]] = std::max(adjusted[ranked[j]], simes);
    }
  }
}

std::vector<double> equal_shares(std::size_t count) {
  return std::vector<double>(count, 1.0 / static_cast<double>(count));
}

std::vector<std::size_t> as_listed(std::size_t count) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

HypothesisGraph graph_of(const MultiplicityRules& rules, std::size_t count) {
  const std::vector<std::size_t> order = rules.order.empty() ? as_listed(count) : rules.order;
  const std::vector<double> weights = rules.weights.empty() ? equal_shares(count) : rules.weights;
  switch (rules.method) {
    case MultiplicityMethod::fixed_sequence:
      return fixed_sequence_graph(order);
    case MultiplicityMethod::fallback:
      return fallback_graph(weights, order);
    case MultiplicityMethod::graph:
      return {weights, rules.transitions};
    default:
      return {};
  }
}

}  // namespace

bool is_graph(MultiplicityMethod method) {
  return method == MultiplicityMethod::fixed_sequence || method == MultiplicityMethod::fallback ||
         method == MultiplicityMethod::graph;
}

bool is_dunnett(MultiplicityMethod method) {
  return method == MultiplicityMethod::dunnett || method == MultiplicityMethod::dunnett_step_down;
}

Multiplicity::Multiplicity(MultiplicityMethod method) {
  EQUIPOISE_EXPECTS(!is_graph(method) && !is_dunnett(method) && method != MultiplicityMethod::gatekeeping);
  rules_.method = method;
}

Multiplicity::Multiplicity(MultiplicityRules rules, std::size_t hypotheses)
    : rules_(std::move(rules)), graph_(graph_of(rules_, hypotheses)) {
  EQUIPOISE_EXPECTS(hypotheses <= most_hypotheses);
  EQUIPOISE_EXPECTS(rules_.weights.empty() || rules_.weights.size() == hypotheses);
  EQUIPOISE_EXPECTS(rules_.order.empty() || rules_.order.size() == hypotheses);
  if (rules_.method == MultiplicityMethod::gatekeeping) gatekeeper_ = {rules_.families, hypotheses};
  if (is_dunnett(rules_.method)) {
    const auto tail = rules_.joint.both_sides ? GreatestOfMany::Tail::both : GreatestOfMany::Tail::upper;
    greatest_ = {rules_.joint.correlation, hypotheses, tail};
  }
}

void Multiplicity::operator()(std::span<const double> p, std::span<const double> df,
                              std::span<double> adjusted, Scratch& scratch) const {
  EQUIPOISE_EXPECTS(p.size() == adjusted.size());
  EQUIPOISE_EXPECTS(p.size() <= most_hypotheses);
  switch (rules_.method) {
    case MultiplicityMethod::none:
      return unadjusted(p, adjusted);
    case MultiplicityMethod::bonferroni:
      return bonferroni(p, {rules_.weights, p.size()}, adjusted);
    case MultiplicityMethod::holm: {
      ProportionalShares shares(rules_.weights, p.size());
      return reject_in_steps(p, shares, adjusted);
    }
    case MultiplicityMethod::hochberg:
      return hochberg(p, adjusted);
    case MultiplicityMethod::hommel:
      return hommel(p, adjusted);
    case MultiplicityMethod::fixed_sequence:
    case MultiplicityMethod::fallback:
    case MultiplicityMethod::graph:
      scratch.graph.become(graph_);
      return reject_in_steps(p, scratch.graph, adjusted);
    case MultiplicityMethod::dunnett:
      return dunnett(p, df, adjusted);
    case MultiplicityMethod::dunnett_step_down:
      return dunnett_step_down(p, df, adjusted);
    case MultiplicityMethod::gatekeeping: {
      GateShares shares(gatekeeper_);
      return reject_in_steps(p, shares, adjusted);
    }
    case MultiplicityMethod::co_primary:
      return co_primary(p, adjusted);
  }
}

/// The probability that of those standing any statistic is as large as the one that has this p value.
double Multiplicity::joint_p(std::uint64_t standing, double p, double df) const {
  if (!(p < 1.0)) return 1.0;
  if (!(df >= least_df)) return std::min(1.0, std::popcount(standing) * p);
  const double tails = rules_.joint.both_sides ? 2.0 : rules_.joint.counts;
  const double t = -student_quantile(p / tails, df);
  return std::clamp(rules_.joint.counts * greatest_.tail(standing, t, df), p, 1.0);
}

void Multiplicity::dunnett(std::span<const double> p, std::span<const double> df,
                           std::span<double> adjusted) const {
  EQUIPOISE_EXPECTS(df.size() == p.size());
  const std::uint64_t all = p.size() == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << p.size()) - 1;
  for (std::size_t i = 0; i < p.size(); ++i) adjusted[i] = joint_p(all, known(p[i]), df[i]);
}

void Multiplicity::dunnett_step_down(std::span<const double> p, std::span<const double> df,
                                     std::span<double> adjusted) const {
  EQUIPOISE_EXPECTS(df.size() == p.size());
  const Ranked ranked(p);
  std::uint64_t standing = p.size() == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << p.size()) - 1;
  double needed = 0.0;
  for (std::size_t j = 0; j < ranked.size(); ++j) {
    const std::size_t i = ranked[j];
    needed = std::max(needed, joint_p(standing, known(p[i]), df[i]));
    adjusted[i] = needed;
    standing &= ~(std::uint64_t{1} << i);
  }
}

}  // namespace equipoise
