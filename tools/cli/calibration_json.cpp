#include <cmath>
#include <string>

#include <nlohmann/json.hpp>

#include "engine/scenario/schema/distribution_codec.hpp"
#include "tools/cli/calibration_report.hpp"

namespace equipoise {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json target_json(const TargetResult& result) {
  const Target& target = result.target;
  const auto scaled = [&](double value) { return target.is_ratio() ? std::exp(value) : value; };
  return {{"id", target.id},
          {"trial", target.trial},
          {"endpoint", target.endpoint},
          {"statistic", name_of(target.statistic)},
          {"role", result.aimed_at ? "fit" : "check"},
          {"status", name_of(target.status)},
          {"reported", number(scaled(result.reported))},
          {"error", number(result.error)},
          {"simulated", number(scaled(result.simulated))},
          {"simulated_sd", number(result.simulated_sd)},
          {"z", number(result.z)},
          {"z_left_out", number(result.z_left_out)},
          {"citation", target.citation}};
}

Json parameter_json(const ParameterResult& result) {
  return {{"key", result.parameter.path},
          {"unit", result.parameter.unit},
          {"prior", Codec<Distribution>::text(result.parameter.prior)},
          {"value", number(result.value)},
          {"posterior_mean", number(result.mean)},
          {"posterior_sd", number(result.sd)},
          {"posterior_5", number(result.low)},
          {"posterior_95", number(result.high)},
          {"learned", number(result.learned)}};
}

}  // namespace

std::string calibration_json(const Calibration& calibration) {
  Json json = {{"condition", calibration.condition},
               {"seed", calibration.options.seed},
               {"participants", calibration.options.participants},
               {"draws", calibration.options.draws},
               {"acceptance", number(calibration.sample.acceptance)},
               {"misfit", number(calibration.fit.misfit)}};
  for (const FitStart& start : calibration.fit.starts) json["starts"].push_back(number(start.misfit));
  for (const TargetResult& target : calibration.targets) json["targets"].push_back(target_json(target));
  for (const ParameterResult& result : calibration.parameters) {
    json["parameters"].push_back(parameter_json(result));
  }
  json["pulls"] = Json::array();
  for (const Pull& pull : calibration.pulls) {
    json["pulls"].push_back({{"first", calibration.targets[pull.first].target.id},
                             {"second", calibration.targets[pull.second].target.id},
                             {"strength", number(pull.strength)}});
  }
  return json.dump(2) + "\n";
}

}  // namespace equipoise
