#include "engine/store/cell_tables.hpp"

#include <array>
#include <string>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "engine/store/assurance_tables.hpp"
#include "engine/store/described.hpp"
#include "engine/store/simulated_table.hpp"

namespace equipoise {
namespace {

/// A dotted key as the name of a dataset, in which a slash would open a group: it is written %2F, and the
/// percent sign %25, so that no two keys have one name.
std::string dataset_name(const std::string& key) {
  std::string name = "cells/";
  for (const char c : key) name += c == '/' ? "%2F" : c == '%' ? "%25" : std::string(1, c);
  return name;
}

void make_factor(Hdf5Writer& file, const CellFactor& factor) {
  const std::string path = dataset_name(factor.key);
  const bool words = factor.numbers.empty();
  make_described(file, path, words ? ElementType::text : ElementType::float64, {"cell"},
                 fmt::format("{} in the cell", factor.key));
  file.set_attribute(path, "key", factor.key);
  if (words) {
    file.write(path, factor.words);
  } else {
    file.write(path, factor.numbers);
  }
}

/// A share of the variance with the ends of its interval.
struct ShareTable {
  const char* name;
  VarianceShare FactorInfluence::*value;
  const char* meaning;
};

constexpr std::array<ShareTable, 2> share_tables{
    {{"first_order", &FactorInfluence::first_order,
      "share of the power's variance that the factor makes alone"},
     {"total", &FactorInfluence::total,
      "share of the power's variance that would go were the factor known"}}};

/// A number of a hypothesis and a factor that is stored with its Monte Carlo standard error.
struct TornadoTable {
  const char* name;
  Simulated FactorInfluence::*value;
  const char* meaning;
};

constexpr std::array<TornadoTable, 3> tornado_tables{
    {{"power_low", &FactorInfluence::power_low,
      "power with the factor at its low quantile, the others at their medians"},
     {"power_high", &FactorInfluence::power_high,
      "power with the factor at its high quantile, the others at their medians"},
     {"power_difference", &FactorInfluence::difference,
      "power at the high minus power at the low quantile, on the same participants"}}};

std::string of_sensitivity(const std::string& name) {
  return "sensitivity/" + name;
}

void make_factors(Hdf5Writer& file, const std::vector<SensitivityFactor>& factors) {
  std::vector<std::string> keys;
  std::vector<std::string> distributions;
  for (const SensitivityFactor& factor : factors) {
    keys.push_back(factor.key);
    distributions.push_back(factor.distribution);
  }
  make_text_dimension(file, "factor", keys, "key that is not known for certain");
  make_described(file, of_sensitivity("distribution"), ElementType::text, {"factor"},
                 "what is believed of it");
  file.write(of_sensitivity("distribution"), distributions);
  for (const auto& [name, value, meaning] :
       {std::tuple{"low", &SensitivityFactor::low, "the factor's low quantile"},
        std::tuple{"median", &SensitivityFactor::median, "the factor's median"},
        std::tuple{"high", &SensitivityFactor::high, "the factor's high quantile"}}) {
    std::vector<double> numbers;
    for (const SensitivityFactor& factor : factors) numbers.push_back(factor.*value);
    make_described(file, of_sensitivity(name), ElementType::float64, {"factor"}, meaning);
    file.write(of_sensitivity(name), numbers);
  }
}

void make_sensitivity(Hdf5Writer& file, const std::vector<SensitivityFactor>& factors) {
  file.make_group("sensitivity");
  make_factors(file, factors);
  for (const char* const shown : {"hypothesis", "factor"}) file.link(shown, of_sensitivity(shown));
  make_simulated(file, of_sensitivity("mean_power"), {"hypothesis"}, units_of_share,
                 "power averaged over the factors");
  make_table(file, of_sensitivity("sd_of_power"), {"hypothesis"}, units_of_share,
             "standard deviation of the power over the factors, without Monte Carlo noise");
  make_simulated(file, of_sensitivity("power_at_medians"), {"hypothesis"}, units_of_share,
                 "power with every factor at its median");
  for (const ShareTable& table : share_tables) {
    const std::string path = of_sensitivity(table.name);
    make_table(file, path, {"hypothesis", "factor"}, units_of_share, table.meaning);
    for (const char* const end : {"low", "high"}) {
      make_table(file, fmt::format("{}_{}", path, end), {"hypothesis", "factor"}, units_of_share,
                 fmt::format("{} end of the 95 % interval: {}", end, table.meaning));
    }
  }
  for (const TornadoTable& table : tornado_tables) {
    make_simulated(file, of_sensitivity(table.name), {"hypothesis", "factor"}, units_of_share, table.meaning);
  }
}

void write_factors(Hdf5Writer& file, std::size_t hypothesis, const std::vector<FactorInfluence>& factors) {
  for (const ShareTable& table : share_tables) {
    std::array<std::vector<double>, 3> numbers;
    for (const FactorInfluence& factor : factors) {
      const VarianceShare& value = factor.*table.value;
      numbers[0].push_back(value.value);
      numbers[1].push_back(value.low);
      numbers[2].push_back(value.high);
    }
    const std::string path = of_sensitivity(table.name);
    file.write_entry(path, hypothesis, numbers[0]);
    file.write_entry(path + "_low", hypothesis, numbers[1]);
    file.write_entry(path + "_high", hypothesis, numbers[2]);
  }
  for (const TornadoTable& table : tornado_tables) {
    std::vector<Simulated> values;
    for (const FactorInfluence& factor : factors) values.push_back(factor.*table.value);
    write_simulated(file, of_sensitivity(table.name), hypothesis, values);
  }
}

}  // namespace

void make_cell_tables(Hdf5Writer& file, const CellTable& cells) {
  file.make_group("cells");
  file.link("cell", "cells/cell");
  for (const CellFactor& factor : cells.factors) make_factor(file, factor);
  make_described(file, "cells/trials", ElementType::uint64, {"cell"},
                 "trials of the cell; 0 where it was not done");
  make_described(file, "cells/first_replicate", ElementType::uint64, {"cell"},
                 "number of the cell's first replicate: cells with the same share their participants");
  file.write("cells/first_replicate", cells.first_replicates);
  if (cells.reference) {
    const auto make = [&](const char* path, const char* meaning) {
      make_simulated(file, path, {"cell", "hypothesis"}, units_of_share, meaning);
      file.set_attribute(path, "reference_cell", static_cast<std::uint64_t>(*cells.reference));
    };
    make("characteristics/power_difference",
         "power minus that in the cell that the others are compared with");
    make("characteristics/rejection_rate_difference",
         "share that rejects in either direction minus that in the cell that the others are compared with");
  }
  if (!cells.sensitivity.empty()) make_sensitivity(file, cells.sensitivity);
  if (!cells.assurance_keys.empty()) make_assurance(file, cells.assurance_keys);
}

void write_cell_trials(Hdf5Writer& file, std::size_t cell, std::uint64_t trials) {
  file.write_entry("cells/trials", cell, std::array{trials});
}

void write_differences(Hdf5Writer& file, std::size_t cell, std::span<const CellDifference> differences) {
  std::vector<Simulated> power;
  std::vector<Simulated> rejection_rate;
  for (const CellDifference& difference : differences) {
    power.push_back(difference.power);
    rejection_rate.push_back(difference.rejection_rate);
  }
  write_simulated(file, "characteristics/power_difference", cell, power);
  write_simulated(file, "characteristics/rejection_rate_difference", cell, rejection_rate);
}

void write_sensitivity(Hdf5Writer& file, std::span<const PowerSensitivity> hypotheses) {
  for (std::size_t h = 0; h < hypotheses.size(); ++h) {
    const PowerSensitivity& of = hypotheses[h];
    write_simulated(file, of_sensitivity("mean_power"), h, std::array{of.mean});
    file.write_entry(of_sensitivity("sd_of_power"), h, std::array{of.sd});
    write_simulated(file, of_sensitivity("power_at_medians"), h, std::array{of.medians});
    write_factors(file, h, of.factors);
  }
}

}  // namespace equipoise
