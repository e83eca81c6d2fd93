#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>

#include <gtest/gtest.h>

#include "engine/characteristics/tally.hpp"
#include "engine/trial/run_trial.hpp"
#include "tests/support/study_from.hpp"

namespace {

std::atomic<std::uint64_t> allocations = 0;

void* counted(void* memory) {
  ++allocations;
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

// aligned_alloc wants whole multiples of the alignment.
std::size_t whole(std::size_t size, std::align_val_t alignment) {
  const auto unit = static_cast<std::size_t>(alignment);
  return (size + unit - 1) / unit * unit;
}

void* aligned(std::size_t size, std::align_val_t alignment) {
  return counted(std::aligned_alloc(static_cast<std::size_t>(alignment), whole(size, alignment)));
}

// Not inlined: the compiler would see a free of what it knows to come from new.
[[gnu::noinline]] void release(void* memory) {
  std::free(memory);
}

}  // namespace

// Every new of this program is counted. All forms come in pairs here, so that a sanitizer sees malloc and
// free and nothing mismatched.
void* operator new(std::size_t size) {
  return counted(std::malloc(size));
}
void* operator new[](std::size_t size) {
  return counted(std::malloc(size));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return aligned(size, alignment);
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return aligned(size, alignment);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return counted(std::malloc(size));
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return counted(std::malloc(size));
}
void operator delete(void* memory) noexcept {
  release(memory);
}
void operator delete[](void* memory) noexcept {
  release(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  release(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  release(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  release(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  release(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  release(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  release(memory);
}

namespace equipoise {
namespace {

/// Allocations of trials after the first ones have grown the workspace.
std::uint64_t allocations_once_warm(const Study& study) {
  // Therapy groups vary in number from trial to trial: after so many the most there will be have been seen.
  constexpr std::uint64_t warming_up = 200;
  constexpr std::uint64_t counted_trials = 200;
  TrialWorkspace workspace(study.plan);
  TrialOutcome outcome;
  Tally tally(study.plan, std::vector<TrueValue>(study.plan.tests.size()));
  std::uint64_t before = 0;
  for (std::uint64_t replicate = 0; replicate < warming_up + counted_trials; ++replicate) {
    if (replicate == warming_up) before = allocations;
    run_trial(study.plan, Streams(study.options.seed, replicate), workspace, outcome);
    tally.add(outcome, workspace);
  }
  return allocations - before;
}

class WarmReplicate : public testing::TestWithParam<std::string> {};

TEST_P(WarmReplicate, AllocatesNothing) {
  EXPECT_EQ(allocations_once_warm(shipped_study(GetParam())), 0U);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, WarmReplicate,
                         testing::Values("validation/ancova_speed.toml",
                                         "validation/ten_endpoints_speed.toml",
                                         "opioid_treated_pain/four_arms.toml",
                                         "opioid_treated_pain/four_arms_graph.toml"));

TEST(WarmProcedure, AllocatesNothing) {
  const std::vector<double> p{0.04, 0.001, 0.02, 0.3};
  const std::vector<double> df{80.0, 90.5, 85.0, 100.0};
  std::vector<double> adjusted(4);
  for (const auto& named : NamesOf<MultiplicityMethod>::all) {
    MultiplicityRules rules;
    rules.method = named.value;
    rules.transitions = {0, 0.5, 0.5, 0, 0.5, 0, 0, 0.5, 0, 1, 0, 0, 1, 0, 0, 0};
    rules.joint.correlation = {1, 0.5, 0.5, 0.5, 0.5, 1, 0.5, 0.5, 0.5, 0.5, 1, 0.5, 0.5, 0.5, 0.5, 1};
    rules.families = {{{0, 1}, {0.5, 0.5}, FamilyMethod::holm, 0.5, Gate::parallel},
                      {{2, 3}, {0.5, 0.5}, FamilyMethod::holm, 1.0, Gate::parallel}};
    const Multiplicity procedure(rules, 4);
    Multiplicity::Scratch scratch;
    procedure(p, df, adjusted, scratch);
    const std::uint64_t before = allocations;
    procedure(p, df, adjusted, scratch);
    EXPECT_EQ(allocations - before, 0U) << named.name;
  }
}

TEST(AllocationCounter, Counts) {
  const std::uint64_t before = allocations;
  const std::vector<double> some(100);
  EXPECT_EQ(some.size(), 100U);
  EXPECT_EQ(allocations - before, 1U);
}

}  // namespace
}  // namespace equipoise
