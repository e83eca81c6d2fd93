#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace equipoise {

/// Hypotheses with shares of alpha and, between them, what part of its share a rejected one hands to each
/// other (Bretz, Maurer, Brannath and Posch 2009). A thing that changes: reject() leaves the graph of those
/// that still stand.
class HypothesisGraph {
 public:
  HypothesisGraph() = default;
  /// `transitions` row by row, one row a hypothesis: none negative, a row sums to at most 1, its diagonal is
  /// 0.
  HypothesisGraph(std::span<const double> weights, std::span<const double> transitions);

  /// As another one. Allocates nothing once it has been as large.
  void become(const HypothesisGraph& other);

  [[nodiscard]] double alpha_of(std::size_t hypothesis, double p) const;
  /// Hands the hypothesis' share on and joins its ways in to its ways out (algorithm 1).
  void reject(std::size_t hypothesis);

  /// Of those rejected 0.
  [[nodiscard]] std::span<const double> weights() const { return weights_; }
  [[nodiscard]] double transition(std::size_t from, std::size_t to) const {
    return transitions_[from * weights_.size() + to];
  }

 private:
  std::vector<double> weights_;
  std::vector<double> transitions_;
};

/// All of alpha for the first in order; each hands it to the next.
[[nodiscard]] HypothesisGraph fixed_sequence_graph(std::span<const std::size_t> order);

/// Each hands its share to the next in order, the last to nobody.
[[nodiscard]] HypothesisGraph fallback_graph(std::span<const double> weights,
                                             std::span<const std::size_t> order);

}  // namespace equipoise
