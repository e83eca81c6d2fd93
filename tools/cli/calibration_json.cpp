#include <cmath>
#include <string>

#include "engine/scenario/schema/distribution_codec.hpp"
#include "engine/store/file_format.hpp"
#include "tools/cli/calibration_report.hpp"
#include "tools/cli/json.hpp"

namespace equipoise {
namespace {

Json target_json(const TargetResult& result) {
  const Target& target = result.target;
  const auto scaled = [&](double value) { return target.is_ratio() ? std::exp(value) : value; };
  return {{"id", target.id},
          {"trial", target.trial},
          {"endpoint", target.endpoint},
          {"statistic", name_of(target.statistic)},
          {"role", result.aimed_at ? "fit" : "check"},
          {"status", name_of(target.status)},
          {"se_status", target.se ? Json(name_of(target.se_status)) : Json()},
          {"reported", json_number(scaled(result.reported))},
          {"error", json_number(result.error)},
          {"simulated", json_number(scaled(result.simulated))},
          {"simulated_sd", json_number(result.simulated_sd)},
          {"z", json_number(result.z)},
          {"z_left_out", json_number(result.z_left_out)},
          {"citation", target.citation}};
}

Json parameter_json(const ParameterResult& result) {
  return {{"key", result.parameter.path},
          {"unit", result.parameter.unit},
          {"prior", Codec<Distribution>::text(result.parameter.prior)},
          {"value", json_number(result.value)},
          {"posterior_mean", json_number(result.mean)},
          {"posterior_sd", json_number(result.sd)},
          {"posterior_5", json_number(result.low)},
          {"posterior_95", json_number(result.high)},
          {"learned", json_number(result.learned)}};
}

Json search_json(double misfit, const SearchLog& log) {
  return {{"misfit", json_number(misfit)},
          {"converged", log.converged},
          {"gradients", log.misfits.size()},
          {"step_left", json_number(log.step_left)}};
}

}  // namespace

std::string calibration_json(const Calibration& calibration) {
  Json json = {{"format", calibration_format},
               {"condition", calibration.condition},
               {"seed", calibration.options.seed},
               {"participants", calibration.options.participants},
               {"draws", calibration.options.draws},
               {"thin", calibration.options.thin},
               {"states_per_draw", calibration.sample.thin},
               {"effective_draws", json_number(calibration.sample.effective_draws)},
               {"acceptance", json_number(calibration.sample.acceptance)},
               {"misfit", json_number(calibration.fit.misfit)}};
  for (const FitStart& start : calibration.fit.starts) json["starts"].push_back(json_number(start.misfit));
  json["converged"] = calibration.fit.log.converged;
  json["search"] = search_json(calibration.fit.misfit, calibration.fit.log);
  for (const FitStart& start : calibration.fit.starts) {
    json["search"]["starts"].push_back(search_json(start.misfit, start.log));
  }
  for (const TargetResult& target : calibration.targets) json["targets"].push_back(target_json(target));
  for (const ParameterResult& result : calibration.parameters) {
    json["parameters"].push_back(parameter_json(result));
  }
  json["pulls"] = Json::array();
  for (const Pull& pull : calibration.pulls) {
    json["pulls"].push_back({{"first", calibration.targets[pull.first].target.id},
                             {"second", calibration.targets[pull.second].target.id},
                             {"strength", json_number(pull.strength)}});
  }
  return json_text(json);
}

}  // namespace equipoise
