// One analysis of one trial of 2 x 200 of whom 20 % are lost, on the data of W1.

#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/workloads.hpp"
#include "engine/analysis/analyse.hpp"
#include "engine/trial/run_trial.hpp"

namespace equipoise {
namespace {

// So many trials are analysed in turn that the processor cannot learn one by heart.
constexpr std::uint64_t trials = 16;

void analyses(benchmark::State& state, const Study& study) {
  std::vector<TrialWorkspace> drawn;
  for (std::uint64_t replicate = 0; replicate < trials; ++replicate) {
    drawn.emplace_back(study.plan);
    draw_trial(study.plan, Streams(study.options.seed, replicate), drawn.back());
  }
  const PlannedTest& test = study.plan.tests.front();
  AnalysisWorkspace workspace;
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        analyse(drawn[next].data, test.contrast, test.question, test.protocol().options, workspace));
    next = (next + 1) % trials;
  }
}

void ancova(benchmark::State& state) {
  analyses(state, w1());
}

const std::string hypothesis = "hypothesis.Treatment raises the outcome at 12 months";

void mean_difference_pooled(benchmark::State& state) {
  analyses(state, w1({hypothesis + R"(.analysis={method="mean_difference",variance="pooled"})"}));
}

void mean_difference_welch(benchmark::State& state) {
  analyses(state, w1({hypothesis + R"(.analysis={method="mean_difference",variance="welch"})"}));
}

void proportions(benchmark::State& state) {
  analyses(state,
           w1({hypothesis + R"(.endpoint="response")", hypothesis + R"(.analysis={method="proportions"})"}));
}

void by_method(benchmark::State& state, const std::string& analysis) {
  analyses(state, w1({hypothesis + ".analysis=" + analysis}));
}

void mmrm(benchmark::State& state, const std::string& covariance, const std::string& df) {
  by_method(state, R"({method="mmrm",adjust=["baseline*visit"],covariance=")" + covariance + R"(",df=")" +
                       df + "\"}");
}

void gee(benchmark::State& state, const std::string& correction) {
  by_method(state, R"({method="gee",adjust=["baseline*visit"],correction=")" + correction + "\"}");
}

void gee_logit(benchmark::State& state) {
  analyses(state, w1({hypothesis + R"(.endpoint="response")",
                      hypothesis + R"(.analysis={method="gee",adjust=["baseline*visit"]})"}));
}

void intercept_slope(benchmark::State& state) {
  by_method(state, R"({method="mixed",random="intercept_slope",df="satterthwaite",adjust=["baseline"]})");
}

void rank_sum(benchmark::State& state) {
  by_method(state, R"({method="rank_sum"})");
}

void logistic(benchmark::State& state) {
  analyses(state,
           w1({hypothesis + R"(.endpoint="response")", hypothesis + R"(.analysis={method="logistic"})"}));
}

void therapy_groups(benchmark::State& state, const std::string& analysis, const std::string& retention) {
  analyses(state, study_of("lessons/what_groups_do.toml",
                           {"hypothesis.1.analysis=" + analysis, "dropout.retention=" + retention}));
}

BENCHMARK(ancova);
BENCHMARK_CAPTURE(mmrm, satterthwaite, "unstructured", "satterthwaite");
BENCHMARK_CAPTURE(mmrm, kenward_roger, "unstructured", "kenward_roger");
BENCHMARK_CAPTURE(mmrm, heterogeneous_toeplitz, "heterogeneous_toeplitz", "kenward_roger");
BENCHMARK_CAPTURE(mmrm, ar1, "ar1", "kenward_roger");
BENCHMARK(intercept_slope);
BENCHMARK_CAPTURE(gee, mancl_derouen, "mancl_derouen");
BENCHMARK_CAPTURE(gee, kauermann_carroll, "kauermann_carroll");
BENCHMARK_CAPTURE(gee, fay_graubard, "fay_graubard");
BENCHMARK(gee_logit);
BENCHMARK_CAPTURE(therapy_groups, mixed, R"({method="mixed",df="kenward_roger",adjust=["baseline"]})", "1");
BENCHMARK_CAPTURE(therapy_groups, mixed_lossy, R"({method="mixed",df="kenward_roger",adjust=["baseline"]})",
                  "0.8");
BENCHMARK_CAPTURE(therapy_groups, gee, R"({method="gee",clusters="therapy_groups",adjust=["baseline"]})",
                  "0.8");
BENCHMARK(logistic);
BENCHMARK(rank_sum);
BENCHMARK(mean_difference_pooled);
BENCHMARK(mean_difference_welch);
BENCHMARK(proportions);

}  // namespace
}  // namespace equipoise
