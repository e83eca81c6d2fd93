#include "engine/base/nearest.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

TEST(EditDistance, CountsEachKindOfSlip) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("visit", "visit"), 0U);
  EXPECT_EQ(edit_distance("", "arm"), 3U);
  EXPECT_EQ(edit_distance("arm", "arms"), 1U);        // inserted
  EXPECT_EQ(edit_distance("visits", "visit"), 1U);    // deleted
  EXPECT_EQ(edit_distance("size", "sise"), 1U);       // replaced
  EXPECT_EQ(edit_distance("trails", "trials"), 1U);   // neighbours swapped
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);  // Levenshtein's example
  EXPECT_EQ(edit_distance("ca", "abc"), 3U);  // a swapped pair is not edited again: 2 without that rule
}

TEST(EditDistance, IsTheSameBothWays) {
  const std::vector<std::string_view> words{"", "arm", "mar", "margin", "marginal", "allocation"};
  for (const std::string_view a : words) {
    for (const std::string_view b : words) EXPECT_EQ(edit_distance(a, b), edit_distance(b, a));
  }
}

TEST(Nearest, FindsTheWordThatWasMeant) {
  const std::vector<std::string> keys{"participants", "profile", "sites", "retention"};
  EXPECT_EQ(nearest("particpants", keys), "participants");
  EXPECT_EQ(nearest("site", keys), "sites");
  EXPECT_EQ(nearest("retenion", keys), "retention");
  EXPECT_EQ(nearest("sites", keys), "sites");
}

TEST(Nearest, KeepsSilentWhereNothingResembles) {
  const std::vector<std::string> keys{"participants", "profile", "sites"};
  EXPECT_EQ(nearest("covariance", keys), "");
  EXPECT_EQ(nearest("site", std::vector<std::string>{}), "");
}

TEST(Nearest, PrefersTheFirstOfEqualOnes) {
  EXPECT_EQ(nearest("arx", std::vector<std::string>{"arm", "ara"}), "arm");
}

TEST(Suggest, AsksOrLists) {
  const std::vector<std::string> keys{"pooled", "welch"};
  EXPECT_EQ(suggest("weltch", keys), "did you mean 'welch'?");
  EXPECT_EQ(suggest("kenward_roger", keys), "one of: pooled, welch");
  EXPECT_EQ(suggest("anything", std::vector<std::string>{}), "");
}

TEST(Suggest, ShortensALongList) {
  std::vector<std::string> keys;
  for (char c = 'a'; c <= 'z'; ++c) keys.push_back("some_long_key_" + std::string(1, c));
  const std::string text = suggest("x", keys);
  EXPECT_NE(text.find("some_long_key_p, …"), std::string::npos);
  EXPECT_EQ(text.find("some_long_key_q"), std::string::npos);
}

}  // namespace
}  // namespace equipoise
