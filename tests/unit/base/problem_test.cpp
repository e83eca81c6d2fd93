#include "engine/base/problem.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

std::vector<std::string> whats(const Problems& problems) {
  std::vector<std::string> all;
  for (const Problem& problem : problems.all()) all.push_back(problem.what);
  return all;
}

std::string text_of(const Place& place, const char* what, const char* why, const char* suggestion) {
  Problems problems;
  problems.add(place, what, why, suggestion);
  return to_text(problems.all().front());
}

TEST(Problem, ReadsAsOneLine) {
  EXPECT_EQ(
      text_of({"trial.toml", 12, 5}, "unknown key 'armm'", "nothing would read it", "did you mean 'arm'?"),
      "trial.toml:12:5: unknown key 'armm' (nothing would read it); did you mean 'arm'?");
}

TEST(Problem, LeavesOutWhatThereIsNot) {
  EXPECT_EQ(text_of({"trial.toml", 12, 5}, "no arms", "", ""), "trial.toml:12:5: no arms");
  EXPECT_EQ(text_of({"trial.toml", 0, 0}, "cannot be opened", "", "see the path"),
            "trial.toml: cannot be opened; see the path");
  EXPECT_EQ(text_of({}, "--trials is 0", "a run needs one", ""), "--trials is 0 (a run needs one)");
}

TEST(Problems, ComeInTheOrderOfTheFile) {
  Problems problems;
  problems.add({"b.toml", 1, 1}, "other file");
  problems.add({"a.toml", 9, 1}, "line 9");
  problems.add({"a.toml", 3, 7}, "line 3, column 7");
  problems.add({"a.toml", 3, 2}, "line 3, column 2");
  problems.add({"a.toml", 10, 1}, "line 10");
  problems.add({}, "no place");
  EXPECT_EQ(whats(problems), (std::vector<std::string>{"no place", "line 3, column 2", "line 3, column 7",
                                                       "line 9", "line 10", "other file"}));
}

TEST(Problems, OfOnePlaceKeepTheOrderInWhichTheyWereFound) {
  Problems problems;
  for (const char* what : {"first", "second", "third"}) problems.add({"a.toml", 3, 2}, what);
  EXPECT_EQ(whats(problems), (std::vector<std::string>{"first", "second", "third"}));
}

TEST(Problems, OfTwoLooksAreToldOnce) {
  Problems problems;
  problems.add({"a.toml", 3, 2}, "both saw it");
  Problems second_look = problems;
  second_look.add({"a.toml", 1, 1}, "the second saw it");
  problems.add_new(second_look);
  EXPECT_EQ(whats(problems), (std::vector<std::string>{"the second saw it", "both saw it"}));
}

TEST(Problems, ThrowOnlyIfThereAreAny) {
  Problems problems;
  EXPECT_TRUE(problems.empty());
  EXPECT_NO_THROW(problems.throw_if_any());
  problems.add({"a.toml", 3, 2}, "one");
  problems.add({"a.toml", 1, 1}, "two");
  EXPECT_EQ(problems.size(), 2U);
  try {
    problems.throw_if_any();
    FAIL() << "did not throw";
  } catch (const InvalidInput& invalid) {
    EXPECT_STREQ(invalid.what(), "a.toml:1:1: two\na.toml:3:2: one\n");
    EXPECT_EQ(whats(invalid.problems()), (std::vector<std::string>{"two", "one"}));
  }
}

TEST(InvalidInput, TakesASingleProblem) {
  Problem problem;
  problem.what = "no such file";
  const InvalidInput invalid(problem);
  EXPECT_STREQ(invalid.what(), "no such file\n");
  EXPECT_EQ(invalid.problems().size(), 1U);
}

}  // namespace
}  // namespace equipoise
