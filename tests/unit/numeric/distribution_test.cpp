#include "engine/numeric/distribution.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

// Expected values: R 4.2.2's qnorm, qlnorm, qbeta and qunif.
constexpr double few_places = 1e-12;

TEST(Distribution, QuantilesOfEachFamily) {
  EXPECT_NEAR((Distribution{Family::normal, 0.4, 0.1}.quantile(0.975)), 0.4 + 0.1 * 1.9599639845400536,
              few_places);
  EXPECT_NEAR((Distribution{Family::lognormal, 2.0, 0.5}.quantile(0.9)), 3.795905414669422, few_places);
  EXPECT_NEAR((Distribution{Family::beta, 3.0, 7.0}.quantile(0.1)), 0.1294972968576896, few_places);
  EXPECT_NEAR((Distribution{Family::uniform, -1.0, 3.0}.quantile(0.25)), 0.0, few_places);
}

TEST(Distribution, OfOneCutOffHasTheProbabilitiesOfWhatIsKept) {
  const Distribution cut{Family::normal, 0.4, 0.1, 0.0, 0.45};
  EXPECT_NEAR(cut.quantile(0.3), 0.3184737058536529, few_places);
  EXPECT_EQ(cut.quantile(0.0), 0.0);
  EXPECT_EQ(cut.quantile(1.0), 0.45);
  EXPECT_LT(cut.share_kept(), 0.7);
  EXPECT_EQ((Distribution{Family::uniform, 0.0, 1.0, 2.0, 3.0}.share_kept()), 0.0);
}

TEST(Distribution, ScoresGoToValuesAndBack) {
  EXPECT_NEAR((Distribution{Family::beta, 2.0, 5.0}.at_score(1.5)), 0.5535786719248887, few_places);
  for (const Distribution& d :
       {Distribution{Family::normal, 0.4, 0.1}, Distribution{Family::lognormal, 2.0, 0.5},
        Distribution{Family::beta, 3.0, 7.0}, Distribution{Family::uniform, -1.0, 3.0},
        Distribution{Family::normal, 0.4, 0.1, 0.35, 0.6}}) {
    for (const double score : {-3.0, -1.0, 0.0, 0.5, 2.5}) {
      EXPECT_NEAR(d.score_of(d.at_score(score)), score, 1e-9) << name_of(d.family);
    }
  }
}

TEST(Distribution, FarScoresStayFiniteAndInside) {
  EXPECT_EQ((Distribution{Family::normal, 0.0, 1.0}.at_score(-50.0)), -50.0);
  const Distribution share{Family::beta, 3.0, 7.0};
  EXPECT_GE(share.at_score(-50.0), 0.0);
  EXPECT_LE(share.at_score(50.0), 1.0);
}

}  // namespace
}  // namespace equipoise
