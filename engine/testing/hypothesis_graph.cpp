#include "engine/testing/hypothesis_graph.hpp"

#include <algorithm>

#include "engine/base/expects.hpp"
#include "engine/testing/reject_in_steps.hpp"

namespace equipoise {
namespace {

// Two hypotheses that hand each other all but this much hand each other everything: what is left is rounding.
constexpr double rounding = 1e-12;

std::vector<double> chain(std::span<const std::size_t> order) {
  std::vector<double> transitions(order.size() * order.size(), 0.0);
  for (std::size_t k = 1; k < order.size(); ++k) transitions[order[k - 1] * order.size() + order[k]] = 1.0;
  return transitions;
}

}  // namespace

HypothesisGraph::HypothesisGraph(std::span<const double> weights, std::span<const double> transitions)
    : weights_(weights.begin(), weights.end()), transitions_(transitions.begin(), transitions.end()) {
  EQUIPOISE_EXPECTS(transitions.size() == weights.size() * weights.size());
}

void HypothesisGraph::become(const HypothesisGraph& other) {
  weights_.assign(other.weights_.begin(), other.weights_.end());
  transitions_.assign(other.transitions_.begin(), other.transitions_.end());
}

double HypothesisGraph::alpha_of(std::size_t hypothesis, double p) const {
  return alpha_for(p, weights_[hypothesis]);
}

void HypothesisGraph::reject(std::size_t hypothesis) {
  const std::size_t count = weights_.size();
  const double* const out = transitions_.data() + hypothesis * count;
  for (std::size_t from = 0; from < count; ++from) {
    if (from == hypothesis) continue;
    double* const row = transitions_.data() + from * count;
    weights_[from] += weights_[hypothesis] * out[from];
    const double in = row[hypothesis];
    if (in == 0.0) continue;
    // What would come back to where it came from is shared out among the others.
    const double stays = 1.0 - in * out[from];
    for (std::size_t to = 0; to < count; ++to) {
      row[to] = to == from || to == hypothesis || stays <= rounding ? 0.0 : (row[to] + in * out[to]) / stays;
    }
  }
  weights_[hypothesis] = 0.0;
  std::fill_n(transitions_.data() + hypothesis * count, count, 0.0);
}

HypothesisGraph fixed_sequence_graph(std::span<const std::size_t> order) {
  std::vector<double> weights(order.size(), 0.0);
  if (!order.empty()) weights[order.front()] = 1.0;
  return {weights, chain(order)};
}

HypothesisGraph fallback_graph(std::span<const double> weights, std::span<const std::size_t> order) {
  EQUIPOISE_EXPECTS(weights.size() == order.size());
  return {weights, chain(order)};
}

}  // namespace equipoise
