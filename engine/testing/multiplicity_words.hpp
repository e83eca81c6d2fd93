#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/testing/multiplicity_rules.hpp"

namespace equipoise {

/// A hypothesis as somebody wrote it: by its name, or by its number from 1.
struct HypothesisWord {
  std::string text;
};

/// A family of hypotheses, as somebody wrote it. Empty: what is usual.
struct FamilyWords {
  std::vector<HypothesisWord> hypotheses;
  std::optional<FamilyMethod> method;
  std::vector<double> weights;
  std::optional<double> truncation;
  std::optional<Gate> gate;
};

/// What a scenario or a command line says of multiplicity.
struct MultiplicityWords {
  MultiplicityMethod method = MultiplicityMethod::none;
  std::vector<double> weights;
  std::vector<std::vector<double>> transitions;
  std::vector<HypothesisWord> order;
  std::vector<FamilyWords> families;
};

/// Truncation of Holm's procedure in a family of several that passes on through a parallel gate, where nobody
/// says another: halfway between Bonferroni's procedure, which passes most on, and Holm's, which passes
/// nothing.
inline constexpr double usual_truncation = 0.5;

/// Told of everything that is wrong. `key` says where, by dotted path with numbers from 1: "weights",
/// "transitions.2", "order.1", "family.2.hypotheses.1".
using TellProblem = std::function<void(const std::string& key, const std::string& what,
                                       const std::string& why, const std::string& suggestion)>;

/// The rules that the words mean for hypotheses of these names, all but those of Dunnett's tests on their
/// correlation. Nothing where any problem was told.
[[nodiscard]] std::optional<MultiplicityRules> read_multiplicity(const MultiplicityWords& words,
                                                                 std::span<const std::string> names,
                                                                 const TellProblem& tell);

/// The place of a hypothesis, from 0; nothing where none has that name or number.
[[nodiscard]] std::optional<std::size_t> find_hypothesis(std::string_view word,
                                                         std::span<const std::string> names);

}  // namespace equipoise
