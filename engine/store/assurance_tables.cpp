#include "engine/store/assurance_tables.hpp"

#include <array>
#include <vector>

#include <fmt/format.h>

#include "engine/store/described.hpp"
#include "engine/store/simulated_table.hpp"

namespace equipoise {
namespace {

std::string path_of(const std::string& name) {
  return "assurance/" + name;
}

}  // namespace

void make_assurance(Hdf5Writer& file, std::span<const std::string> keys) {
  file.make_group("assurance");
  make_text_dimension(file, "uncertain_key", keys, "key that was drawn");
  file.make_dimension("probability", ElementType::float64, power_probabilities.size());
  file.set_attribute("probability", "long_name", std::string("probability of a quantile of the power"));
  file.write("probability", power_probabilities);
  make_described(file, path_of("effective_draws"), ElementType::float64, {},
                 "independent draws that those of the posterior are worth");
  for (const char* const shown : {"hypothesis", "uncertain_key", "probability"}) {
    file.link(shown, path_of(shown));
  }
  make_simulated(file, path_of("assurance"), {"hypothesis"}, units_of_share,
                 "power averaged over what is not known");
  make_simulated(file, path_of("harm"), {"hypothesis"}, units_of_share,
                 "share of trials that reject in favour of the comparator, averaged likewise");
  make_simulated(file, path_of("power"), {"hypothesis"}, units_of_share, "power with every key at its value");
  make_simulated(file, path_of("sd_of_power"), {"hypothesis"}, units_of_share,
                 "standard deviation of the power over the draws, without the noise of their trials");
  make_simulated(file, path_of("quantile_of_power"), {"hypothesis", "probability"}, units_of_share,
                 "quantiles of the power over the draws, without the noise of their trials");
  make_table(file, path_of("driver_share"), {"hypothesis", "uncertain_key"}, units_of_share,
             "share of the variance of the power that the key explains alone");
  make_table(file, path_of("driver_share_by_chance"), {"hypothesis", "uncertain_key"}, units_of_share,
             "standard deviation of such a share were the key without influence");
  make_table(file, path_of("driver_change"), {"hypothesis", "uncertain_key"}, units_of_share,
             "change of the power from a standard deviation below the key's middle to one above it");
}

void write_assurance(Hdf5Writer& file, std::span<const Assurance> hypotheses) {
  if (!hypotheses.empty()) {
    file.write(path_of("effective_draws"), std::array{hypotheses.front().effective_draws});
  }
  for (std::size_t h = 0; h < hypotheses.size(); ++h) {
    const Assurance& of = hypotheses[h];
    write_simulated(file, path_of("assurance"), h, std::array{of.assurance});
    write_simulated(file, path_of("harm"), h, std::array{of.harm});
    write_simulated(file, path_of("power"), h, std::array{of.power});
    write_simulated(file, path_of("sd_of_power"), h, std::array{of.sd});
    write_simulated(file, path_of("quantile_of_power"), h, of.quantiles);
    std::vector<double> shares;
    std::vector<double> by_chance;
    std::vector<double> changes;
    for (const PowerDriver& driver : of.drivers) {
      shares.push_back(driver.share);
      by_chance.push_back(driver.share_by_chance);
      changes.push_back(driver.change);
    }
    file.write_entry(path_of("driver_share"), h, shares);
    file.write_entry(path_of("driver_share_by_chance"), h, by_chance);
    file.write_entry(path_of("driver_change"), h, changes);
  }
}

}  // namespace equipoise
