#pragma once

#include <cstddef>
#include <vector>

#include "engine/base/named.hpp"

namespace equipoise {

/// How the tests of several hypotheses share one alpha.
enum class MultiplicityMethod {
  none,               // each at the full alpha
  bonferroni,         // each at its share of alpha
  holm,               // step down (Holm 1979)
  hochberg,           // step up (Hochberg 1988)
  hommel,             // the closed test of Simes' (Hommel 1988)
  fixed_sequence,     // in order, each at the full alpha, until one is not rejected
  fallback,           // in order, what a rejected one had goes to the next (Wiens 2003)
  graph,              // what a rejected one had goes where the graph says (Bretz and others 2009)
  dunnett,            // many treatments, one comparator, by the joint distribution (Dunnett 1955)
  dunnett_step_down,  // the same, stepping down (Dunnett and Tamhane 1991)
  gatekeeping,        // families in order, the first keep the gate (Dmitrienko and Tamhane 2008)
  co_primary,         // the trial succeeds only if all are rejected (intersection-union test)
};

template <>
struct NamesOf<MultiplicityMethod> {
  using Method = MultiplicityMethod;
  static constexpr std::array<Named<Method>, 12> all{{{"none", Method::none},
                                                      {"bonferroni", Method::bonferroni},
                                                      {"holm", Method::holm},
                                                      {"hochberg", Method::hochberg},
                                                      {"hommel", Method::hommel},
                                                      {"fixed_sequence", Method::fixed_sequence},
                                                      {"fallback", Method::fallback},
                                                      {"graph", Method::graph},
                                                      {"dunnett", Method::dunnett},
                                                      {"dunnett_step_down", Method::dunnett_step_down},
                                                      {"gatekeeping", Method::gatekeeping},
                                                      {"co_primary", Method::co_primary}}};
};

/// How the hypotheses of one family share what their family may spend.
enum class FamilyMethod { bonferroni, holm, fixed_sequence };

template <>
struct NamesOf<FamilyMethod> {
  static constexpr std::array<Named<FamilyMethod>, 3> all{{{"bonferroni", FamilyMethod::bonferroni},
                                                           {"holm", FamilyMethod::holm},
                                                           {"fixed_sequence", FamilyMethod::fixed_sequence}}};
};

/// What opens the way from one family to the next.
enum class Gate {
  serial,    // all of the family are rejected
  parallel,  // what those rejected leave unspent is passed on
};

template <>
struct NamesOf<Gate> {
  static constexpr std::array<Named<Gate>, 2> all{{{"serial", Gate::serial}, {"parallel", Gate::parallel}}};
};

/// Hypotheses are named by their places, from 0.
struct FamilyRules {
  std::vector<std::size_t> hypotheses;  // of a fixed sequence in their order
  std::vector<double> weights;          // above 0, together 1; of a fixed sequence empty
  FamilyMethod method = FamilyMethod::holm;
  double truncation = 1.0;  // of Holm's: 1 is the whole procedure, 0 is Bonferroni's
  Gate gate = Gate::parallel;
};

/// What Dunnett's test needs to know of the statistics.
struct JointRules {
  std::vector<double> correlation;  // hypothesis x hypothesis
  bool both_sides = true;           // whether the p values are of tests on both sides
  double counts = 1.0;  // how often a p value on the scale of alpha counts: 2 where it was doubled
};

/// All that a protocol says of multiplicity. Right by its maker's promise (read_multiplicity checks).
struct MultiplicityRules {
  MultiplicityMethod method = MultiplicityMethod::none;
  std::vector<double> weights;        // shares of alpha, together at most 1; empty: equal
  std::vector<double> transitions;    // of a graph: row by row, what goes from one to another
  std::vector<std::size_t> order;     // of fixed_sequence and fallback
  std::vector<FamilyRules> families;  // of gatekeeping
  JointRules joint{};                 // of Dunnett's
};

/// The hypotheses of a trial, at most.
inline constexpr std::size_t most_hypotheses = 64;

}  // namespace equipoise
