// Many cells: what they cost beside one run of as many trials, and what a second thread brings where each is
// small.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/paired_times.hpp"
#include "bench/workloads.hpp"
#include "engine/run/run.hpp"
#include "engine/scenario/build_cells.hpp"
#include "engine/study/run_cells.hpp"

namespace equipoise {
namespace {

constexpr std::size_t small_trials = 100;

void run_plainly(const Study& study, std::uint64_t trials) {
  RunOptions options = study.options;
  options.trials = trials;
  options.threads = 1;
  const std::vector<TrueValue> truths(study.plan.tests.size());
  const std::atomic<bool> stop = false;
  benchmark::DoNotOptimize(run_trials(study.plan, truths, options, nullptr, stop, {}));
}

void run_as_cells(const Cells& cells, std::uint64_t seed, int threads) {
  const std::atomic<bool> stop = false;
  benchmark::DoNotOptimize(
      run_cells(cells, {.seed = seed, .precision = {}, .threads = threads}, nullptr, stop, {}, {}));
}

/// Cells that are all the same study, made already.
Cells copies(const Study& study, std::size_t count, std::uint64_t trials) {
  return {count,
          [trials](std::size_t) {
            return Replicates{0, trials};
          },
          [&study](std::size_t) {
            return Cell{study.plan, std::vector<TrueValue>(study.plan.tests.size())};
          }};
}

/// The same number of trials as one run and as cells, on one thread; the processor's time.
void overhead(benchmark::State& state, const Study& study, std::size_t cells, std::uint64_t trials) {
  PairedTimes processor;
  for (auto _ : state) {
    processor.time(
        processor_seconds, [&] { run_as_cells(copies(study, cells, trials), study.options.seed, 1); },
        [&] { run_plainly(study, cells * trials); });
  }
  state.counters["times_a_plain_run"] = processor.ratio();
  state.counters["trials_a_second"] = static_cast<double>(cells * trials) / processor.first();
}

void w1_cells_of_2000(benchmark::State& state) {
  overhead(state, w1(), 10, 2'000);
}

void w1_cells_of_100(benchmark::State& state) {
  overhead(state, w1(), 200, small_trials);
}

void ten_endpoints_cells_of_100(benchmark::State& state) {
  overhead(state, ten_endpoints(), 20, small_trials);
}

/// Cells of 100 trials on one and on two threads, by the clock on the wall. Both cores must be free for it to
/// mean anything.
void two_threads(benchmark::State& state, const Cells& cells, std::uint64_t seed) {
  PairedTimes wall;
  PairedTimes processor;
  for (auto _ : state) {
    wall.time(
        wall_seconds, [&] { run_as_cells(cells, seed, 1); }, [&] { run_as_cells(cells, seed, 2); });
    processor.time(
        processor_seconds, [&] { run_as_cells(cells, seed, 1); }, [&] { run_as_cells(cells, seed, 2); });
  }
  state.counters["times_faster"] = wall.ratio();
  state.counters["processor_time_ratio"] = 1.0 / processor.ratio();
  state.counters["cells_a_second_2"] = static_cast<double>(cells.count) / wall.second();
}

void w1_small_cells_two_threads(benchmark::State& state) {
  const Study study = w1();
  two_threads(state, copies(study, 200, small_trials), study.options.seed);
}

/// A sweep from the file on: every cell is read, checked, built and given its true values.
void whole_sweep_two_threads(benchmark::State& state) {
  Problems problems;
  const std::filesystem::path file =
      std::filesystem::path(EQUIPOISE_SCENARIOS_DIR) / "opioid_treated_pain/four_arms_sweep.toml";
  const std::vector<Override> few = {{"run.truth_participants", Value::of(std::int64_t{1'000}), {}},
                                     {"run.trials", Value::of(static_cast<std::int64_t>(small_trials)), {}}};
  const std::optional<ScenarioFile> read = read_scenario(file, few, problems);
  std::optional<CellStudy> study = read ? build_cells(*read, load_condition, problems) : std::nullopt;
  problems.throw_if_any();
  if (!study) throw std::runtime_error("the sweep makes no study");
  const std::atomic<bool> stop = false;
  two_threads(state, study->cells(stop), study->base.options.seed);
}

BENCHMARK(w1_cells_of_2000)->Iterations(10)->Unit(benchmark::kMillisecond);
BENCHMARK(w1_cells_of_100)->Iterations(10)->Unit(benchmark::kMillisecond);
BENCHMARK(ten_endpoints_cells_of_100)->Iterations(10)->Unit(benchmark::kMillisecond);
BENCHMARK(w1_small_cells_two_threads)->Iterations(10)->Unit(benchmark::kMillisecond);
BENCHMARK(whole_sweep_two_threads)->Iterations(2)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace equipoise
