// What it costs to keep every replicate: W1 with and without a results file.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/paired_times.hpp"
#include "bench/workloads.hpp"
#include "engine/run/run.hpp"
#include "engine/store/results_file.hpp"

namespace equipoise {
namespace {

void run(const Study& study, std::uint64_t trials, int threads, ResultSink* sink) {
  RunOptions options = study.options;
  options.trials = trials;
  options.threads = threads;
  const std::vector<TrueValue> truths(study.plan.tests.size());
  const std::atomic<bool> stop = false;
  benchmark::DoNotOptimize(run_trials(study.plan, truths, options, sink, stop, {}));
}

std::filesystem::path some_file() {
  return std::filesystem::temp_directory_path() / "equipoise_bench_store.h5";
}

void run_into_file(const Study& study, std::uint64_t trials, int threads) {
  ResultsFile file(some_file());
  file.begin(study.provenance, study.plan.design, analysis_labels(study.plan));
  run(study, trials, threads, &file);
}

/// A file with the fewest trials: what it costs to begin and to end one.
void w1_file_alone(benchmark::State& state) {
  const Study study = w1();
  for (auto _ : state) run_into_file(study, 1, 1);
  std::filesystem::remove(some_file());
}

/// Runs of the scenario's 100,000 trials with and without a file in turn, the shortest of each, by the clock
/// given. All of the file counts, from its beginning to its end.
void with_and_without_file(benchmark::State& state, int threads, double (*clock)()) {
  const Study study = w1();
  const std::uint64_t trials = study.options.trials;
  PairedTimes times;
  for (auto _ : state) {
    times.time(
        clock, [&] { run_into_file(study, trials, threads); }, [&] { run(study, trials, threads, nullptr); });
  }
  state.counters["bytes_a_trial"] =
      static_cast<double>(std::filesystem::file_size(some_file())) / static_cast<double>(trials);
  state.counters["seconds_with"] = times.first();
  state.counters["seconds_without"] = times.second();
  state.counters["overhead_percent"] = 100.0 * (times.ratio() - 1.0);
  std::filesystem::remove(some_file());
}

/// By the processor's time: all that the file costs, whoever else is busy.
void w1_processor_time(benchmark::State& state) {
  with_and_without_file(state, 1, processor_seconds);
}

void w1_wall_time_two_threads(benchmark::State& state) {
  with_and_without_file(state, 2, wall_seconds);
}

BENCHMARK(w1_file_alone)->Unit(benchmark::kMillisecond);
BENCHMARK(w1_processor_time)->Iterations(5)->Unit(benchmark::kMillisecond);
BENCHMARK(w1_wall_time_two_threads)->Iterations(5)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace equipoise
