// A warm workspace allocates nothing: counted by replacing the program's allocator.

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <new>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/analysis/made_up_trial.hpp"
#include "tests/unit/analysis/repeated_trial.hpp"

namespace {

std::atomic<long> allocations{0};

}  // namespace

// Kept out of line: a compiler that sees into one half of a pair takes it for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace equipoise {
namespace {

TEST(WarmWorkspace, AllocatesNothing) {
  std::vector<MadeUpTrial::Person> people;
  for (std::size_t i = 0; i < 200; ++i) {
    people.push_back({.arm = static_cast<std::uint8_t>(i % 3),
                      .value = static_cast<double>(i % 2),
                      .baseline = static_cast<double>(i * i % 17),
                      .site = static_cast<std::uint16_t>(i % 7)});
  }
  const MadeUpTrial trial(people);
  AncovaOptions everything{
      .adjust = {{Covariate::Kind::baseline, EndpointId{0}}, {Covariate::Kind::site, {}}},
      .arms = ModelArms::all};
  const std::vector<AnalysisOptions> methods{MeanDifferenceOptions{}, everything, ProportionsOptions{}};
  AnalysisWorkspace workspace;
  for (const AnalysisOptions& options : methods) {
    EXPECT_EQ(analyse(trial.data, first_contrast(), two_sided(), options, workspace).status, FitStatus::ok);
    const long before = allocations;
    (void)analyse(trial.data, first_contrast(), two_sided(), options, workspace);
    EXPECT_EQ(allocations - before, 0) << method_name(options);
  }
}

TEST(WarmWorkspace, OfModelsOverVisitsAndGroupsAllocatesNothing) {
  RepeatedTrial trial(90, 4, 3);
  trial.lose_some();
  RepeatedTrial binary = trial;
  for (std::size_t i = 0; i < 90; ++i) {
    trial.data.group[i] = trial.data.arm[i] == 1 ? static_cast<std::int32_t>(i / 15) : -1;
    for (std::size_t v = 1; v <= 4; ++v) {
      double& value = binary.value(i, v);
      if (!std::isnan(value)) value = value > 5.0 ? 1.0 : 0.0;
    }
  }
  const std::vector<Covariate> main{{Covariate::Kind::baseline, EndpointId{0}}, {Covariate::Kind::site, {}}};
  GeeOptions logit;
  logit.adjust = main;
  logit.link = GeeOptions::Link::logit;
  MixedOptions slope;
  slope.adjust = main;
  slope.random = MixedOptions::Random::intercept_slope;
  slope.months = {0.0, 3.0, 6.0, 9.0, 12.0};
  MixedOptions groups;
  groups.adjust = main;
  GeeOptions over_visits;
  over_visits.adjust = main;
  MmrmOptions empirical{.adjust = main};
  empirical.df = DfMethod::satterthwaite;
  empirical.se = StandardError::empirical_bias_reduced;
  const std::vector<AnalysisOptions> methods{MmrmOptions{.adjust = baseline_by_visit()},
                                             empirical,
                                             groups,
                                             slope,
                                             over_visits,
                                             RankSumOptions{true}};
  const auto expect_none = [](const RepeatedTrial& of, const AnalysisOptions& options) {
    AnalysisWorkspace workspace;
    EXPECT_TRUE(analyse(of.data, contrast_at(4), usual_question(), options, workspace).usable())
        << method_name(options);
    const long before = allocations;
    (void)analyse(of.data, contrast_at(4), usual_question(), options, workspace);
    EXPECT_EQ(allocations - before, 0) << method_name(options);
  };
  for (const AnalysisOptions& options : methods) expect_none(trial, options);
  expect_none(binary, logit);
  expect_none(binary, LogisticOptions{.adjust = main});
}

}  // namespace
}  // namespace equipoise
