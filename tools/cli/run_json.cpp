#include <cmath>

#include <nlohmann/json.hpp>

#include "tools/cli/run_summary.hpp"

namespace equipoise {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json numbers(const std::vector<double>& values) {
  Json array = Json::array();
  for (const double value : values) array.push_back(number(value));
  return array;
}

void put(Json& object, const std::string& name, const Simulated& simulated) {
  object[name] = number(simulated.value);
  object[name + "_mcse"] = number(simulated.mcse);
}

Json of_test(const TestCharacteristics& test) {
  Json object;
  object["name"] = test.name;
  object["null_is_true"] = test.null_is_true;
  put(object, "power", test.power);
  put(object, "power_alone", test.power_alone);
  put(object, "truth", test.truth);
  put(object, "mean_estimate", test.mean_estimate);
  put(object, "bias", test.bias);
  put(object, "empirical_se", test.empirical_se);
  put(object, "model_se", test.model_se);
  put(object, "coverage", test.coverage);
  Json& status = object["status"] = Json::object();
  for (std::size_t s = 0; s < fit_status_count; ++s) {
    if (test.status[s] > 0) status[std::string(name_of(static_cast<FitStatus>(s)))] = test.status[s];
  }
  return object;
}

Json of_arm(const ArmSummary& arm, const Design& design) {
  Json object;
  object["name"] = arm.name;
  object["enrolled"] = number(arm.enrolled);
  object["retention"] = number(arm.retention);
  object["sessions_mean"] = number(arm.sessions_mean);
  object["never_attended"] = number(arm.never_attended);
  object["groups"] = number(arm.groups);
  object["group_size"] = number(arm.group_size);
  object["wait"] = number(arm.wait);
  std::vector<double> months{0.0};
  months.insert(months.end(), design.visits.begin(), design.visits.end());
  Json& endpoints = object["endpoints"] = Json::object();
  for (const EndpointSummary& endpoint : arm.endpoints) {
    endpoints[endpoint.endpoint] = {{"visits", months},
                                    {"mean", numbers(endpoint.mean)},
                                    {"sd", numbers(endpoint.sd)},
                                    {"observed", numbers(endpoint.observed)}};
  }
  return object;
}

}  // namespace

std::string run_json(const RunSummary& summary) {
  const Characteristics& all = summary.result.characteristics;
  Json object;
  object["title"] = summary.study.provenance.title;
  object["seed"] = summary.study.options.seed;
  object["trials"] = all.trials;
  object["complete"] = summary.result.complete;
  object["seconds"] = summary.result.seconds;
  object["trials_per_second"] = number(static_cast<double>(all.trials) / summary.result.seconds);
  Json& hypotheses = object["hypotheses"] = Json::array();
  for (const TestCharacteristics& test : all.tests) hypotheses.push_back(of_test(test));
  for (const auto& [name, share] : {std::pair{"any", all.any}, std::pair{"all", all.all}}) {
    put(object[name] = Json::object(), "power", share);
  }
  Json& arms = object["arms"] = Json::array();
  for (const ArmSummary& arm : all.arms) arms.push_back(of_arm(arm, summary.study.plan.design));
  object["assumed_parameters"] = summary.study.assumed;
  return object.dump(2) + "\n";
}

}  // namespace equipoise
