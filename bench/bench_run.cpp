// Many trials: what a second thread brings, and whether a run a hundred times longer needs more memory.

#include <atomic>
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "bench/paired_times.hpp"
#include "bench/workloads.hpp"
#include "engine/run/run.hpp"

namespace equipoise {
namespace {

void run(const Study& study, std::uint64_t trials, int threads) {
  RunOptions options = study.options;
  options.trials = trials;
  options.threads = threads;
  const std::vector<TrueValue> truths(study.plan.tests.size());
  const std::atomic<bool> stop = false;
  benchmark::DoNotOptimize(run_trials(study.plan, truths, options, nullptr, stop, {}));
}

/// The same run on one and on two threads in turn, by the clock on the wall; the shortest of each. Both cores
/// must be free for it to mean anything. The processor's time of the two says what the threads cost each
/// other.
void two_threads(benchmark::State& state, const Study& study, std::uint64_t trials) {
  PairedTimes wall;
  PairedTimes processor;
  for (auto _ : state) {
    wall.time(
        wall_seconds, [&] { run(study, trials, 1); }, [&] { run(study, trials, 2); });
    processor.time(
        processor_seconds, [&] { run(study, trials, 1); }, [&] { run(study, trials, 2); });
  }
  state.counters["times_faster"] = wall.ratio();
  state.counters["processor_time_ratio"] = 1.0 / processor.ratio();
  state.counters["trials_a_second_1"] = static_cast<double>(trials) / wall.first();
  state.counters["trials_a_second_2"] = static_cast<double>(trials) / wall.second();
}

void w1_two_threads(benchmark::State& state) {
  two_threads(state, w1(), 10'000);
}

void ten_endpoints_two_threads(benchmark::State& state) {
  two_threads(state, ten_endpoints(), 1'000);
}

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;  // Linux counts in KiB
}

void w1_memory(benchmark::State& state) {
  const Study study = w1();
  for (auto _ : state) {
    run(study, 10'000, 2);
    state.counters["MB_after_10_000"] = peak_megabytes();
    run(study, 1'000'000, 2);
    state.counters["MB_after_1_000_000"] = peak_megabytes();
  }
}

// First, while the peak is its own.
BENCHMARK(w1_memory)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK(w1_two_threads)->Iterations(15)->Unit(benchmark::kMillisecond);
BENCHMARK(ten_endpoints_two_threads)->Iterations(10)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace equipoise
