#include <cstdio>

#include "engine/random/stream.hpp"
#include "engine/run/run.hpp"

int main() {
  const equipoise::RunOptions options;
  equipoise::Stream stream(options.seed, 0, equipoise::Purpose::test, 0, 0);
  std::printf("%llu trials planned, first word %llu\n", static_cast<unsigned long long>(options.trials),
              static_cast<unsigned long long>(stream()));
  return options.trials > 0 ? 0 : 1;
}
