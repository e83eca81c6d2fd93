// How many trials a search for the size of a trial spends, beside bisection to the same precision; and what
// the draws of an assurance cost it at one size more.

#include <atomic>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <numbers>
#include <optional>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/paired_times.hpp"
#include "engine/numeric/distributions.hpp"
#include "engine/random/laws.hpp"
#include "engine/random/stream.hpp"
#include "engine/scenario/draw_trials.hpp"
#include "engine/study/size_search.hpp"
#include "models/condition_loader.hpp"

namespace equipoise {
namespace {

// Two arms that differ by half of an SD, for a power of 0.9: 168.1 participants by normal theory.
constexpr double goal = 0.9;
constexpr double difference = 0.5;
constexpr double low = 8.0;
constexpr double high = 2'000.0;
constexpr double start = 100.0;

double size_needed() {
  const double z = normal_quantile(0.975) + normal_quantile(goal);
  return 4.0 * z * z / (difference * difference);
}

/// Trials as coins, addressed by replicate: nothing but their number counts here.
Responses coins(std::uint64_t seed, double participants, std::uint64_t first, std::uint64_t trials) {
  const double power = normal_cdf(difference * std::sqrt(participants / 4.0) - normal_quantile(0.975));
  Responses responses;
  responses.trials = trials;
  for (std::uint64_t k = 0; k < trials; ++k) {
    Stream stream(seed, first + k, Purpose::test, 0, 0);
    responses.add(Uniform{}(stream) < power ? 1.0 : 0.0);
  }
  return responses;
}

struct Spent {
  double trials = 0.0;
  double squared_error = 0.0;
};

Spent search(std::uint64_t seed, double precision) {
  SizeQuestion question;
  question.target = goal;
  question.values = {low, high, true};
  question.start = start;
  question.precision = precision;
  SizeSearch sizes(question, [seed](double value, std::uint64_t first, std::uint64_t trials) {
    return coins(seed, value, first, trials);
  });
  const SizeAnswer answer = sizes.answer();
  return {static_cast<double>(answer.trials), std::pow(answer.exact - size_needed(), 2.0)};
}

/// Halves the range. At each value it simulates until the power's 95 % interval is on one side of the target,
/// or as narrow as the precision is worth there: then the value is the answer. That it may stop early is to
/// its advantage, for a bisection with a fixed number of trials spends that number far from the answer too.
Spent bisect(std::uint64_t seed, double precision) {
  const double root = std::sqrt(size_needed());
  const double density =
      std::exp(-0.5 * std::pow(normal_quantile(goal), 2.0)) / std::sqrt(2.0 * std::numbers::pi);
  const double narrow = precision * difference / (4.0 * root) * density;  // of the power
  const double z = normal_quantile(0.975);
  constexpr std::uint64_t block = 200;
  double below = low;
  double above = high;
  Spent spent;
  std::uint64_t next = 0;
  while (above - below > 1.0) {
    const double middle = std::floor(0.5 * (below + above));
    Responses all;
    for (;;) {
      all.merge(coins(seed, middle, next, block));
      next += block;
      const auto n = static_cast<double>(all.count);
      const double p = (all.sum + 2.0) / (n + 4.0);
      const double half = z * std::sqrt(p * (1.0 - p) / (n + 4.0));
      if (std::abs(all.mean() - goal) > half) break;
      if (half <= narrow) return {static_cast<double>(next), std::pow(middle - size_needed(), 2.0)};
    }
    (all.mean() < goal ? below : above) = middle;
  }
  spent.trials = static_cast<double>(next);
  spent.squared_error = std::pow(above - size_needed(), 2.0);
  return spent;
}

/// Over many seeds: trials of each, and how far their answers are from the truth.
void trials_against_bisection(benchmark::State& state) {
  const double precision = static_cast<double>(state.range(0)) / 100.0 * size_needed();
  constexpr std::uint64_t seeds = 200;
  Spent ours;
  Spent theirs;
  for (auto _ : state) {
    ours = theirs = {};
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      const Spent one = search(seed, precision);
      const Spent other = bisect(seed, precision);
      ours.trials += one.trials / seeds;
      ours.squared_error += one.squared_error / seeds;
      theirs.trials += other.trials / seeds;
      theirs.squared_error += other.squared_error / seeds;
    }
  }
  state.counters["trials"] = ours.trials;
  state.counters["trials_bisection"] = theirs.trials;
  state.counters["error"] = std::sqrt(ours.squared_error);
  state.counters["error_bisection"] = std::sqrt(theirs.squared_error);
  // Trials that bisection would need for an error as small, by the square law, beside ours.
  state.counters["times_fewer"] = theirs.trials * theirs.squared_error / (ours.trials * ours.squared_error);
}

/// Two trials of each of 100 draws at one size more: by plans that were built at another, and from the start.
void draws_at_one_size_more(benchmark::State& state, const std::string& scenario) {
  Problems problems;
  const std::filesystem::path path = std::filesystem::path(EQUIPOISE_SCENARIOS_DIR) / scenario;
  const std::vector<Override> few{{"assurance.draws", Value::of(std::int64_t{100}), {}}};
  const std::optional<ScenarioFile> file = read_scenario(path, few, problems);
  problems.throw_if_any();
  const ConditionLoader load = remembering_loader();
  const VariedKey key = varied_key_of(*file, load);
  const std::atomic<bool> stop = false;
  const auto make = [&](DrawTrials& trials, double participants) {
    benchmark::DoNotOptimize(
        trials(participants, {file->scenario.seed, 0, 200, 1}, stop, [](std::uint64_t) {}));
  };
  DrawTrials kept(*file, key, load, {});
  make(kept, *key.present);
  PairedTimes times;
  for (auto _ : state) {
    times.time(
        processor_seconds,
        [&] {
          DrawTrials anew(*file, key, load, {});
          make(anew, *key.present + 64.0);
        },
        [&] { make(kept, *key.present + 64.0); });
  }
  state.counters["times_faster"] = times.ratio();
  state.counters["ms_a_draw_kept"] = 10.0 * times.second();
}

BENCHMARK_CAPTURE(draws_at_one_size_more, t_test, std::string("lessons/how_sure.toml"))
    ->Iterations(5)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(draws_at_one_size_more, four_arms,
                  std::string("opioid_treated_pain/four_arms_assurance.toml"))
    ->Iterations(2)
    ->Unit(benchmark::kMillisecond);

// The precision in percent of the answer.
BENCHMARK(trials_against_bisection)->Arg(1)->Arg(2)->Arg(5)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace equipoise
