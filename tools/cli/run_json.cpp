#include <array>
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

Json of_status(const std::array<std::uint64_t, fit_status_count>& counts) {
  Json status = Json::object();
  for (std::size_t s = 0; s < fit_status_count; ++s) {
    if (counts[s] > 0) status[std::string(name_of(static_cast<FitStatus>(s)))] = counts[s];
  }
  return status;
}

void put_ledger(Json& object, const AnalysisCharacteristics& analysis) {
  object["status"] = of_status(analysis.status);
  Json& rules = object["power_rules"] = Json::object();
  put(rules, "no_rejection", analysis.rules.no_rejection);
  put(rules, "left_out", analysis.rules.left_out);
  put(rules, "fallback", analysis.rules.fallback);
  Json& fallbacks = object["fallbacks"] = Json::array();
  for (const FallbackUse& fallback : analysis.fallbacks) {
    fallbacks.push_back({{"name", fallback.name}, {"used", fallback.used}});
  }
  object["unanswered"] = analysis.unanswered;
}

Json of_alternative(const AnalysisCharacteristics& analysis) {
  Json object;
  object["name"] = analysis.name;
  put(object, "truth", analysis.truth);
  put(object, "power", analysis.power);
  put(object, "mean_estimate", analysis.mean_estimate);
  put(object, "bias", analysis.bias);
  put(object, "empirical_se", analysis.empirical_se);
  put(object, "model_se", analysis.model_se);
  put(object, "coverage", analysis.coverage);
  put_ledger(object, analysis);
  Json& difference = object["difference"] = Json::object();
  put(difference, "power", analysis.difference.power);
  put(difference, "bias", analysis.difference.bias);
  put(difference, "empirical_se", analysis.difference.empirical_se);
  put(difference, "model_se", analysis.difference.model_se);
  put(difference, "coverage", analysis.difference.coverage);
  return object;
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
  put_ledger(object, test.analyses.front());
  object["analysis"] = test.analyses.front().name;
  Json& alternatives = object["alternatives"] = Json::array();
  for (std::size_t a = 1; a < test.analyses.size(); ++a) {
    alternatives.push_back(of_alternative(test.analyses[a]));
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
