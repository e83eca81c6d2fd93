#include "tools/cli/json.hpp"

#include <cmath>

namespace equipoise {

std::string json_text(const Json& object) {
  constexpr int indent = 2;
  return object.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json json_number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json json_numbers(const std::vector<double>& values) {
  Json array = Json::array();
  for (const double value : values) array.push_back(json_number(value));
  return array;
}

void put(Json& object, const std::string& name, const Simulated& simulated) {
  object[name] = json_number(simulated.value);
  object[name + "_mcse"] = json_number(simulated.mcse);
}

Json json_test(const TestCharacteristics& test) {
  Json object;
  object["name"] = test.name;
  object["null_is_true"] = test.null_is_true;
  object["wrong_side"] = test.wrong_side;
  put(object, "power", test.power);
  put(object, "harm", test.harm);
  put(object, "rejection_rate", test.rejection_rate);
  put(object, "power_alone", test.power_alone);
  put(object, "truth", test.truth);
  put(object, "mean_estimate", test.mean_estimate);
  put(object, "bias", test.bias);
  put(object, "empirical_se", test.empirical_se);
  put(object, "model_se", test.model_se);
  put(object, "coverage", test.coverage);
  return object;
}

Json json_status(const std::array<std::uint64_t, fit_status_count>& counts) {
  Json status = Json::object();
  for (std::size_t s = 0; s < fit_status_count; ++s) {
    if (counts[s] > 0) status[std::string(name_of(static_cast<FitStatus>(s)))] = counts[s];
  }
  return status;
}

}  // namespace equipoise
