// Whole trials, from recruitment to the tally: W1 with its ANCOVA, the ten endpoints, what both cost beside
// the floor, and how the cost grows with the size of the trial.

#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "bench/paired_times.hpp"
#include "bench/workloads.hpp"
#include "engine/characteristics/tally.hpp"
#include "engine/random/laws.hpp"
#include "engine/trial/run_trial.hpp"

namespace equipoise {
namespace {

/// Trials of one study, one after the other.
class Trials {
 public:
  explicit Trials(Study study)
      : study_(std::move(study)),
        workspace_(study_.plan),
        tally_(study_.plan, std::vector<TrueValue>(study_.plan.tests.size())) {}

  void run_one() {
    run_trial(study_.plan, Streams(study_.options.seed, replicate_++), workspace_, outcome_);
    tally_.add(outcome_, workspace_);
  }
  [[nodiscard]] const Design& design() const { return study_.plan.design; }

 private:
  Study study_;
  TrialWorkspace workspace_;
  TrialOutcome outcome_;
  Tally tally_;
  std::uint64_t replicate_ = 0;
};

/// The floor: the normal numbers that a trial's participants are made of, and nothing else.
class Floor {
 public:
  explicit Floor(const Design& design)
      : column_(design.participants), endpoints_(design.endpoints.size()), visits_(design.visit_count()) {}

  void draw_one() {
    const Streams streams(1, replicate_++);
    for (std::size_t e = 0; e < endpoints_; ++e) {
      for (std::size_t v = 0; v < visits_; ++v) {
        fill_normal(streams.at(Purpose::course, v, static_cast<std::uint32_t>(e)), column_);
        benchmark::DoNotOptimize(column_.data());
        benchmark::ClobberMemory();
      }
    }
  }

 private:
  std::vector<double> column_;
  std::size_t endpoints_;
  std::size_t visits_;
  std::uint64_t replicate_ = 0;
};

void trials(benchmark::State& state, const Study& study) {
  Trials trials(study);
  for (auto _ : state) trials.run_one();
  state.counters["trials"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

/// Batches of trials and of floors in turn; the shortest of each.
void over_floor(benchmark::State& state, const Study& study, int batch) {
  Trials trials(study);
  Floor floor(trials.design());
  PairedTimes times;
  const auto repeat = [batch](auto&& one) {
    for (int k = 0; k < batch; ++k) one();
  };
  for (auto _ : state) {
    times.time(
        processor_seconds, [&] { repeat([&] { trials.run_one(); }); },
        [&] { repeat([&] { floor.draw_one(); }); });
  }
  state.counters["trial_us"] = 1e6 * times.first() / batch;
  state.counters["floor_us"] = 1e6 * times.second() / batch;
  state.counters["times_floor"] = times.ratio();
  state.counters["trials_a_second"] = batch / times.first();
}

void w1_trial(benchmark::State& state) {
  trials(state, w1());
}

/// W1 with the mixed model for repeated measures, by its degrees of freedom.
void w1_satterthwaite(benchmark::State& state) {
  trials(state, study_of("validation/w1.toml", {"hypothesis.1.analysis.df=satterthwaite"}));
}
void w1_kenward_roger(benchmark::State& state) {
  trials(state, study_of("validation/w1.toml"));
}
void w1_mmrm_participants(benchmark::State& state) {
  trials(state, study_of("validation/w1.toml", {fmt::format("cohort.participants={}", state.range(0))}));
}

void w1_over_floor(benchmark::State& state) {
  over_floor(state, w1(), 200);
}

void ten_endpoints_over_floor(benchmark::State& state) {
  over_floor(state, ten_endpoints(), 20);
}

void w1_participants(benchmark::State& state) {
  trials(state, w1({fmt::format("cohort.participants={}", state.range(0))}));
}

/// So many visits, evenly spread over the year.
void w1_visits(benchmark::State& state) {
  std::string months;
  for (std::int64_t v = 1; v <= state.range(0); ++v) {
    months += fmt::format("{}{}", v > 1 ? "," : "",
                          12.0 * static_cast<double>(v) / static_cast<double>(state.range(0)));
  }
  trials(state, w1({"schedule.visits=[" + months + "]"}));
}

/// The first so many of the ten endpoints.
void endpoints(benchmark::State& state) {
  Study all = ten_endpoints();
  std::string names;
  for (std::size_t e = 0; e < static_cast<std::size_t>(state.range(0)); ++e) {
    names += fmt::format("{}\"{}\"", e > 0 ? "," : "", all.plan.design.endpoints[e].name);
  }
  trials(state, ten_endpoints({"schedule.endpoints=[" + names + "]"}));
}

BENCHMARK(w1_trial);
BENCHMARK(w1_satterthwaite);
BENCHMARK(w1_kenward_roger);
BENCHMARK(w1_mmrm_participants)->Arg(200)->Arg(2000)->Arg(20000)->Unit(benchmark::kMicrosecond);
BENCHMARK(w1_over_floor)->Iterations(100);
BENCHMARK(ten_endpoints_over_floor)->Iterations(50)->Unit(benchmark::kMillisecond);
BENCHMARK(w1_participants)->RangeMultiplier(2)->Range(100, 6400)->Unit(benchmark::kMicrosecond);
BENCHMARK(w1_visits)->RangeMultiplier(2)->Range(1, 16)->Unit(benchmark::kMicrosecond);
BENCHMARK(endpoints)->Arg(1)->Arg(2)->Arg(5)->Arg(10)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace equipoise
