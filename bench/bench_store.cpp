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

constexpr std::uint64_t trials = 20'000;

void run(const Study& study, int threads, ResultSink* sink) {
  RunOptions options = study.options;
  options.trials = trials;
  options.threads = threads;
  const std::vector<Simulated> truths(study.plan.tests.size());
  const std::atomic<bool> stop = false;
  benchmark::DoNotOptimize(run_trials(study.plan, truths, options, sink, stop, {}));
}

void run_into_file(const Study& study, int threads, const std::filesystem::path& path) {
  ResultsFile file(path);
  file.begin(study.provenance, study.plan.design);
  run(study, threads, &file);
}

/// Runs with and without a file in turn, the shortest of each, by the clock given. All of the file counts:
/// its beginning, 20,000 replicates and its end.
void with_and_without_file(benchmark::State& state, int threads, double (*clock)()) {
  const Study study = w1();
  const std::filesystem::path path = std::filesystem::temp_directory_path() / "equipoise_bench_store.h5";
  PairedTimes times;
  for (auto _ : state) {
    times.time(
        clock, [&] { run_into_file(study, threads, path); }, [&] { run(study, threads, nullptr); });
    state.counters["bytes_a_trial"] = static_cast<double>(std::filesystem::file_size(path)) / trials;
    std::filesystem::remove(path);
  }
  state.counters["seconds_with"] = times.first();
  state.counters["seconds_without"] = times.second();
  state.counters["overhead_percent"] = 100.0 * (times.ratio() - 1.0);
}

/// By the processor's time: all that the file costs, whoever else is busy.
void w1_file_processor_time(benchmark::State& state) {
  with_and_without_file(state, 1, processor_seconds);
}

void w1_file_wall_time_two_threads(benchmark::State& state) {
  with_and_without_file(state, 2, wall_seconds);
}

BENCHMARK(w1_file_processor_time)->Iterations(20)->Unit(benchmark::kMillisecond);
BENCHMARK(w1_file_wall_time_two_threads)->Iterations(20)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace equipoise
