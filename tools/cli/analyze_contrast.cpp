#include "tools/cli/analyze_contrast.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/base/nearest.hpp"

namespace equipoise {
namespace {

/// As it stands in a file: labels of arms may hold spaces.
std::vector<std::string> labels_of(const std::string& text) {
  std::vector<std::string> labels;
  for (std::size_t first = 0; first <= text.size() && !text.empty();) {
    const std::size_t last = std::min(text.find(',', first), text.size());
    labels.push_back(text.substr(first, last - first));
    first = last + 1;
  }
  return labels;
}

/// Which contrast of the data the options name.
class ContrastReader {
 public:
  ContrastReader(const AnalyzeArguments& arguments, const AnalysisData& data, std::optional<bool> over_visits,
                 Problems& problems)
      : arguments_(arguments), data_(data), over_visits_(over_visits), problems_(problems) {}

  [[nodiscard]] NamedContrast operator()() {
    Contrast contrast{.endpoint = EndpointId{0},
                      .visit = VisitId{1},
                      .treatment = ArmId{0},
                      .comparator = ArmId{0},
                      .transform = {}};
    const bool visits = !arguments_.compare_visits.empty();
    const bool one_arm = visits || !arguments_.mean.empty();
    if (one_arm) check_over_visits(visits ? "--compare-visits is" : "--mean is");
    if (!data_.arms.empty()) one_arm ? read_one_arm(contrast, visits) : read_arms(contrast);
    if (!data_.visits.empty()) visits ? read_visits(contrast) : read_at(contrast);
    return {contrast, words_};
  }

 private:
  void add(std::string what, std::string why = {}, std::string suggestion = {}) {
    tell_words(problems_, std::move(what), std::move(why), std::move(suggestion));
  }
  void check_over_visits(std::string_view what) {
    if (over_visits_.value_or(true)) return;
    add(fmt::format("{} of models over visits", what), {}, "take --method mmrm");
  }
  [[nodiscard]] ArmId arm(const std::string& label, std::string_view option) {
    const auto found = data_.arm(label);
    if (!found) add(fmt::format("no arm is '{}' ({})", label, option), {}, suggest(label, data_.arms));
    return found.value_or(ArmId{0});
  }
  [[nodiscard]] VisitId visit(const std::string& label, std::string_view option) {
    const auto found = data_.visit(label);
    if (!found) {
      add(fmt::format("no visit is '{}' ({})", label, option), {},
          suggest(label, std::span(data_.visits).subspan(1)));
    }
    return found.value_or(VisitId{1});
  }

  void read_arms(Contrast& contrast) {
    const std::vector<std::string> labels = labels_of(arguments_.compare);
    if (data_.arms.size() < 2) {
      add("there is one arm only", "a comparison needs two",
          "for a change between visits add --compare-visits LATER,EARLIER");
    } else if (labels.empty() && data_.arms.size() == 2) {
      add("which arm is the treatment is not said", {},
          fmt::format("add --compare {},{}", data_.arms[1], data_.arms[0]));
    } else if (labels.size() != 2 || labels[0] == labels[1]) {
      add(fmt::format("--compare names {} arms", labels.size()), "two different ones are compared",
          "write --compare TREATMENT,COMPARATOR");
    } else {
      contrast.treatment = arm(labels[0], "--compare");
      contrast.comparator = arm(labels[1], "--compare");
      words_ = fmt::format("{} - {}", labels[0], labels[1]);
    }
  }

  void read_one_arm(Contrast& contrast, bool visits) {
    contrast.of = visits ? Contrast::Of::visits : Contrast::Of::mean;
    std::string label = arguments_.mean;
    if (label.empty() && data_.arms.size() > 1) {
      add("in which arm the visits are compared is not said", "there are several",
          fmt::format("add --mean {}", data_.arms[0]));
    } else if (label.empty()) {
      label = data_.arms[0];
    }
    if (!label.empty()) contrast.treatment = arm(label, "--mean");
    words_ = label.empty() ? "everybody" : label;
    if (!visits) words_ = "mean of " + words_;
  }

  void read_visits(Contrast& contrast) {
    const std::vector<std::string> labels = labels_of(arguments_.compare_visits);
    if (labels.size() != 2 || labels[0] == labels[1]) {
      add(fmt::format("--compare-visits names {} visits", labels.size()), "two different ones are compared",
          "write --compare-visits LATER,EARLIER");
      return;
    }
    contrast.visit = visit(labels[0], "--compare-visits");
    contrast.earlier_visit = visit(labels[1], "--compare-visits");
    words_ += fmt::format(": {} - {}", labels[0], labels[1]);
  }

  void read_at(Contrast& contrast) {
    std::vector<std::string> labels = labels_of(arguments_.at);
    const bool average = arguments_.at == "average" && !data_.visit("average");
    if (average) labels.assign(data_.visits.begin() + 1, data_.visits.end());
    if (labels.empty() && data_.visits.size() > 2) {
      add("which visit is compared is not said", "there are several",
          fmt::format("add --at {}, or --at average", data_.visits.back()));
      return;
    }
    if (labels.empty()) return;
    std::uint32_t bits = 0;
    for (const std::string& label : labels) {
      contrast.visit = visit(label, "--at");
      bits |= 1U << contrast.visit.value;
    }
    words_ += fmt::format(" at {}", fmt::join(labels, ", "));
    if (labels.size() < 2) return;
    contrast.averaged_visits = bits;
    check_over_visits("a mean of visits is");
  }

  const AnalyzeArguments& arguments_;
  const AnalysisData& data_;
  std::optional<bool> over_visits_;
  Problems& problems_;
  std::string words_;
};

}  // namespace

NamedContrast read_contrast(const AnalyzeArguments& arguments, const AnalysisData& data,
                            std::optional<bool> over_visits, Problems& problems) {
  return ContrastReader(arguments, data, over_visits, problems)();
}

}  // namespace equipoise
