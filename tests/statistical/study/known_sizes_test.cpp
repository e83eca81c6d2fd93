// How often the interval of a search holds a size that is known, once the search has been checked as the
// program checks it. Three hundred searches of each trial, or as many as EQUIPOISE_SIZE_SEARCHES says: with
// 1000 the program prints the table of engine/methods/sample_size.md.

#include "tests/statistical/study/known_sizes.hpp"

#include <cstdlib>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/numeric/distributions.hpp"
#include "tests/statistical/study/searched.hpp"
#include "tests/support/limits.hpp"

namespace equipoise {
namespace {

using checks::KnownSize;
using checks::SearchesOfKnownSize;

// What the interval promises, give or take what choosing where to look by what was seen costs it.
constexpr double least_coverage = 0.935;
constexpr double most_coverage = 0.965;

int searches_asked_for() {
  const char* const asked = std::getenv("EQUIPOISE_SIZE_SEARCHES");
  return asked != nullptr ? std::max(1, std::atoi(asked)) : 300;
}

void tell(const std::string& name, double truth, const SearchesOfKnownSize& all) {
  const double n = all.searches;
  fmt::print(
      "{:15} {:5} coverage {:5.1f} %  short {:4.1f} %  missed {:4.1f} %  mean error {:+.2f} ({:+.2f} %)  "
      "root mean "
      "square {:.2f}  half-width {:.2f} ({:.2f} %)  trials {:.0f}\n",
      name, truth, 100.0 * all.held / n, 100.0 * all.short_of / n, 100.0 * all.missed / n, all.error / n,
      100.0 * all.error / n / truth, std::sqrt(all.squared / n), all.half_width / n,
      100.0 * all.half_width / n / truth, all.trials / n);
}

/// Whether so many of the searches may hold the truth where the coverage is within its limits.
bool covers(int held, int searches) {
  return binomial_cdf(held, searches, least_coverage) > checks::one_in_a_million &&
         1.0 - binomial_cdf(held - 1.0, searches, most_coverage) > checks::one_in_a_million;
}

TEST(KnownSizes, AreHeldAsOftenAsTheIntervalSays) {
  const int searches = searches_asked_for();
  for (const KnownSize& known : checks::known_sizes()) {
    const SearchesOfKnownSize all = searches_of(known, searches);
    tell(known.name, known.participants, all);
    EXPECT_TRUE(covers(all.held, all.searches)) << known.name << ": " << all.held;
    EXPECT_FALSE(covers(all.held_by_half, all.searches)) << known.name << ": " << all.held_by_half;
    EXPECT_EQ(all.missed, 0) << known.name;
  }
}

// In the suite size_search_test.cpp looks at real trials.
TEST(KnownSizes, OfRealTrialsAreHeldAsOftenAsOfCoins) {
  const int searches = searches_asked_for() / 10;
  if (searches < 50) GTEST_SKIP() << "only where many searches are asked for";
  const KnownSize known{"real trials", checks::power_of_two_means, 0.9, 171.0};
  SizeQuestion question = checks::question_about_scenario({});
  question.budget = SizeBudget{10.0, [](double) { return 10e-6; }, 20'000};
  SearchesOfKnownSize all;
  for (int k = 0; k < searches; ++k) {
    const auto seed = static_cast<std::uint64_t>(2'000 + k);
    all.add(checks::searched_and_verified(checks::two_arms, seed, question, 10'000), known);
  }
  tell(known.name, known.participants, all);
  EXPECT_TRUE(covers(all.held, all.searches)) << all.held;
  EXPECT_EQ(all.missed, 0);
}

TEST(KnownSizes, OfAnAssuranceAreHeldAsOftenAsTheIntervalSays) {
  const SearchesOfKnownSize all = checks::searches_of_assurance(searches_asked_for());
  tell("assurance", 183, all);
  EXPECT_TRUE(covers(all.held, all.searches)) << all.held;
  EXPECT_FALSE(covers(all.held_by_half, all.searches)) << all.held_by_half;
  EXPECT_EQ(all.missed, 0);
}

}  // namespace
}  // namespace equipoise
