/// Writes the results file of a made-up sweep or sensitivity study, for readers to be tested with.
///
///     write_made_up_cells FILE sweep | sensitivity | interrupted

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "engine/store/results_file.hpp"
#include "tests/store/made_up_run.hpp"

namespace {

using namespace equipoise;

/// A cell's trials, numbered from its first replicate, in blocks.
void write_cell(ResultsFile& results, std::size_t cell, const CellTable& table) {
  constexpr std::uint64_t block = 100;
  for (std::uint64_t done = 0; done < made_up::cell_trials(cell); done += block) {
    results.write(cell, made_up::trials(table.first_replicates[cell] + done, block));
  }
}

void write_sweep(const std::string& file, std::size_t done) {
  const Design design = made_up::design();
  const CellTable table = made_up::cells();
  ResultsFile results(file);
  results.begin_cells(made_up::provenance(), design, made_up::analyses(), table);
  std::vector<std::vector<CellDifference>> differences;
  for (std::size_t cell = 0; cell < table.cells; ++cell) {
    write_cell(results, cell, table);
    if (cell == done) break;  // interrupted in the middle of it
    Characteristics characteristics = made_up::characteristics(design, made_up::cell_trials(cell));
    for (TestCharacteristics& test : characteristics.tests)
      test.power.value -= 0.01 * static_cast<double>(cell);
    results.finish(cell, characteristics);
    differences.push_back(
        {{{-0.01 * static_cast<double>(cell), 0.002}, {-0.03 * static_cast<double>(cell), 0.004}},
         {{-0.02 * static_cast<double>(cell), 0.003}, {-0.04 * static_cast<double>(cell), 0.005}}});
  }
  results.finish_cells(done == table.cells, differences, {});
}

/// Of hypothesis h and factor f: first-order index 0.5 - f / 4, total h / 8 more.
void write_sensitivity(const std::string& file) {
  const Design design = made_up::design();
  CellTable table = made_up::cells();
  table.reference.reset();
  table.keep_replicates = false;
  table.sensitivity = {{"groups.icc", "{ uniform = [0, 0.1] }", 0.005, 0.05, 0.095},
                       {"dropout.retention", "{ beta = [8, 2] }", 0.57, 0.82, 0.96}};
  ResultsFile results(file);
  results.begin_cells(made_up::provenance(), design, made_up::analyses(), table);
  for (std::size_t cell = 0; cell < table.cells; ++cell) {
    write_cell(results, cell, table);
    results.finish(cell, made_up::characteristics(design, made_up::cell_trials(cell)));
  }
  std::vector<PowerSensitivity> sensitivity;
  for (std::size_t h = 0; h < 2; ++h) {
    PowerSensitivity of{design.hypotheses[h].name, {0.75, 0.01}, 0.125, {0.8, 0.004}, {}};
    for (std::size_t f = 0; f < 2; ++f) {
      const double first = 0.5 - 0.25 * static_cast<double>(f);
      const double total = first + 0.125 * static_cast<double>(h);
      of.factors.push_back({{first, first - 0.0625, first + 0.0625},
                            {total, total - 0.0625, total + 0.0625},
                            {0.9, 0.003},
                            {0.7, 0.005},
                            {-0.2, 0.004}});
    }
    sensitivity.push_back(of);
  }
  results.finish_cells(true, {}, sensitivity);
}

}  // namespace

int main(int count, char** arguments) {
  try {
    if (count != 3) return 2;
    const std::string what = arguments[2];
    if (what == "sensitivity") {
      write_sensitivity(arguments[1]);
    } else {
      write_sweep(arguments[1], what == "sweep" ? made_up::cells().cells : 1);
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
