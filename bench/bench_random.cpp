// How fast random numbers come, in the shape of the reference trial W1: 400 participants with baseline and 4
// visits. Read the counter "numbers" as numbers a second; the floor is the generator's words alone.

#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include <benchmark/benchmark.h>
#include <boost/random/normal_distribution.hpp>

#include "engine/random/laws.hpp"

namespace equipoise {
namespace {

constexpr std::size_t units = 400;
constexpr std::size_t columns = 5;
constexpr std::uint64_t seed = 20251108;

void count_numbers(benchmark::State& state, std::size_t an_iteration) {
  const double numbers = static_cast<double>(state.iterations()) * static_cast<double>(an_iteration);
  state.counters["numbers"] = benchmark::Counter(numbers, benchmark::Counter::kIsRate);
  state.counters["time_each"] =
      benchmark::Counter(numbers, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// The floor: the words of the columns, nothing made of them.
void floor_words(benchmark::State& state) {
  std::vector<std::uint64_t> words(units);
  std::uint64_t replicate = 0;
  for (auto _ : state) {
    const Streams streams(seed, replicate++);
    for (std::size_t column = 0; column < columns; ++column) {
      Stream stream = streams.at(Purpose::course, column);
      stream.fill(words);
      benchmark::DoNotOptimize(words.data());
      benchmark::ClobberMemory();
    }
  }
  count_numbers(state, units * columns);
}

template <class Fill>
void fill(benchmark::State& state, Fill filler) {
  std::vector<double> out(units);
  std::uint64_t replicate = 0;
  for (auto _ : state) {
    const Streams streams(seed, replicate++);
    for (std::size_t column = 0; column < columns; ++column) {
      filler(streams.at(Purpose::course, column), std::span(out));
      benchmark::DoNotOptimize(out.data());
      benchmark::ClobberMemory();
    }
  }
  count_numbers(state, units * columns);
}

void normals_filled(benchmark::State& state) {
  fill(state, fill_normal);
}

void uniforms_filled(benchmark::State& state) {
  fill(state, fill_uniform);
}

/// One call of the law a number, from the same streams.
void normals_one_by_one(benchmark::State& state) {
  fill(state, [normal = Normal()](Stream stream, std::span<double> out) {
    for (double& number : out) number = normal(stream);
  });
}

/// A stream a participant instead of one a column: of the four words of a block three are thrown away.
void normals_one_a_stream(benchmark::State& state) {
  std::vector<double> out(units);
  const Normal normal;
  std::uint64_t replicate = 0;
  for (auto _ : state) {
    const Streams streams(seed, replicate++);
    for (std::size_t unit = 0; unit < units; ++unit) {
      Stream stream = streams.at(Purpose::course, unit);
      out[unit] = normal(stream);
    }
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  count_numbers(state, units);
}

/// What a program with one sequential generator pays; its numbers depend on who draws first.
void normals_of_mersenne_twister(benchmark::State& state) {
  std::vector<double> out(units * columns);
  std::mt19937_64 generator(seed);
  boost::random::normal_distribution<double> normal;
  for (auto _ : state) {
    for (double& number : out) number = normal(generator);
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  count_numbers(state, units * columns);
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

BENCHMARK(floor_words);
BENCHMARK(normals_filled);
BENCHMARK(normals_one_by_one);
BENCHMARK(normals_one_a_stream);
BENCHMARK(normals_of_mersenne_twister);
BENCHMARK(uniforms_filled);
BENCHMARK(exponential);
BENCHMARK(log_normal);
BENCHMARK(shuffled_allocation);

}  // namespace
}  // namespace equipoise
