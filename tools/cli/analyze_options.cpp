#include "tools/cli/analyze_options.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/analysis/gee/leverage.hpp"
#include "engine/analysis/mixed/nested_data.hpp"
#include "engine/scenario/analysis_options.hpp"
#include "tools/cli/group_counts.hpp"

namespace equipoise {
namespace {

// Columns of a model over visits: each missingness pattern keeps their products.
constexpr std::size_t most_over_visits = 300;
constexpr std::size_t most_columns = 1000;

bool of_groups(const AnalysisOptions& options) {
  if (const auto* gee = std::get_if<GeeOptions>(&options))
    return gee->clusters == GeeOptions::Clusters::therapy_groups;
  const auto* mixed = std::get_if<MixedOptions>(&options);
  return mixed != nullptr && mixed->random == MixedOptions::Random::therapy_group;
}

/// Whether the order and the places of the visits are part of the model.
bool visits_in_order(const AnalysisOptions& options) {
  if (const auto* gee = std::get_if<GeeOptions>(&options)) {
    return gee->correlation == GeeOptions::Correlation::ar1;
  }
  const auto* mmrm = std::get_if<MmrmOptions>(&options);
  if (mmrm == nullptr) return false;
  return mmrm->covariance != CovarianceStructure::unstructured &&
         mmrm->covariance != CovarianceStructure::compound_symmetry &&
         mmrm->covariance != CovarianceStructure::heterogeneous_compound_symmetry;
}

/// Holds an analysis against the data it is to be made of.
class Check {
 public:
  Check(const AnalysisOptions& options, const AnalysisData& data, Problems& problems)
      : options_(options), data_(data), problems_(problems) {}

  void operator()(bool binary, bool groups_of_one) const {
    check_values(binary);
    check_visits();
    check_columns();
    if (!of_groups(options_)) return;
    if (data_.groups.empty()) {
      add("nobody is in a therapy group", "the column of --cluster is empty",
          "name another, or take --method ancova");
    } else if (std::holds_alternative<MixedOptions>(options_)) {
      check_groups(groups_of_one);
    }
  }

 private:
  void add(std::string what, std::string why = {}, std::string suggestion = {}) const {
    tell_words(problems_, std::move(what), std::move(why), std::move(suggestion));
  }
  [[nodiscard]] bool slope() const {
    return std::holds_alternative<MixedOptions>(options_) && over_visits(options_);
  }

  void check_values(bool binary) const {
    const auto* gee = std::get_if<GeeOptions>(&options_);
    const bool for_binary = std::holds_alternative<LogisticOptions>(options_) ||
                            std::holds_alternative<ProportionsOptions>(options_) ||
                            (gee != nullptr && gee->link == GeeOptions::Link::logit);
    if (!for_binary || binary) return;
    add(fmt::format("'{}' does not fit these values", method_name(options_)), "some are neither 0 nor 1",
        "write yes as 1 and no as 0, or take --method mmrm or ancova, or --transform 'responder(30%)'");
  }

  void check_visits() const {
    if (slope() && data_.months.size() < 3) {
      add("a slope over visits needs visits that are numbers, and two of them at least", {},
          "name a column of months with --visit");
    }
    const bool may = over_visits(options_) && !slope();
    if (may || std::ranges::none_of(data_.covariates, &Covariate::by_visit)) return;
    add(fmt::format("'{}' has one coefficient for a covariate", method_name(options_)), {},
        "leave '*visit' out of --adjust");
  }

  void check_columns() const {
    if (std::holds_alternative<AncovaOptions>(options_)) return;  // whose sites are no columns
    std::size_t most = over_visits(options_) ? most_over_visits : most_columns;
    if (of_groups(options_)) most = std::min(NestedData::most_columns, most_order) - 1;
    const std::size_t sites = data_.site_levels.empty() ? 0 : data_.site_levels.size() - 1;
    const std::size_t columns = data_.arms.size() + data_.covariates.size() + sites;
    if (data_.covariates.empty() || columns <= most) return;
    add(fmt::format("the model has {} columns", columns),
        fmt::format("'{}' may have {} here; a factor has one a level", method_name(options_), most),
        "adjust for fewer covariates, or group their levels");
  }

  void check_groups(bool groups_of_one) const {
    const GroupCounts sizes(data_);
    if (const auto group = sizes.of_two_arms()) {
      add(fmt::format("group '{}' has people of two arms", data_.groups[static_cast<std::size_t>(*group)]),
          "a therapy group is of one arm", "give groups of different arms different names");
    } else if (sizes.all_of_one()) {
      add("every therapy group has one person", "how groups differ cannot be told from how people do",
          "name another column with --cluster");
    } else if (!groups_of_one) {
      check_groups_of_one(sizes);
    }
  }

  /// Controls who meet in no group and yet have a number each.
  void check_groups_of_one(const GroupCounts& sizes) const {
    for (std::size_t arm = 0; arm < data_.arms.size(); ++arm) {
      const GroupCounts::OfArm of = sizes.of(arm);
      if (of.groups == 0 || of.of_one < of.groups) continue;
      add(fmt::format("every therapy group of arm '{}' has one person", data_.arms[arm]),
          "each would have a variance between groups of its own",
          "leave the group empty for who meets in none, or add --groups-of-one if they are groups");
    }
  }

  const AnalysisOptions& options_;
  const AnalysisData& data_;
  Problems& problems_;
};

void remark_on_groups(const AnalysisData& data, const AnalysisOptions& options,
                      std::vector<std::string>& remarks) {
  const GroupCounts sizes(data);
  const auto shared = sizes.of_two_arms();
  if (shared) {
    remarks.push_back(fmt::format("group '{}' has people of two arms; such groups count as one cluster each",
                                  data.groups[static_cast<std::size_t>(*shared)]));
  }
  for (std::size_t arm = 0; arm < data.arms.size(); ++arm) {
    const GroupCounts::OfArm of = sizes.of(arm);
    if (2 * of.of_one <= of.groups || std::holds_alternative<GeeOptions>(options)) continue;
    remarks.push_back(fmt::format(
        "{} of {} therapy groups of arm '{}' have one person; the group is to be empty for who meets in none",
        of.of_one, of.groups, data.arms[arm]));
  }
}

}  // namespace

bool over_visits(const AnalysisOptions& options) {
  if (const auto* gee = std::get_if<GeeOptions>(&options))
    return gee->clusters == GeeOptions::Clusters::participants;
  if (const auto* mixed = std::get_if<MixedOptions>(&options)) {
    return mixed->random == MixedOptions::Random::intercept_slope;
  }
  return std::holds_alternative<MmrmOptions>(options);
}

AnalysisOptions analyze_options(const AnalyzeArguments& arguments, const AnalyzeRequest& request,
                                const AnalysisData& data, Problems& problems) {
  Design design;
  design.endpoints.resize(1);
  design.endpoints[0].kind = data.binary ? EndpointKind::state : EndpointKind::continuous;
  HypothesisPart hypothesis;
  hypothesis.transform = *request.transform;
  AnalysisPart part = request.part;
  part.by_site = !data.site_name.empty();
  AnalysisOptions options = analysis_options(part, hypothesis, design);
  std::visit(
      [&](auto& of) {
        if constexpr (requires { of.adjust; }) of.adjust = data.covariates;
      },
      options);
  if (auto* mixed = std::get_if<MixedOptions>(&options)) mixed->months = data.months;
  Check(options, data, problems)(is_binary(*request.transform, design.endpoints[0].kind),
                                 arguments.groups_of_one);
  return options;
}

std::vector<std::string> remarks_on(const AnalysisData& data, const AnalysisOptions& options) {
  std::vector<std::string> remarks;
  for (const AnalysisData::Lacking& lacking : data.lacking) {
    remarks.push_back(fmt::format("{} of {} participants lack '{}' and are left out", lacking.participants,
                                  data.trial.participants(), lacking.covariate));
  }
  for (const AnalysisData::Alike& alike : data.alike) {
    remarks.push_back(
        fmt::format("'{}' and '{}' of '{}' differ by capitals or spaces alone and are two labels",
                    alike.first, alike.second, alike.column));
  }
  if (visits_in_order(options) && !data.visits_are_numbers) {
    remarks.push_back(fmt::format("the visits are taken in the order in which they first appear: {}",
                                  fmt::join(data.visits.begin() + 1, data.visits.end(), ", ")));
  }
  if (of_groups(options)) remark_on_groups(data, options, remarks);
  const auto* ancova = std::get_if<AncovaOptions>(&options);
  if (ancova != nullptr && ancova->adjust.empty()) {
    remarks.emplace_back(
        "'ancova' adjusts for nothing here, which makes it a difference of means; name covariates with "
        "--adjust");
  }
  return remarks;
}

}  // namespace equipoise
