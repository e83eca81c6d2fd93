#include "engine/testing/gatekeeper.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "engine/testing/multiplicity.hpp"
#include "tests/support/closed_testing.hpp"

namespace equipoise {
namespace {

using Values = std::vector<double>;

FamilyRules family(std::vector<std::size_t> hypotheses, FamilyMethod method, double truncation, Gate gate,
                   Values weights = {}) {
  const std::size_t count = hypotheses.size();
  if (weights.empty() && method != FamilyMethod::fixed_sequence) {
    weights.assign(count, 1.0 / static_cast<double>(count));
  }
  return {std::move(hypotheses), std::move(weights), method, truncation, gate};
}

Multiplicity gatekeeping(const std::vector<FamilyRules>& families, std::size_t count) {
  MultiplicityRules rules;
  rules.method = MultiplicityMethod::gatekeeping;
  rules.families = families;
  return {rules, count};
}

Values adjust(const Multiplicity& procedure, const Values& p) {
  Values adjusted(p.size());
  Multiplicity::Scratch scratch;
  procedure(p, {}, adjusted, scratch);
  return adjusted;
}

void expect_near(const Values& a, const Values& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-12) << "hypothesis " << i;
}

/// Three families, five ways to share and to pass on.
std::vector<std::vector<FamilyRules>> designs() {
  using enum FamilyMethod;
  return {
      {family({0, 1}, holm, 0.5, Gate::parallel), family({2, 3}, holm, 0.25, Gate::parallel),
       family({4, 5}, holm, 1.0, Gate::parallel)},
      {family({5, 2}, bonferroni, 1.0, Gate::parallel), family({0, 1}, holm, 0.8, Gate::parallel),
       family({4, 3}, bonferroni, 1.0, Gate::parallel)},
      {family({0, 1}, holm, 1.0, Gate::serial), family({2, 3, 4}, holm, 0.5, Gate::parallel),
       family({5}, holm, 1.0, Gate::parallel)},
      {family({0, 1, 2}, holm, 0.3, Gate::parallel, {0.6, 0.3, 0.1}),
       family({3, 4}, bonferroni, 1.0, Gate::parallel, {0.8, 0.2}), family({5}, holm, 1.0, Gate::parallel)},
      {family({1, 0}, fixed_sequence, 1.0, Gate::parallel), family({2, 3}, bonferroni, 1.0, Gate::serial),
       family({4, 5}, holm, 1.0, Gate::parallel)}};
}

TEST(Gatekeeper, TheSharesOfAnySetOfTrueNullsSumToAtMostOne) {
  for (const auto& families : designs()) {
    const Gatekeeper gatekeeper(families, 6);
    for (std::uint64_t rejected = 0; rejected < 64; ++rejected) {
      double sum = 0.0;
      for (std::size_t h = 0; h < 6; ++h) {
        if ((rejected >> h & 1U) == 0) sum += gatekeeper.share(h, rejected);
      }
      EXPECT_LE(sum, 1.0 + 1e-12) << rejected;
    }
  }
}

TEST(Gatekeeper, NoShareShrinksWhenSomethingIsRejected) {
  for (const auto& families : designs()) {
    const Gatekeeper gatekeeper(families, 6);
    for (std::uint64_t rejected = 0; rejected < 64; ++rejected) {
      for (std::size_t other = 0; other < 6; ++other) {
        for (std::size_t h = 0; h < 6; ++h) {
          const std::uint64_t more = rejected | std::uint64_t{1} << other;
          if ((more >> h & 1U) != 0) continue;
          EXPECT_GE(gatekeeper.share(h, more), gatekeeper.share(h, rejected) - 1e-12);
        }
      }
    }
  }
}

TEST(Gatekeeper, IsAClosedTest) {
  std::mt19937_64 generator(7);
  std::uniform_real_distribution<double> uniform;
  for (const auto& families : designs()) {
    const Gatekeeper gatekeeper(families, 6);
    const Multiplicity procedure = gatekeeping(families, 6);
    for (int k = 0; k < 100; ++k) {
      Values p(6);
      for (double& one : p) one = std::pow(uniform(generator), 4.0);
      const Values closed = close(6, [&](std::uint64_t members) {
        double least = 1.0;
        for (std::size_t h = 0; h < 6; ++h) {
          const double share = (members >> h & 1U) != 0 ? gatekeeper.share(h, ~members) : 0.0;
          if (share > 0.0) least = std::min(least, p[h] / share);
        }
        return least;
      });
      expect_near(adjust(procedure, p), closed);
    }
  }
}

TEST(Gatekeeper, OneFamilyIsItsOwnMethod) {
  const Values p{0.01, 0.02, 0.04};
  expect_near(adjust(gatekeeping({family({0, 1, 2}, FamilyMethod::holm, 1.0, Gate::parallel)}, 3), p),
              adjust(MultiplicityMethod::holm, p));
  const auto bonferroni = adjust(MultiplicityMethod::bonferroni, p);
  expect_near(adjust(gatekeeping({family({0, 1, 2}, FamilyMethod::bonferroni, 1.0, Gate::parallel)}, 3), p),
              bonferroni);
  expect_near(adjust(gatekeeping({family({0, 1, 2}, FamilyMethod::holm, 0.0, Gate::parallel)}, 3), p),
              bonferroni);
}

TEST(Gatekeeper, ASerialGateStaysShutUntilAllAreRejected) {
  const Multiplicity serial = gatekeeping({family({0, 1}, FamilyMethod::holm, 1.0, Gate::serial),
                                           family({2, 3}, FamilyMethod::holm, 1.0, Gate::parallel)},
                                          4);
  expect_near(adjust(serial, {0.01, 0.3, 0.0, 0.001}), {0.02, 0.3, 0.3, 0.3});
}

TEST(Gatekeeper, AParallelGateLetsThePartThroughThatIsLeft) {
  // Of the first family half is rejected: a quarter of alpha goes on (truncation 0.5).
  const Multiplicity parallel = gatekeeping({family({0, 1}, FamilyMethod::holm, 0.5, Gate::parallel),
                                             family({2, 3}, FamilyMethod::holm, 1.0, Gate::parallel)},
                                            4);
  expect_near(adjust(parallel, {0.01, 0.9, 0.004, 0.02}), {0.02, 1.0, 0.032, 0.08});
  expect_near(adjust(parallel, {0.9, 0.9, 0.0, 0.0}), {1.0, 1.0, 1.0, 1.0});
}

}  // namespace
}  // namespace equipoise
