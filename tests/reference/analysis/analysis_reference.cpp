// Every case of cases.csv, answered by R (reference.R), is answered again.

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/analysis/analyse.hpp"
#include "tests/support/reference_csv.hpp"

namespace equipoise {
namespace {

using Row = checks::ReferenceRow;

double number(const std::string& text) {
  return text == "NA" ? unseen : std::stod(text);
}

std::uint32_t whole(const std::string& text) {
  return static_cast<std::uint32_t>(std::stoul(text));
}

constexpr VisitId last_visit{1};

TrialData trial_of(const std::vector<Row>& rows) {
  TrialData data;
  data.resize(rows.size(), 3, 2);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    data.arm[i] = static_cast<std::uint8_t>(whole(row.at("arm")));
    data.site[i] = static_cast<std::uint16_t>(whole(row.at("site")));
    data.group[i] = -1;
    data.seen[i] = 3;
    for (std::uint32_t endpoint = 0; endpoint < 3; ++endpoint) {
      data.values.at(EndpointId{endpoint}, baseline_visit)[i] =
          number(row.at("x" + std::to_string(endpoint)));
      data.values.at(EndpointId{endpoint}, last_visit)[i] = endpoint == 0 ? number(row.at("y")) : unseen;
    }
  }
  return data;
}

const std::map<std::string, TrialData>& trials() {
  static const std::map<std::string, TrialData> all = [] {
    std::map<std::string, std::vector<Row>> rows;
    for (const Row& row : checks::reference_rows("analysis/data.csv")) rows[row.at("trial")].push_back(row);
    std::map<std::string, TrialData> read;
    for (const auto& [name, of_trial] : rows) read.emplace(name, trial_of(of_trial));
    return read;
  }();
  return all;
}

AnalysisOptions options_of(const Row& row) {
  const std::string& method = row.at("method");
  if (method == "proportions") return ProportionsOptions{};
  if (method == "mean_difference") {
    return MeanDifferenceOptions{*value_of<MeanDifferenceOptions::Variance>(row.at("option"))};
  }
  AncovaOptions options;
  options.arms = *value_of<ModelArms>(row.at("option"));
  for (const std::string& term : checks::parts(row.at("adjust"), '+')) {
    if (term == "site") options.adjust.push_back({Covariate::Kind::site, {}});
    if (term[0] == 'x')
      options.adjust.push_back({Covariate::Kind::baseline, EndpointId{whole(term.substr(1))}});
  }
  return options;
}

Contrast contrast_of_row(const Row& row) {
  const std::map<std::string, Transform::Kind> kinds{{"none", Transform::Kind::none},
                                                     {"log1p", Transform::Kind::log1p},
                                                     {"change", Transform::Kind::change},
                                                     {"responder", Transform::Kind::responder}};
  return {.endpoint = EndpointId{0},
          .visit = last_visit,
          .treatment = ArmId{whole(row.at("treatment"))},
          .comparator = ArmId{whole(row.at("comparator"))},
          .transform = {kinds.at(row.at("transform")), number(row.at("fraction"))},
          .better = *value_of<Direction>(row.at("better"))};
}

Question question_of(const Row& row, const Contrast& contrast) {
  return Question(*value_of<TestKind>(row.at("test")), better_after(contrast.transform, contrast.better),
                  number(row.at("margin")),
                  Level{number(row.at("alpha")), static_cast<int>(whole(row.at("sides")))});
}

// Both sides work in doubles, R by Householder reflections of the uncentred columns: nine digits of a number
// as large as its standard error are what R itself holds where a column is a million times its spread. R's
// tails keep seven.
void expect_agreement(const Row& row) {
  const Contrast contrast = contrast_of_row(row);
  AnalysisWorkspace workspace;
  const Estimate estimate =
      analyse(trials().at(row.at("trial")), contrast, question_of(row, contrast), options_of(row), workspace);
  ASSERT_EQ(estimate.status, FitStatus::ok);
  const double se = number(row.at("se"));
  const auto close = [&](double ours, const char* column, double at_least) {
    const double theirs = number(row.at(column));
    EXPECT_NEAR(ours, theirs, 1e-9 * std::max(std::abs(theirs), at_least)) << column;
  };
  close(estimate.value, "value", se);
  close(estimate.se, "se", 0.0);
  close(estimate.lower, "lower", se);
  close(estimate.upper, "upper", se);
  close(estimate.statistic, "statistic", 1.0);
  const double df = number(row.at("df"));
  if (df == std::floor(df)) {
    EXPECT_EQ(estimate.df, df);
  } else {
    close(estimate.df, "df", 0.0);
  }
  const double p = number(row.at("p"));
  EXPECT_NEAR(estimate.p, p, 1e-7 * p);
}

class Reference : public testing::TestWithParam<const char*> {};

TEST_P(Reference, AgreesWithR) {
  int line = 1;
  int compared = 0;
  for (const Row& row : checks::reference_rows("analysis/cases.csv")) {
    ++line;
    if (row.at("method") != GetParam()) continue;
    SCOPED_TRACE("line " + std::to_string(line) + " of cases.csv, trial " + row.at("trial"));
    expect_agreement(row);
    ++compared;
  }
  EXPECT_GT(compared, 40);
}

INSTANTIATE_TEST_SUITE_P(Methods, Reference, testing::Values("mean_difference", "ancova", "proportions"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace equipoise
