#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/study_from.hpp"

namespace equipoise {
namespace {

/// What is said of a scenario that ships with its analysis replaced.
std::string said_of(const std::string& analysis) {
  try {
    (void)shipped_study("validation/w1.toml", {"hypothesis.1.analysis=" + analysis});
  } catch (const std::exception& wrong) {
    return wrong.what();
  }
  return "";
}

TEST(CheckAnalysis, TakesWhatFits) {
  for (const char* const analysis :
       {R"({method="mmrm",df="residual",covariance="ar1",adjust=["baseline*visit"],fallback=["ancova"]})",
        R"({method="mixed",random="intercept_slope",df="satterthwaite",adjust=["baseline"]})",
        R"({method="gee",adjust=["baseline"],df="normal"})", R"({method="rank_sum"})"}) {
    EXPECT_EQ(said_of(analysis), "") << analysis;
  }
}

TEST(CheckAnalysis, RefusesWhatDoesNot) {
  const std::vector<std::pair<std::string, std::string>> refused = {
      {R"({method="mmrm"})", "says nothing of its degrees of freedom"},
      {R"({method="mmrm",df="clusters"})", "'mmrm' has no df 'clusters'"},
      {R"({method="mmrm",df="kenward_roger",se="empirical"})", "adjustment is of the model's standard error"},
      {R"({method="mmrm",df="kenward_roger",likelihood="ml"})", "adjustment is of REML"},
      {R"({method="mmrm",df="residual",information="expected"})", "nothing here rests on the information"},
      {R"({method="mmrm",df="residual",fallback=["ar2"]})", "neither a covariance structure nor a method"},
      {R"({method="mmrm",df="residual",variance="welch"})", "'variance' says nothing to 'mmrm'"},
      {R"({method="ancova",adjust=["baseline*visit"]})", "has a coefficient at each visit"},
      {R"({method="ancova",fallback=["ar1"]})", "'ar1' is a covariance over visits"},
      {R"({method="mixed",df="kenward_roger"})", "looks for therapy groups and no arm has any"},
      {R"({method="logistic"})", "'logistic' does not fit outcome"},
  };
  for (const auto& [analysis, part] : refused) {
    EXPECT_NE(said_of(analysis).find(part), std::string::npos) << analysis << "\n" << said_of(analysis);
  }
}

}  // namespace
}  // namespace equipoise
