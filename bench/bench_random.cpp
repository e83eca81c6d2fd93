// How fast random numbers come, in the shape of the reference trial W1: 400 participants with baseline and 4
// visits. Read the counter "numbers" as numbers a second; the floor is the generator's words alone.

#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>
#include <boost/random/normal_distribution.hpp>

#include "engine/random/laws.hpp"

namespace equipoise {
namespace {

constexpr std::size_t units = 400;
constexpr std::uint64_t seed = 20251108;

void count_numbers(benchmark::State& state, std::size_t an_iteration) {
  const double numbers = static_cast<double>(state.iterations()) * static_cast<double>(an_iteration);
  state.counters["numbers"] = benchmark::Counter(numbers, benchmark::Counter::kIsRate);
  state.counters["time_each"] =
      benchmark::Counter(numbers, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// The floor: the blocks that hold the words of every unit, one unit after another, nothing made of them.
void floor_words(benchmark::State& state) {
  const auto per_unit = static_cast<std::size_t>(state.range(0));
  const std::size_t blocks = (per_unit + 3) / 4;
  std::uint64_t replicate = 0;
  for (auto _ : state) {
    for (std::uint64_t unit = 0; unit < units; ++unit) {
      for (std::uint64_t block = 0; block < blocks; ++block) {
        RandomBlock words =
            philox_block(stream_counter(replicate, Purpose::baseline, unit, 0, block), stream_key(seed));
        benchmark::DoNotOptimize(words);
      }
    }
    ++replicate;
  }
  count_numbers(state, units * per_unit);
}

template <class Fill>
void fill(benchmark::State& state, Fill filler) {
  const auto per_unit = static_cast<std::size_t>(state.range(0));
  std::vector<double> out(units * per_unit);
  std::uint64_t replicate = 0;
  for (auto _ : state) {
    filler(Streams(seed, replicate++), Purpose::baseline, std::uint64_t{0}, units, per_unit, 0U, out.data(),
           units);
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  count_numbers(state, units * per_unit);
}

void normals_filled(benchmark::State& state) {
  fill(state, fill_normal);
}

void uniforms_filled(benchmark::State& state) {
  fill(state, fill_uniform);
}

void normals_one_by_one(benchmark::State& state) {
  const auto per_unit = static_cast<std::size_t>(state.range(0));
  std::vector<double> out(units * per_unit);
  const Normal normal;
  std::uint64_t replicate = 0;
  for (auto _ : state) {
    const Streams streams(seed, replicate++);
    for (std::size_t unit = 0; unit < units; ++unit) {
      Stream stream = streams.at(Purpose::baseline, unit);
      for (std::size_t k = 0; k < per_unit; ++k) out[k * units + unit] = normal(stream);
    }
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  count_numbers(state, units * per_unit);
}

/// What a program with one sequential generator pays; its numbers depend on who draws first.
void normals_of_mersenne_twister(benchmark::State& state) {
  const auto per_unit = static_cast<std::size_t>(state.range(0));
  std::vector<double> out(units * per_unit);
  std::mt19937_64 generator(seed);
  boost::random::normal_distribution<double> normal;
  for (auto _ : state) {
    for (double& number : out) number = normal(generator);
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  count_numbers(state, units * per_unit);
}

template <class Law>
void law(benchmark::State& state, const Law& law) {
  const Streams streams(seed, 0);
  std::uint64_t unit = 0;
  for (auto _ : state) {
    Stream stream = streams.at(Purpose::attendance, unit++);
    benchmark::DoNotOptimize(law(stream));
  }
  count_numbers(state, 1);
}

void exponential(benchmark::State& state) {
  law(state, Exponential(1.0));
}

void log_normal(benchmark::State& state) {
  law(state, LogNormal(63.0, 60.0));
}

void beta_binomial(benchmark::State& state) {
  law(state, BetaBinomial(8, 0.7, 0.3));
}

void shuffled_allocation(benchmark::State& state) {
  std::vector<std::uint8_t> arms(units);
  for (std::size_t i = 0; i < units; ++i) arms[i] = static_cast<std::uint8_t>(i % 4);
  const Streams streams(seed, 0);
  std::uint64_t unit = 0;
  for (auto _ : state) {
    Stream stream = streams.at(Purpose::allocation, unit++);
    shuffle(arms, stream);
    benchmark::ClobberMemory();
  }
  count_numbers(state, units);
}

BENCHMARK(floor_words)->Arg(1)->Arg(4)->Arg(5)->Arg(45);
BENCHMARK(normals_filled)->Arg(1)->Arg(4)->Arg(5)->Arg(45);
BENCHMARK(normals_one_by_one)->Arg(1)->Arg(4)->Arg(5)->Arg(45);
BENCHMARK(normals_of_mersenne_twister)->Arg(5);
BENCHMARK(uniforms_filled)->Arg(1)->Arg(4)->Arg(5);
BENCHMARK(exponential);
BENCHMARK(log_normal);
BENCHMARK(beta_binomial);
BENCHMARK(shuffled_allocation);

}  // namespace
}  // namespace equipoise
