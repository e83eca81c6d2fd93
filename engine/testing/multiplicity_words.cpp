#include "engine/testing/multiplicity_words.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/base/nearest.hpp"

namespace equipoise {
namespace {

using Method = MultiplicityMethod;

// Shares that are written with a few digits, such as thirds, may miss their sum by this.
constexpr double rounding = 1e-9;

double sum_of(std::span<const double> numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0);
}

std::string counted(std::size_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", number, number == 1 ? one : many);
}

/// What belongs to which methods.
struct Belonging {
  const char* key;
  std::vector<Method> methods;
};

const std::vector<Belonging>& belongings() {
  static const std::vector<Belonging> all{
      {"weights", {Method::bonferroni, Method::holm, Method::fallback, Method::graph}},
      {"transitions", {Method::graph}},
      {"order", {Method::fixed_sequence, Method::fallback}},
      {"family", {Method::gatekeeping}}};
  return all;
}

class Reader {
 public:
  Reader(const MultiplicityWords& words, std::span<const std::string> names, const TellProblem& tell)
      : words_(words), names_(names), tell_(tell) {}

  [[nodiscard]] std::optional<MultiplicityRules> read() {
    if (names_.size() > most_hypotheses) {
      tell("hypotheses", fmt::format("there are {} hypotheses", names_.size()),
           fmt::format("a trial may have {}", most_hypotheses));
      return std::nullopt;
    }
    check_belonging("weights", !words_.weights.empty());
    check_belonging("transitions", !words_.transitions.empty());
    check_belonging("order", !words_.order.empty());
    check_belonging("family", !words_.families.empty());
    MultiplicityRules rules;
    rules.method = words_.method;
    if (belongs("weights")) rules.weights = read_weights();
    if (belongs("transitions")) rules.transitions = read_transitions();
    if (belongs("order")) rules.order = read_order();
    if (belongs("family")) rules.families = read_families();
    if (told_) return std::nullopt;
    return rules;
  }

 private:
  void tell(const std::string& key, const std::string& what, const std::string& why = {},
            const std::string& suggestion = {}) {
    told_ = true;
    tell_(key, what, why, suggestion);
  }

  [[nodiscard]] bool belongs(std::string_view key) const {
    const auto& methods = std::ranges::find(belongings(), key, &Belonging::key)->methods;
    return std::ranges::find(methods, words_.method) != methods.end();
  }

  void check_belonging(const std::string& key, bool given) {
    if (!given || belongs(key)) return;
    std::vector<std::string_view> methods;
    for (const Method method : std::ranges::find(belongings(), key, &Belonging::key)->methods) {
      methods.push_back(name_of(method));
    }
    tell(key, fmt::format("'{}' says nothing to the method '{}'", key, name_of(words_.method)),
         fmt::format("it belongs to {}", fmt::join(methods, ", ")), "leave it out, or change the method");
  }

  void check_count(const std::string& key, std::size_t given, std::size_t expected, std::string_view one,
                   std::string_view many) {
    if (given == expected) return;
    tell(key,
         fmt::format("{} for {}", counted(given, one, many), counted(expected, "hypothesis", "hypotheses")),
         "each needs one, in the order of the hypotheses");
  }

  std::vector<double> read_weights() {
    const std::vector<double>& weights = words_.weights;
    if (weights.empty()) return {};
    check_count("weights", weights.size(), names_.size(), "weight", "weights");
    const double sum = sum_of(weights);
    if (sum > 1.0 + rounding) {
      tell("weights", fmt::format("the weights sum to {:.6g}", sum),
           "they are shares of alpha, which can be spent once", "make them sum to 1");
    }
    const bool sums_up = words_.method == Method::graph || words_.method == Method::fallback;
    if (sums_up && sum <= 0.0) {
      tell("weights", "every weight is 0", "nothing would ever be tested", "make them sum to 1");
    }
    for (std::size_t i = 0; i < weights.size() && !sums_up; ++i) {
      if (weights[i] > 0.0) continue;
      tell(fmt::format("weights.{}", i + 1), fmt::format("weight {} is 0", i + 1),
           fmt::format("'{}' would never test this hypothesis", name_of(words_.method)),
           "take a small one, or a graph that hands it a share");
    }
    return weights;
  }

  std::vector<double> read_transitions() {
    const auto& rows = words_.transitions;
    if (rows.empty()) {
      tell("method", "a graph needs its transitions",
           "what a rejected hypothesis hands to which other is not said",
           "add transitions, a row a hypothesis; rows of zeros make it Bonferroni's test");
      return {};
    }
    check_count("transitions", rows.size(), names_.size(), "row of transitions", "rows of transitions");
    std::vector<double> all;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      check_row(i);
      all.insert(all.end(), rows[i].begin(), rows[i].end());
    }
    return all;
  }

  void check_row(std::size_t i) {
    const std::vector<double>& row = words_.transitions[i];
    const std::string key = fmt::format("transitions.{}", i + 1);
    if (row.size() != names_.size()) {
      tell(key,
           fmt::format("row {} of the transitions has {}", i + 1, counted(row.size(), "number", "numbers")),
           fmt::format("there are {}", counted(names_.size(), "hypothesis", "hypotheses")),
           "write what goes from it to each, 0 where nothing does");
    }
    if (i < row.size() && row[i] != 0.0) {
      tell(fmt::format("{}.{}", key, i + 1),
           fmt::format("hypothesis {} hands {:.6g} of its share to itself", i + 1, row[i]),
           "once it is rejected it needs none", "write 0 on the diagonal");
    }
    const double sum = sum_of(row);
    if (sum > 1.0 + rounding) {
      tell(key, fmt::format("row {} of the transitions sums to {:.6g}", i + 1, sum),
           "a hypothesis cannot hand on more than it has", "make it sum to at most 1");
    }
  }

  std::optional<std::size_t> place_of_word(const HypothesisWord& word, const std::string& key) {
    const auto place = find_hypothesis(word.text, names_);
    if (!place) {
      tell(key, fmt::format("no hypothesis is named '{}'", word.text),
           fmt::format("they have names, and numbers from 1 to {}", names_.size()),
           suggest(word.text, names_));
    }
    return place;
  }

  std::vector<std::size_t> read_order() {
    std::vector<std::size_t> order;
    std::uint64_t named = 0;
    for (std::size_t k = 0; k < words_.order.size(); ++k) {
      const std::string key = fmt::format("order.{}", k + 1);
      const auto place = place_of_word(words_.order[k], key);
      if (!place) continue;
      if ((named >> *place & 1U) != 0) {
        tell(key, fmt::format("'{}' stands in the order twice", names_[*place]),
             "a hypothesis is tested once");
      }
      named |= std::uint64_t{1} << *place;
      order.push_back(*place);
    }
    if (!words_.order.empty() && !told_) tell_missing("order", "the order", named);
    return order;
  }

  /// Each hypothesis that nobody named.
  void tell_missing(const std::string& key, std::string_view where, std::uint64_t named) {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if ((named >> i & 1U) != 0) continue;
      tell(key, fmt::format("'{}' is not in {}", names_[i], where), "it would never be tested", "add it");
    }
  }

  std::vector<FamilyRules> read_families() {
    std::vector<FamilyRules> families;
    if (words_.families.empty()) {
      tell("method", "gatekeeping needs families", "which hypotheses keep the gate is not said",
           "add the families, in order, each with its hypotheses");
      return families;
    }
    std::uint64_t named = 0;
    bool all_known = true;
    for (std::size_t f = 0; f < words_.families.size(); ++f) {
      families.push_back(read_family(f, named, all_known));
    }
    if (all_known) tell_missing("family", "any family", named);
    return families;
  }

  FamilyRules read_family(std::size_t f, std::uint64_t& named, bool& all_known) {
    const FamilyWords& words = words_.families[f];
    const std::string key = fmt::format("family.{}", f + 1);
    FamilyRules family;
    if (words.hypotheses.empty()) {
      tell(key, fmt::format("family {} is empty", f + 1), "it has nothing to test", "name its hypotheses");
    }
    for (std::size_t k = 0; k < words.hypotheses.size(); ++k) {
      const std::string at = fmt::format("{}.hypotheses.{}", key, k + 1);
      const auto place = place_of_word(words.hypotheses[k], at);
      all_known = all_known && place;
      if (!place) continue;
      if ((named >> *place & 1U) != 0) {
        tell(at, fmt::format("'{}' is in the families twice", names_[*place]), "a hypothesis is tested once");
      }
      named |= std::uint64_t{1} << *place;
      family.hypotheses.push_back(*place);
    }
    family.method = words.method.value_or(FamilyMethod::holm);
    family.gate = words.gate.value_or(Gate::parallel);
    family.weights = read_family_weights(words, family, key);
    family.truncation = read_truncation(f, family, key);
    return family;
  }

  std::vector<double> read_family_weights(const FamilyWords& words, const FamilyRules& family,
                                          const std::string& key) {
    const std::size_t count = words.hypotheses.size();
    if (family.method == FamilyMethod::fixed_sequence) {
      if (!words.weights.empty()) {
        tell(key + ".weights", "weights say nothing to a fixed sequence",
             "each hypothesis has all that the family may spend, in turn", "leave them out");
      }
      return {};
    }
    if (words.weights.empty()) return std::vector<double>(count, 1.0 / static_cast<double>(count));
    check_count(key + ".weights", words.weights.size(), count, "weight", "weights");
    const double sum = sum_of(words.weights);
    if (sum > 1.0 + rounding || sum < 1.0 - rounding) {
      tell(key + ".weights", fmt::format("the weights sum to {:.6g}", sum),
           "they share out all that the family may spend", "make them sum to 1");
    }
    if (std::ranges::any_of(words.weights, [](double weight) { return !(weight > 0.0); })) {
      tell(key + ".weights", "a weight is 0", "its hypothesis would never be tested", "take a small one");
    }
    return words.weights;
  }

  double read_truncation(std::size_t f, const FamilyRules& family, const std::string& key) {
    const std::optional<double>& truncation = words_.families[f].truncation;
    if (truncation && family.method != FamilyMethod::holm) {
      tell(key + ".truncation", fmt::format("truncation says nothing to '{}'", name_of(family.method)),
           "Holm's procedure alone is truncated", "leave it out, or take the method 'holm'");
    }
    // A family of one passes all on with its only rejection; whole or truncated is the same to it.
    const bool passes_on = family.gate == Gate::parallel && f + 1 < words_.families.size() &&
                           words_.families[f].hypotheses.size() > 1;
    if (family.method == FamilyMethod::holm && passes_on && truncation == 1.0) {
      tell(key + ".truncation",
           fmt::format("family {} passes nothing on before all of it is rejected", f + 1),
           "Holm's procedure spends all that it has; a parallel gate needs it truncated",
           "take a truncation below 1, such as 0.5, or a serial gate");
    }
    return truncation.value_or(family.method == FamilyMethod::holm && passes_on ? usual_truncation : 1.0);
  }

  const MultiplicityWords& words_;
  std::span<const std::string> names_;
  const TellProblem& tell_;
  bool told_ = false;
};

}  // namespace

std::optional<std::size_t> find_hypothesis(std::string_view word, std::span<const std::string> names) {
  const auto named = std::ranges::find(names, word);
  if (named != names.end()) return static_cast<std::size_t>(named - names.begin());
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  const bool whole = error == std::errc{} && end == word.data() + word.size();
  if (!whole || number < 1 || number > names.size()) return std::nullopt;
  return number - 1;
}

std::optional<MultiplicityRules> read_multiplicity(const MultiplicityWords& words,
                                                   std::span<const std::string> names,
                                                   const TellProblem& tell) {
  return Reader(words, names, tell).read();
}

}  // namespace equipoise
