// What a multiplicity procedure costs a trial, beside Bonferroni's: four hypotheses of one trial, and twenty.

#include <cmath>
#include <limits>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/paired_times.hpp"
#include "engine/random/laws.hpp"
#include "engine/testing/multiplicity.hpp"

namespace equipoise {
namespace {

using Method = MultiplicityMethod;

constexpr std::size_t sets = 256;
constexpr double normal = std::numeric_limits<double>::infinity();

/// P values of many trials, so that no branch is foreseen.
std::vector<double> some_p(std::size_t hypotheses) {
  std::vector<double> p(sets * hypotheses);
  fill_uniform(Streams(1, 0).at(Purpose::test, 0), p);
  for (double& one : p) one = std::pow(one, 4.0);
  return p;
}

Multiplicity prepared(Method method, std::size_t hypotheses) {
  MultiplicityRules rules;
  rules.method = method;
  const auto count = static_cast<double>(hypotheses);
  for (std::size_t i = 0; i < hypotheses * hypotheses; ++i) {
    const bool same = i % (hypotheses + 1) == 0;
    rules.transitions.push_back(same ? 0.0 : 1.0 / (count - 1.0));
    rules.joint.correlation.push_back(same ? 1.0 : 0.5);
  }
  for (const std::size_t half : {0U, 1U}) {
    FamilyRules& family = rules.families.emplace_back();
    for (std::size_t h = half; h < hypotheses; h += 2) family.hypotheses.push_back(h);
    family.weights.assign(family.hypotheses.size(), 1.0 / static_cast<double>(family.hypotheses.size()));
    family.truncation = half == 0 ? 0.5 : 1.0;
  }
  return {rules, hypotheses};
}

class Adjusting {
 public:
  Adjusting(Method method, std::size_t hypotheses, double df)
      : procedure_(prepared(method, hypotheses)),
        p_(some_p(hypotheses)),
        df_(hypotheses, df),
        adjusted_(hypotheses) {}

  /// All sets, one after another.
  void operator()() {
    for (std::size_t first = 0; first < p_.size(); first += df_.size()) {
      procedure_(std::span(p_).subspan(first, df_.size()), df_, adjusted_, scratch_);
      benchmark::DoNotOptimize(adjusted_.data());
    }
  }

 private:
  Multiplicity procedure_;
  std::vector<double> p_;
  std::vector<double> df_;
  std::vector<double> adjusted_;
  Multiplicity::Scratch scratch_;
};

void beside_bonferroni(benchmark::State& state, Method method, std::size_t hypotheses, double df) {
  Adjusting procedure(method, hypotheses, df);
  Adjusting bonferroni(Method::bonferroni, hypotheses, df);
  PairedTimes times;
  for (auto _ : state) times.time(processor_seconds, procedure, bonferroni);
  state.counters["ns_a_call"] = 1e9 * times.first() / static_cast<double>(sets);
  state.counters["times_bonferroni"] = times.ratio();
}

BENCHMARK_CAPTURE(beside_bonferroni, none_4, Method::none, 4, normal);
BENCHMARK_CAPTURE(beside_bonferroni, holm_4, Method::holm, 4, normal);
BENCHMARK_CAPTURE(beside_bonferroni, hochberg_4, Method::hochberg, 4, normal);
BENCHMARK_CAPTURE(beside_bonferroni, hommel_4, Method::hommel, 4, normal);
BENCHMARK_CAPTURE(beside_bonferroni, fixed_sequence_4, Method::fixed_sequence, 4, normal);
BENCHMARK_CAPTURE(beside_bonferroni, fallback_4, Method::fallback, 4, normal);
BENCHMARK_CAPTURE(beside_bonferroni, graph_4, Method::graph, 4, normal);
BENCHMARK_CAPTURE(beside_bonferroni, gatekeeping_4, Method::gatekeeping, 4, normal);
BENCHMARK_CAPTURE(beside_bonferroni, dunnett_4_normal, Method::dunnett, 4, normal);
BENCHMARK_CAPTURE(beside_bonferroni, dunnett_4_df_200, Method::dunnett, 4, 200.0);
BENCHMARK_CAPTURE(beside_bonferroni, dunnett_step_down_4_df_200, Method::dunnett_step_down, 4, 200.0);
BENCHMARK_CAPTURE(beside_bonferroni, co_primary_4, Method::co_primary, 4, normal);
BENCHMARK_CAPTURE(beside_bonferroni, holm_20, Method::holm, 20, normal);
BENCHMARK_CAPTURE(beside_bonferroni, hommel_20, Method::hommel, 20, normal);
BENCHMARK_CAPTURE(beside_bonferroni, graph_20, Method::graph, 20, normal);

}  // namespace
}  // namespace equipoise
