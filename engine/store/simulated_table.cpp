#include "engine/store/simulated_table.hpp"

#include "engine/store/described.hpp"

namespace equipoise {
namespace {

constexpr const char* mcse = "_mcse";

}  // namespace

void make_table(Hdf5Writer& file, const std::string& path, const std::vector<std::string>& dimensions,
                const char* units, const std::string& meaning) {
  make_described(file, path, ElementType::float64, dimensions, meaning);
  if (units != nullptr) file.set_attribute(path, "units", std::string(units));
}

void make_simulated(Hdf5Writer& file, const std::string& path, const std::vector<std::string>& dimensions,
                    const char* units, const std::string& meaning) {
  make_table(file, path, dimensions, units, meaning);
  make_table(file, path + mcse, dimensions, units, "Monte Carlo standard error: " + meaning);
}

void write_simulated(Hdf5Writer& file, const std::string& path, std::size_t entry,
                     std::span<const Simulated> values) {
  std::vector<double> numbers;
  std::vector<double> errors;
  for (const Simulated& simulated : values) {
    numbers.push_back(simulated.value);
    errors.push_back(simulated.mcse);
  }
  file.write_entry(path, entry, numbers);
  file.write_entry(path + mcse, entry, errors);
}

}  // namespace equipoise
