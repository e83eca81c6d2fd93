// A warm workspace allocates nothing: counted by replacing the program's allocator.

#include <atomic>
#include <cstdlib>
#include <new>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/analysis/made_up_trial.hpp"

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

}  // namespace
}  // namespace equipoise
