#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/numeric/greatest_of_many.hpp"
#include "engine/testing/gatekeeper.hpp"
#include "engine/testing/hypothesis_graph.hpp"
#include "engine/testing/multiplicity_rules.hpp"

namespace equipoise {

/// A multiplicity procedure, prepared: p values in, adjusted p values out. A hypothesis is rejected at alpha
/// where its adjusted p value is at most alpha. Immutable: shared by every thread.
class Multiplicity {
 public:
  /// What a thread needs beside it.
  struct Scratch {
    HypothesisGraph graph;
  };

  /// A method that needs no rules, with equal shares where it has shares; for any number of hypotheses.
  Multiplicity(MultiplicityMethod method = MultiplicityMethod::none);  // NOLINT(google-explicit-constructor)
  Multiplicity(MultiplicityRules rules, std::size_t hypotheses);

  [[nodiscard]] MultiplicityMethod method() const { return rules_.method; }
  [[nodiscard]] const MultiplicityRules& rules() const { return rules_; }
  /// What the procedure starts from, of those that are graphs: fixed_sequence, fallback, graph.
  [[nodiscard]] const HypothesisGraph& graph() const { return graph_; }

  /// `p`: on the scale of alpha; a NaN stands for a test that could not be made and counts as 1. `df`: of
  /// each statistic, infinite where it is normal; only Dunnett's tests look at it, for the others it may be
  /// empty. As many of each, at most 64, as of `adjusted`. Allocates nothing once the scratch has been used.
  void operator()(std::span<const double> p, std::span<const double> df, std::span<double> adjusted,
                  Scratch& scratch) const;

 private:
  void dunnett(std::span<const double> p, std::span<const double> df, std::span<double> adjusted) const;
  void dunnett_step_down(std::span<const double> p, std::span<const double> df,
                         std::span<double> adjusted) const;
  [[nodiscard]] double joint_p(std::uint64_t standing, double p, double df) const;

  MultiplicityRules rules_;
  HypothesisGraph graph_;
  Gatekeeper gatekeeper_;
  GreatestOfMany greatest_;
};

/// Whether the method is a graph whose steps can be told.
[[nodiscard]] bool is_graph(MultiplicityMethod method);
/// Whether it needs the joint distribution of the statistics.
[[nodiscard]] bool is_dunnett(MultiplicityMethod method);

}  // namespace equipoise
