// Every row of the tables beside this file, made by R (reference.R), is adjusted again.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/testing/multiplicity.hpp"
#include "tests/support/reference_csv.hpp"

namespace equipoise {
namespace {

using checks::parts;
using Row = checks::ReferenceRow;

std::vector<double> numbers(const std::string& text) {
  std::vector<double> all;
  for (const std::string& one : parts(text, ' ')) all.push_back(std::stod(one));
  return all;
}

/// "0 1;1 0", row by row.
std::vector<double> matrix(const std::string& text) {
  std::vector<double> all;
  for (const std::string& row : parts(text, ';')) {
    for (const double one : numbers(row)) all.push_back(one);
  }
  return all;
}

std::vector<double> adjust(const Multiplicity& procedure, const std::vector<double>& p,
                           const std::vector<double>& df = {}) {
  std::vector<double> adjusted(p.size());
  Multiplicity::Scratch scratch;
  procedure(p, df, adjusted, scratch);
  return adjusted;
}

void expect_near(const std::vector<double>& ours, const std::string& expected, double error,
                 const std::string& which) {
  const std::vector<double> theirs = numbers(expected);
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i)
    EXPECT_NEAR(ours[i], theirs[i], error) << which << ", " << i + 1;
}

TEST(MultiplicityReference, AgreesWithPAdjust) {
  const std::vector<Row> rows = checks::reference_rows("testing/cases.csv");
  EXPECT_EQ(rows.size(), 60U);
  for (const Row& row : rows) {
    const std::vector<double> ours =
        adjust(*value_of<MultiplicityMethod>(row.at("method")), numbers(row.at("p")));
    const std::vector<double> theirs = numbers(row.at("adjusted"));
    ASSERT_EQ(ours.size(), theirs.size());
    // A multiplication or two: the last places at most.
    for (std::size_t i = 0; i < ours.size(); ++i) {
      EXPECT_DOUBLE_EQ(ours[i], theirs[i]) << row.at("method") << " of " << row.at("p");
    }
  }
}

TEST(MultiplicityReference, GraphsAgreeWithTheirClosedTests) {
  const std::vector<Row> rows = checks::reference_rows("testing/graphs.csv");
  EXPECT_EQ(rows.size(), 28U);
  for (const Row& row : rows) {
    MultiplicityRules rules;
    rules.method = MultiplicityMethod::graph;
    rules.weights = numbers(row.at("weights"));
    rules.transitions = matrix(row.at("transitions"));
    const std::vector<double> p = numbers(row.at("p"));
    expect_near(adjust({rules, p.size()}, p), row.at("adjusted"), 1e-12, row.at("p"));
  }
}

TEST(MultiplicityReference, GatesAgreeWithTheirStages) {
  const std::vector<Row> rows = checks::reference_rows("testing/gates.csv");
  EXPECT_EQ(rows.size(), 36U);
  for (const Row& row : rows) {
    MultiplicityRules rules;
    rules.method = MultiplicityMethod::gatekeeping;
    const std::vector<std::string> families = parts(row.at("families"), ';');
    for (std::size_t f = 0; f < families.size(); ++f) {
      FamilyRules& family = rules.families.emplace_back();
      for (const double h : numbers(families[f]))
        family.hypotheses.push_back(static_cast<std::size_t>(h) - 1);
      family.method = *value_of<FamilyMethod>(parts(row.at("methods"), ' ')[f]);
      family.truncation = numbers(row.at("truncation"))[f];
      family.gate = *value_of<Gate>(parts(row.at("gates"), ' ')[f]);
      const auto size = static_cast<double>(family.hypotheses.size());
      if (family.method != FamilyMethod::fixed_sequence)
        family.weights.assign(family.hypotheses.size(), 1.0 / size);
    }
    const std::vector<double> p = numbers(row.at("p"));
    // The bisection ends 2^-60 away; its decisions round as the last place of p does.
    expect_near(adjust({rules, p.size()}, p), row.at("adjusted"), 1e-12, row.at("p"));
  }
}

TEST(MultiplicityReference, DunnettAgreesWithItsIntegralsMvtnormAndMultcomp) {
  const std::vector<Row> rows = checks::reference_rows("testing/dunnett.csv");
  EXPECT_EQ(rows.size(), 17U);
  for (const Row& row : rows) {
    MultiplicityRules rules;
    rules.method = *value_of<MultiplicityMethod>(row.at("method"));
    rules.joint.correlation = matrix(row.at("correlation"));
    rules.joint.both_sides = row.at("sides") == "2";
    const std::vector<double> p = numbers(row.at("p"));
    expect_near(adjust({rules, p.size()}, p, numbers(row.at("df"))), row.at("adjusted"),
                std::stod(row.at("error")), row.at("method") + " of " + row.at("p"));
  }
}

// Worked examples that others published.

TEST(MultiplicityReference, TwoDosesAndTwoEndpoints) {
  // The graph of Bretz and others (2011), figure 1, with the p values and the answer of the README of the R
  // package graphicalMCP.
  MultiplicityRules rules;
  rules.method = MultiplicityMethod::graph;
  rules.weights = {0.5, 0.5, 0.0, 0.0};
  rules.transitions = {0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0};
  expect_near(adjust({rules, 4}, {0.01, 0.02, 0.03, 0.05}), "0.02 0.04 0.06 0.06", 1e-14, "two doses");
}

TEST(MultiplicityReference, PrimaryAndSecondaryEndpoints) {
  // Two families of two with the truncated Holm procedure (0.5), the example of pargateadjp in the R package
  // multxpert (Dmitrienko and Tamhane 2009, section 5.4); by hand: 2 x 0.0082, then 0.0174 / 0.75, and the
  // second family with all of alpha, for which both p values are small enough.
  MultiplicityRules rules;
  rules.method = MultiplicityMethod::gatekeeping;
  rules.families = {{{0, 1}, {0.5, 0.5}, FamilyMethod::holm, 0.5, Gate::parallel},
                    {{2, 3}, {0.5, 0.5}, FamilyMethod::holm, 1.0, Gate::parallel}};
  expect_near(adjust({rules, 4}, {0.0082, 0.0174, 0.0042, 0.0180}), "0.0164 0.0232 0.0232 0.0232", 1e-14,
              "two families");
}

}  // namespace
}  // namespace equipoise
