#include <utility>

#include "tools/cli/json.hpp"
#include "tools/cli/run_summary.hpp"

namespace equipoise {
namespace {

Json of_rules(const FailureRules& rules) {
  Json object;
  put(object, "no_rejection", rules.no_rejection);
  put(object, "left_out", rules.left_out);
  put(object, "fallback", rules.fallback);
  return object;
}

void put_ledger(Json& object, const AnalysisCharacteristics& analysis) {
  object["status"] = json_status(analysis.status);
  object["power_rules"] = of_rules(analysis.rules);
  object["rejection_rules"] = of_rules(analysis.rejection_rules);
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
  put(object, "harm", analysis.harm);
  put(object, "rejection_rate", analysis.rejection_rate);
  put(object, "mean_estimate", analysis.mean_estimate);
  put(object, "bias", analysis.bias);
  put(object, "empirical_se", analysis.empirical_se);
  put(object, "model_se", analysis.model_se);
  put(object, "coverage", analysis.coverage);
  put_ledger(object, analysis);
  Json& difference = object["difference"] = Json::object();
  put(difference, "power", analysis.difference.power);
  put(difference, "rejection_rate", analysis.difference.rejection_rate);
  put(difference, "bias", analysis.difference.bias);
  put(difference, "empirical_se", analysis.difference.empirical_se);
  put(difference, "model_se", analysis.difference.model_se);
  put(difference, "coverage", analysis.difference.coverage);
  return object;
}

Json of_test(const TestCharacteristics& test) {
  Json object = json_test(test);
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
  object["enrolled"] = json_number(arm.enrolled);
  object["retention"] = json_number(arm.retention);
  object["sessions_mean"] = json_number(arm.sessions_mean);
  object["never_attended"] = json_number(arm.never_attended);
  object["groups"] = json_number(arm.groups);
  object["group_size"] = json_number(arm.group_size);
  object["wait"] = json_number(arm.wait);
  std::vector<double> times{0.0};
  times.insert(times.end(), design.shown_visits().begin(), design.shown_visits().end());
  Json& endpoints = object["endpoints"] = Json::object();
  for (const EndpointSummary& endpoint : arm.endpoints) {
    endpoints[endpoint.endpoint] = {{"visits", times},
                                    {"mean", json_numbers(endpoint.mean)},
                                    {"sd", json_numbers(endpoint.sd)},
                                    {"observed", json_numbers(endpoint.observed)}};
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
  object["trials_per_second"] = json_number(static_cast<double>(all.trials) / summary.result.seconds);
  object["confidence"] = summary.study.plan.tests.front().question.confidence();
  Json& hypotheses = object["hypotheses"] = Json::array();
  for (const TestCharacteristics& test : all.tests) hypotheses.push_back(of_test(test));
  for (const auto& [name, share] : {std::pair{"any", all.any}, std::pair{"all", all.all}}) {
    put(object[name] = Json::object(), "power", share);
  }
  put(object, "familywise_error", all.familywise_error);
  object["visit_unit"] = std::string(name_of(summary.study.plan.design.time_unit));
  Json& arms = object["arms"] = Json::array();
  for (const ArmSummary& arm : all.arms) arms.push_back(of_arm(arm, summary.study.plan.design));
  object["assumed_parameters"] = summary.study.assumed;
  Json& warnings = object["warnings"] = Json::array();
  for (const Problem& warning : summary.study.warnings.all()) warnings.push_back(to_text(warning));
  return json_text(object);
}

}  // namespace equipoise
