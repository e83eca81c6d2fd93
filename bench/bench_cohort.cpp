// What it takes to make the people of one trial: recruitment to home practice (process), their outcomes
// (model), and those who are lost (dropout).

#include <cstdint>

#include <benchmark/benchmark.h>

#include "bench/workloads.hpp"
#include "engine/trial/run_trial.hpp"

namespace equipoise {
namespace {

template <class Step>
void each_replicate(benchmark::State& state, const Study& study, Step&& step) {
  TrialWorkspace workspace(study.plan);
  std::uint64_t replicate = 0;
  draw_trial(study.plan, Streams(study.options.seed, replicate), workspace);
  for (auto _ : state) {
    step(study.plan, Streams(study.options.seed, replicate++), workspace);
    benchmark::ClobberMemory();
  }
  const double people =
      static_cast<double>(state.iterations()) * static_cast<double>(study.plan.design.participants);
  state.counters["participants"] = benchmark::Counter(people, benchmark::Counter::kIsRate);
}

void process(const Plan& plan, const Streams& streams, TrialWorkspace& workspace) {
  plan.process(streams, workspace.process, workspace.people);
}

void model(const Plan& plan, const Streams& streams, TrialWorkspace& workspace) {
  plan.model->draw(streams, workspace.people, Influences{}, *workspace.model, workspace.truth);
}

void dropout(const Plan& plan, const Streams& streams, TrialWorkspace& workspace) {
  plan.dropout(streams, workspace.people, workspace.truth, workspace.dropout, workspace.data.seen);
}

void w1_process(benchmark::State& state) {
  each_replicate(state, w1(), process);
}
void w1_model(benchmark::State& state) {
  each_replicate(state, w1(), model);
}
void w1_dropout(benchmark::State& state) {
  each_replicate(state, w1(), dropout);
}
void w1_cohort(benchmark::State& state) {
  each_replicate(state, w1(), draw_trial);
}
void ten_endpoints_process(benchmark::State& state) {
  each_replicate(state, ten_endpoints(), process);
}
void ten_endpoints_model(benchmark::State& state) {
  each_replicate(state, ten_endpoints(), model);
}
void ten_endpoints_dropout(benchmark::State& state) {
  each_replicate(state, ten_endpoints(), dropout);
}
void ten_endpoints_cohort(benchmark::State& state) {
  each_replicate(state, ten_endpoints(), draw_trial);
}

BENCHMARK(w1_process);
BENCHMARK(w1_model);
BENCHMARK(w1_dropout);
BENCHMARK(w1_cohort);
BENCHMARK(ten_endpoints_process)->Unit(benchmark::kMicrosecond);
BENCHMARK(ten_endpoints_model)->Unit(benchmark::kMicrosecond);
BENCHMARK(ten_endpoints_dropout)->Unit(benchmark::kMicrosecond);
BENCHMARK(ten_endpoints_cohort)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace equipoise
