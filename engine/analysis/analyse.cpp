#include "engine/analysis/analyse.hpp"

#include "engine/analysis/ancova.hpp"
#include "engine/analysis/mean_difference.hpp"
#include "engine/analysis/proportions.hpp"

namespace equipoise {
namespace {

/// One function a method, chosen by the type of its options.
struct Fit {
  const TrialData& data;
  const Contrast& contrast;
  const Question& question;
  AnalysisWorkspace& workspace;

  Estimate operator()(const MeanDifferenceOptions& options) const {
    return mean_difference(data, contrast, question, options, workspace);
  }
  Estimate operator()(const AncovaOptions& options) const {
    return ancova(data, contrast, question, options, workspace);
  }
  Estimate operator()(const ProportionsOptions&) const {
    return proportions(data, contrast, question, workspace);
  }
};

struct MethodName {
  std::string_view operator()(const MeanDifferenceOptions&) const { return "mean_difference"; }
  std::string_view operator()(const AncovaOptions&) const { return "ancova"; }
  std::string_view operator()(const ProportionsOptions&) const { return "proportions"; }
};

}  // namespace

Contrast contrast_of(const Hypothesis& hypothesis, Direction better) {
  return {.endpoint = hypothesis.endpoint,
          .visit = hypothesis.visit,
          .treatment = hypothesis.treatment,
          .comparator = hypothesis.comparator,
          .transform = hypothesis.transform,
          .better = better};
}

std::string_view method_name(const AnalysisOptions& options) {
  return std::visit(MethodName{}, options);
}

Estimate analyse(const TrialData& data, const Contrast& contrast, const Question& question,
                 const AnalysisOptions& options, AnalysisWorkspace& workspace) {
  return std::visit(Fit{data, contrast, question, workspace}, options);
}

}  // namespace equipoise
