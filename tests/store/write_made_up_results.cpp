/// Writes the results file of a made-up run, for readers to be tested with.
///
///     write_made_up_results FILE [TRIALS [COMMAND_LINE]]

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>

#include "engine/store/results_file.hpp"
#include "tests/store/made_up_run.hpp"

namespace {

void write_results(const std::string& file, std::uint64_t trials, const std::string& command_line) {
  using namespace equipoise;
  constexpr std::uint64_t block = 100;
  const Design design = made_up::design();
  ResultsFile results(file);
  results.begin(made_up::provenance(command_line), design, made_up::analyses());
  for (std::uint64_t first = 0; first < trials; first += block) {
    results.write(made_up::trials(first, std::min(block, trials - first)));
  }
  results.finish(made_up::characteristics(design, trials), true);
}

}  // namespace

int main(int count, char** arguments) {
  try {
    if (count < 2) return 2;
    write_results(arguments[1], count > 2 ? std::stoull(arguments[2]) : 10'000,
                  count > 3 ? arguments[3] : "equipoise run made_up.toml");
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
