#include "tools/cli/assurance_summary.hpp"
#include "tools/cli/json.hpp"

namespace equipoise {

Json assurance_of_hypothesis(const Assurance& of, const std::vector<AssuranceKey>& keys) {
  Json object;
  object["name"] = of.hypothesis;
  put(object, "power", of.power);
  put(object, "assurance", of.assurance);
  put(object, "harm", of.harm);
  put(object, "sd_of_power", of.sd);
  Json& quantiles = object["quantiles_of_power"] = Json::array();
  for (std::size_t q = 0; q < power_probabilities.size(); ++q) {
    Json quantile{{"probability", power_probabilities[q]}};
    put(quantile, "power", of.quantiles[q]);
    quantiles.push_back(std::move(quantile));
  }
  Json& drivers = object["drivers"] = Json::array();
  for (std::size_t k = 0; k < of.drivers.size(); ++k) {
    drivers.push_back({{"key", of.drivers[k].key},
                       {"from", keys[k].from},
                       {"share", json_number(of.drivers[k].share)},
                       {"share_by_chance", json_number(of.drivers[k].share_by_chance)},
                       {"change", json_number(of.drivers[k].change)}});
  }
  return object;
}

std::string assurance_json(const AssuranceSummary& summary) {
  const AssuranceRun& run = summary.run;
  Json object;
  object["title"] = run.base.provenance.title;
  object["seed"] = run.base.options.seed;
  object["draws"] = summary.done.cells - 1;
  object["effective_draws"] = json_number(run.study.effective_draws());
  object["trials_per_draw"] = run.study.replicates(1).count;
  object["complete"] = summary.done.cells == run.study.cells();
  object["seconds"] = summary.done.seconds;
  Json& hypotheses = object["hypotheses"] = Json::array();
  for (const Assurance& of : summary.result) hypotheses.push_back(assurance_of_hypothesis(of, run.keys));
  return json_text(object);
}

}  // namespace equipoise
