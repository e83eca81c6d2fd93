#include "tools/cli/adjust_request.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/numeric/greatest_of_many.hpp"
#include "engine/testing/multiplicity_words.hpp"

namespace equipoise {
namespace {

// Arms of equal size share half of their variance with each other through the comparator.
constexpr double equal_arms = 0.5;
// The tail of n statistics with any correlations is a mean over 20,000 points, each of which costs some n
// times 0.2 microseconds, and of t statistics over some thirty scales; n of them are asked for. So many take
// seconds.
constexpr std::size_t most_of_normal_statistics = 32;
constexpr std::size_t most_of_student_statistics = 10;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// "a, b,c" at the commas; nothing for an empty text.
std::vector<std::string> parts_of(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t first = 0; first <= text.size() && !trimmed(text).empty();) {
    const std::size_t last = std::min(text.find(separator, first), text.size());
    parts.emplace_back(trimmed(text.substr(first, last - first)));
    first = last + 1;
  }
  return parts;
}

std::optional<double> number_of(std::string_view text) {
  double number = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The option that a key of the rules was given by.
std::string option_of(std::string_view key) {
  if (key.starts_with("family.") && key.ends_with(".weights")) return "--family-weights";
  if (key.starts_with("family") && key.ends_with(".truncation")) return "--truncation";
  if (key.starts_with("family")) return "--families";
  if (key == "hypotheses") return "--p";
  return fmt::format("--{}", key.substr(0, key.find('.')));
}

class Reader {
 public:
  Reader(const AdjustArguments& arguments, Problems& problems) : arguments_(arguments), problems_(problems) {}

  [[nodiscard]] AdjustRequest read() {
    AdjustRequest request;
    const bool method_known = read_method();
    request.p = read_p();
    request.names = read_names(request.p.size());
    request.alpha = read_alpha().value_or(request.alpha);
    const bool dunnett = is_dunnett(words_.method);
    if (method_known && !dunnett) refuse_joint_options();
    request.df = read_df(request.p.size());
    read_words();
    const JointRules joint = read_joint(request.p.size());
    if (dunnett && problems_.empty()) check_work(joint, request.df);
    if (!problems_.empty()) {
      if (rules_can_be_read(method_known)) (void)read_rules(request.names);
      return request;
    }
    if (auto rules = read_rules(request.names)) {
      if (dunnett) rules->joint = joint;
      request.procedure = Multiplicity(*std::move(rules), request.p.size());
    }
    return request;
  }

 private:
  void add(const std::string& option, std::string what, std::string why = {}, std::string suggestion = {}) {
    problems_.add({option}, std::move(what), std::move(why), std::move(suggestion));
  }

  template <class Enum>
  std::optional<Enum> word(const std::string& option, const std::string& text) {
    const std::optional<Enum> known = value_of<Enum>(text);
    if (!known) add(option, fmt::format("'{}' is unknown", text), {}, suggest(text, names_of<Enum>()));
    return known;
  }

  /// The numbers between the commas; those that are none, or out of range, are told of and left out.
  std::vector<double> numbers(const std::string& option, std::string_view text, double low, double high) {
    std::vector<double> all;
    for (const std::string& part : parts_of(text, ',')) {
      const std::optional<double> number = number_of(part);
      if (!number) {
        all_understood_ = false;
        add(option, fmt::format("'{}' is no number", part));
      } else if (!(*number >= low && *number <= high)) {
        all_understood_ = false;
        add(option, fmt::format("{} is out of range", part),
            fmt::format("it must be {:g} to {:g}", low, high));
      } else {
        all.push_back(*number);
      }
    }
    return all;
  }

  bool read_method() {
    const auto method = word<MultiplicityMethod>("--method", arguments_.method);
    words_.method = method.value_or(MultiplicityMethod::none);
    return method.has_value();
  }

  std::vector<double> read_p() {
    std::vector<double> all;
    for (const std::string& part : parts_of(arguments_.p, ',')) {
      const double missing = std::numeric_limits<double>::quiet_NaN();
      const std::optional<double> number = part == "NA" ? missing : number_of(part);
      if (!number) {
        add("--p", fmt::format("'{}' is no number", part), {}, "NA stands for a test that could not be made");
      } else if (*number < 0.0 || *number > 1.0 || (std::isnan(*number) && part != "NA")) {
        add("--p", fmt::format("{} is no p value", part), "a probability is 0 to 1");
      }
      all.push_back(number.value_or(missing));
    }
    if (all.empty())
      add("--p", "there are no p values", "there is nothing to adjust", "such as 0.01,0.02,0.04");
    return all;
  }

  std::vector<std::string> read_names(std::size_t count) {
    std::vector<std::string> names = parts_of(arguments_.names, ',');
    if (names.empty()) {
      for (std::size_t i = 0; i < count; ++i) names.push_back(fmt::format("H{}", i + 1));
      return names;
    }
    if (names.size() != count) {
      add("--names", fmt::format("{} names are given for {} p values", names.size(), count));
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto before = names.begin() + static_cast<std::ptrdiff_t>(i);
      if (names[i].empty()) {
        add("--names", fmt::format("name {} is empty", i + 1));
      } else if (std::find(names.begin(), before, names[i]) != before) {
        add("--names", fmt::format("two hypotheses are named '{}'", names[i]),
            "they could not be told apart");
      }
    }
    return names;
  }

  std::optional<double> read_alpha() {
    const std::optional<double> alpha = number_of(trimmed(arguments_.alpha));
    if (alpha && *alpha > 0.0 && *alpha < 1.0) return alpha;
    add("--alpha", fmt::format("'{}' is no significance level", arguments_.alpha), "it lies between 0 and 1",
        "0.05 on two sides and 0.025 on one are usual");
    return std::nullopt;
  }

  void refuse_joint_options() {
    for (const auto& [option, text] : {std::pair{"--correlation", &arguments_.correlation},
                                       {"--df", &arguments_.df},
                                       {"--sides", &arguments_.sides}}) {
      if (text->empty()) continue;
      add(option, fmt::format("it says nothing to the method '{}'", arguments_.method),
          "it belongs to dunnett, dunnett_step_down", "leave it out, or change the method");
    }
  }

  /// One for all, or one each.
  std::vector<double> read_df(std::size_t count) {
    const double normal = std::numeric_limits<double>::infinity();
    if (arguments_.df.empty()) return std::vector<double>(count, normal);
    std::vector<double> df;
    for (const std::string& part : parts_of(arguments_.df, ',')) {
      const std::optional<double> number = number_of(part);
      if (!number || !(*number > 0.0)) {
        add("--df", fmt::format("'{}' is no number of degrees of freedom", part), "it is above 0",
            "inf stands for a normal statistic");
      }
      df.push_back(number.value_or(normal));
    }
    if (df.size() == 1) return std::vector<double>(count, df.front());
    if (df.size() != count) {
      add("--df", fmt::format("{} numbers are given for {} p values", df.size(), count), {},
          "give one for all, or one each");
    }
    return df;
  }

  void read_words() {
    words_.weights = numbers("--weights", arguments_.weights, 0.0, 1.0);
    for (const std::string& row : parts_of(arguments_.transitions, ';')) {
      words_.transitions.push_back(numbers("--transitions", row, 0.0, 1.0));
    }
    for (std::string& text : parts_of(arguments_.order, ',')) words_.order.push_back({std::move(text)});
    for (const std::string& family : parts_of(arguments_.families, ';')) {
      FamilyWords& words = words_.families.emplace_back();
      for (std::string& text : parts_of(family, ',')) words.hypotheses.push_back({std::move(text)});
    }
    read_family_words();
  }

  void read_family_words() {
    const auto methods = one_a_family("--family-methods", arguments_.family_methods, ',');
    const auto weights = one_a_family("--family-weights", arguments_.family_weights, ';');
    const auto truncations = one_a_family("--truncation", arguments_.truncation, ',');
    const auto gates = one_a_family("--gates", arguments_.gates, ',');
    for (std::size_t f = 0; f < words_.families.size(); ++f) {
      FamilyWords& family = words_.families[f];
      if (f < methods.size()) family.method = word<FamilyMethod>("--family-methods", methods[f]);
      if (f < gates.size()) family.gate = word<Gate>("--gates", gates[f]);
      if (f < weights.size()) family.weights = numbers("--family-weights", weights[f], 0.0, 1.0);
      if (f >= truncations.size() || truncations[f].empty()) continue;
      const std::vector<double> truncation = numbers("--truncation", truncations[f], 0.0, 1.0);
      if (!truncation.empty()) family.truncation = truncation.front();
    }
  }

  std::vector<std::string> one_a_family(const std::string& option, const std::string& text, char separator) {
    std::vector<std::string> all = parts_of(text, separator);
    if (!all.empty() && all.size() != words_.families.size()) {
      add(option, fmt::format("{} are given for {} families", all.size(), words_.families.size()), {},
          fmt::format("give one a family, with '{}' between them", separator));
    }
    return all;
  }

  /// A single number correlates all with each other.
  JointRules read_joint(std::size_t count) {
    JointRules joint;
    const auto sides = number_of(arguments_.sides.empty() ? "2" : arguments_.sides);
    if (!sides || (*sides != 1.0 && *sides != 2.0)) {
      add("--sides", fmt::format("'{}' is no number of sides", arguments_.sides), {}, "1 or 2");
    }
    joint.both_sides = sides == 2.0;
    std::vector<std::vector<double>> rows;
    for (const std::string& row : parts_of(arguments_.correlation, ';')) {
      rows.push_back(numbers("--correlation", row, -1.0, 1.0));
    }
    const bool one = rows.size() == 1 && rows.front().size() == 1 && count != 1;
    const double common = one ? rows.front().front() : equal_arms;
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = 0; j < count; ++j) joint.correlation.push_back(i == j ? 1.0 : common);
    }
    if (!rows.empty() && !one) read_matrix(rows, count, joint.correlation);
    if (all_understood_ && count <= most_hypotheses && !is_correlation(joint.correlation, count)) {
      add("--correlation", "this is no correlation matrix",
          "it is symmetric with ones on its diagonal and has no negative eigenvalue");
    }
    return joint;
  }

  /// Correlations that are no products of loads take minutes where there are many.
  void check_work(const JointRules& joint, const std::vector<double>& df) {
    const std::size_t count = df.size();
    if (count > most_hypotheses) return;  // told elsewhere
    const bool normal = std::ranges::all_of(df, [](double of) { return std::isinf(of); });
    const std::size_t most = normal ? most_of_normal_statistics : most_of_student_statistics;
    const auto tail = joint.both_sides ? GreatestOfMany::Tail::both : GreatestOfMany::Tail::upper;
    if (count <= most || GreatestOfMany(joint.correlation, count, tail).has_one_factor()) return;
    add("--correlation", fmt::format("it is any matrix, of {} statistics", count),
        fmt::format("the joint distribution of more than {} {} takes minutes", most,
                    normal ? "normal statistics" : "t statistics"),
        "take one number for all pairs, or products of loads, or --method holm");
  }

  void read_matrix(const std::vector<std::vector<double>>& rows, std::size_t count,
                   std::vector<double>& correlation) {
    const bool square = rows.size() == count &&
                        std::ranges::all_of(rows, [count](const auto& row) { return row.size() == count; });
    if (square) {
      correlation.clear();
      for (const auto& row : rows) correlation.insert(correlation.end(), row.begin(), row.end());
    } else if (all_understood_) {
      add("--correlation", fmt::format("it is not {} rows of {} numbers", count, count), {},
          "write '1,0.5;0.5,1', or one number that holds for all pairs");
    }
  }

  /// Whether a further look finds mistakes, and not what follows from others.
  [[nodiscard]] bool rules_can_be_read(bool method_known) const {
    const bool options_fit = (arguments_.names.empty() ||
                              parts_of(arguments_.names, ',').size() == parts_of(arguments_.p, ',').size());
    return method_known && all_understood_ && options_fit && !arguments_.p.empty();
  }

  std::optional<MultiplicityRules> read_rules(const std::vector<std::string>& names) {
    const TellProblem tell = [this](const std::string& key, const std::string& what, const std::string& why,
                                    const std::string& suggestion) {
      add(option_of(key), what, why, suggestion);
    };
    return read_multiplicity(words_, names, tell);
  }

  const AdjustArguments& arguments_;
  Problems& problems_;
  MultiplicityWords words_;
  bool all_understood_ = true;
};

}  // namespace

AdjustRequest read_adjust(const AdjustArguments& arguments, Problems& problems) {
  return Reader(arguments, problems).read();
}

}  // namespace equipoise
