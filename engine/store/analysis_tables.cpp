#include "engine/store/analysis_tables.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "engine/store/described.hpp"
#include "engine/store/simulated_table.hpp"

namespace equipoise {
namespace {

/// A number of an analysis that is stored with its Monte Carlo standard error.
struct Table {
  const char* name;
  Simulated (*value)(const AnalysisCharacteristics&);
  const char* units;  // null: those of the hypothesis' transformed endpoint
  const char* meaning;
};

using Of = const AnalysisCharacteristics&;

constexpr std::array<Table, 18> tables{
    {{"truth", [](Of a) { return a.truth; }, nullptr,
      "true value on the scale of the analysis, that bias and coverage are held against"},
     {"power_no_rejection", [](Of a) { return a.rules.no_rejection; }, units_of_share,
      "power by the own fits alone; a failed fit rejects nothing"},
     {"power_left_out", [](Of a) { return a.rules.left_out; }, units_of_share,
      "power among the trials whose own fit is usable"},
     {"power_fallback", [](Of a) { return a.rules.fallback; }, units_of_share,
      "power where the plan's next analysis takes the place of a failed fit"},
     {"mean_estimate", [](Of a) { return a.mean_estimate; }, nullptr, "mean of the estimates that were used"},
     {"bias", [](Of a) { return a.bias; }, nullptr, "mean of the estimates minus the true value"},
     {"empirical_se", [](Of a) { return a.empirical_se; }, nullptr, "standard deviation of the estimates"},
     {"model_se", [](Of a) { return a.model_se; }, nullptr,
      "root mean square of the standard errors that the analysis reports"},
     {"coverage", [](Of a) { return a.coverage; }, units_of_share,
      "share of usable fits whose confidence interval holds the true value"},
     {"power", [](Of a) { return a.power; }, units_of_share,
      "share of trials that would reject in a direction that counts as power, were the hypothesis the "
      "trial's "
      "only one"},
     {"harm", [](Of a) { return a.harm; }, units_of_share,
      "share of trials that would so reject in favour of the comparator"},
     {"rejection_rate", [](Of a) { return a.rejection_rate; }, units_of_share,
      "share of trials that would so reject in either direction"},
     {"power_difference", [](Of a) { return a.difference.power; }, units_of_share,
      "power minus that of the protocol's analysis, on the same trials"},
     {"rejection_rate_difference", [](Of a) { return a.difference.rejection_rate; }, units_of_share,
      "rejections in either direction minus those of the protocol's analysis, on the same trials"},
     {"bias_difference", [](Of a) { return a.difference.bias; }, nullptr,
      "bias minus that of the protocol's analysis, on the same trials"},
     {"empirical_se_difference", [](Of a) { return a.difference.empirical_se; }, nullptr,
      "standard deviation of the estimates minus that of the protocol's analysis, on the same trials"},
     {"model_se_difference", [](Of a) { return a.difference.model_se; }, nullptr,
      "standard error reported minus that of the protocol's analysis, on the same trials"},
     {"coverage_difference", [](Of a) { return a.difference.coverage; }, units_of_share,
      "coverage minus that of the protocol's analysis, on the same trials"}}};

std::string path_of(const Table& table) {
  return fmt::format("analyses/{}", table.name);
}

/// The names as they can be told apart: the hypothesis stands before each.
struct Labels {
  std::vector<std::string> analyses;
  std::vector<std::string> names;
  std::vector<std::uint64_t> hypotheses;
  std::vector<std::string> fallbacks;
  std::vector<std::uint64_t> fallback_analyses;
};

Labels labels_of(const Design& design, std::span<const AnalysisLabel> analyses) {
  Labels labels;
  for (const AnalysisLabel& analysis : analyses) {
    labels.names.push_back(analysis.name);
    labels.hypotheses.push_back(analysis.hypothesis);
    labels.analyses.push_back(
        fmt::format("{} / {}", design.hypotheses[analysis.hypothesis].name, analysis.name));
    for (const std::string& fallback : analysis.fallbacks) {
      labels.fallbacks.push_back(fmt::format("{} / {}", labels.analyses.back(), fallback));
      labels.fallback_analyses.push_back(labels.analyses.size() - 1);
    }
  }
  return labels;
}

void make_fallbacks(Hdf5Writer& file, const Labels& labels) {
  if (labels.fallbacks.empty()) return;
  make_text_dimension(file, "fallback", labels.fallbacks, "hypothesis / analysis / what is fitted instead");
  file.link("fallback", "analyses/fallback");
  make_described(file, "analyses/fallback_of", ElementType::uint64, {"fallback"},
                 "index of the analysis that it stands in for");
  file.write("analyses/fallback_of", labels.fallback_analyses);
  make_described(file, "analyses/fallback_used", ElementType::uint64, {"cell", "fallback"},
                 "trials in which it took the place of a failed fit");
}

}  // namespace

bool need_tables(std::span<const AnalysisLabel> analyses) {
  std::size_t last = std::numeric_limits<std::size_t>::max();
  return std::ranges::any_of(analyses, [&](const AnalysisLabel& analysis) {
    const bool again = analysis.hypothesis == last;
    last = analysis.hypothesis;
    return again || !analysis.fallbacks.empty();
  });
}

void make_analysis_tables(Hdf5Writer& file, const Design& design, std::span<const AnalysisLabel> analyses,
                          bool replicates) {
  const Labels labels = labels_of(design, analyses);
  make_text_dimension(file, "analysis", labels.analyses, "hypothesis / analysis");
  file.make_group("analyses");
  for (const char* const shown : {"cell", "analysis", "fit_status"}) {
    file.link(shown, fmt::format("analyses/{}", shown));
  }
  if (replicates) {
    file.make_group("analysis_replicates");
    for (const char* const shown : {"cell", "replicate", "analysis"}) {
      file.link(shown, fmt::format("analysis_replicates/{}", shown));
    }
  }
  make_described(file, "analyses/name", ElementType::text, {"analysis"}, "name within its hypothesis");
  file.write("analyses/name", labels.names);
  make_described(file, "analyses/of_hypothesis", ElementType::uint64, {"analysis"},
                 "index of its hypothesis; the first of a hypothesis is the protocol's");
  file.write("analyses/of_hypothesis", labels.hypotheses);
  for (const Table& table : tables) {
    make_simulated(file, path_of(table), {"cell", "analysis"}, table.units, table.meaning);
  }
  make_described(file, "analyses/status_count", ElementType::uint64, {"cell", "analysis", "fit_status"},
                 "own fits that ended so");
  make_described(file, "analyses/unanswered", ElementType::uint64, {"cell", "analysis"},
                 "trials without any usable fit");
  make_fallbacks(file, labels);
}

void write_analyses(Hdf5Writer& file, std::size_t cell, const Characteristics& characteristics) {
  std::vector<const AnalysisCharacteristics*> analyses;
  std::vector<std::uint64_t> status;
  std::vector<std::uint64_t> unanswered;
  std::vector<std::uint64_t> used;
  for (const TestCharacteristics& test : characteristics.tests) {
    for (const AnalysisCharacteristics& analysis : test.analyses) {
      analyses.push_back(&analysis);
      status.insert(status.end(), analysis.status.begin(), analysis.status.end());
      unanswered.push_back(analysis.unanswered);
      for (const FallbackUse& fallback : analysis.fallbacks) used.push_back(fallback.used);
    }
  }
  for (const Table& table : tables) {
    std::vector<Simulated> values;
    for (const AnalysisCharacteristics* const analysis : analyses) values.push_back(table.value(*analysis));
    write_simulated(file, path_of(table), cell, values);
  }
  file.write_entry("analyses/status_count", cell, status);
  file.write_entry("analyses/unanswered", cell, unanswered);
  if (!used.empty()) file.write_entry("analyses/fallback_used", cell, used);
}

}  // namespace equipoise
