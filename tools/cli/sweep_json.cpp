#include "tools/cli/json.hpp"
#include "tools/cli/sweep_summary.hpp"

namespace equipoise {
namespace {

Json of_test(const TestCharacteristics& test) {
  Json object = json_test(test);
  object["status"] = json_status(test.status);
  return object;
}

Json of_cell(const SweepSummary& summary, std::size_t cell) {
  const Characteristics& all = summary.results[cell].characteristics;
  Json object;
  object["cell"] = cell;
  Json& values = object["values"] = Json::object();
  for (const CellFactor& factor : summary.cells.factors) {
    values[factor.key] =
        factor.numbers.empty() ? Json(factor.words[cell]) : json_number(factor.numbers[cell]);
  }
  object["trials"] = all.trials;
  Json& hypotheses = object["hypotheses"] = Json::array();
  for (std::size_t h = 0; h < all.tests.size(); ++h) {
    Json test = of_test(all.tests[h]);
    if (!summary.differences.empty()) {
      put(test, "power_difference", summary.differences[cell][h].power);
      put(test, "rejection_rate_difference", summary.differences[cell][h].rejection_rate);
    }
    hypotheses.push_back(std::move(test));
  }
  put(object["any"] = Json::object(), "power", all.any);
  put(object["all"] = Json::object(), "power", all.all);
  return object;
}

Json of_study(const CellStudy& study, const CellsDone& done) {
  Json object;
  object["title"] = study.base.provenance.title;
  object["seed"] = study.base.options.seed;
  object["complete"] = done.cells == study.scenarios.count();
  object["seconds"] = done.seconds;
  return object;
}

Json of_share(const VarianceShare& share) {
  return {{"value", json_number(share.value)},
          {"low", json_number(share.low)},
          {"high", json_number(share.high)}};
}

Json of_sensitivity(const PowerSensitivity& of, const std::vector<SensitivityFactor>& factors) {
  Json object;
  object["name"] = of.hypothesis;
  put(object, "power_at_medians", of.medians);
  put(object, "mean_power", of.mean);
  object["sd_of_power"] = json_number(of.sd);
  Json& influences = object["factors"] = Json::array();
  for (std::size_t f = 0; f < factors.size(); ++f) {
    const FactorInfluence& influence = of.factors[f];
    Json one;
    one["key"] = factors[f].key;
    put(one, "power_low", influence.power_low);
    put(one, "power_high", influence.power_high);
    put(one, "power_difference", influence.difference);
    one["first_order"] = of_share(influence.first_order);
    one["total"] = of_share(influence.total);
    influences.push_back(std::move(one));
  }
  return object;
}

}  // namespace

std::string sweep_json(const SweepSummary& summary) {
  Json object = of_study(summary.study, summary.done);
  object["common_random_numbers"] = summary.study.sweep->common_random_numbers;
  object["reference"] = summary.study.sweep->reference;
  Json& factors = object["factors"] = Json::array();
  for (const CellFactor& factor : summary.cells.factors) factors.push_back(factor.key);
  Json& cells = object["cells"] = Json::array();
  for (std::size_t cell = 0; cell < summary.results.size(); ++cell) cells.push_back(of_cell(summary, cell));
  return json_text(object);
}

std::string sensitivity_json(const SensitivitySummary& summary) {
  Json object = of_study(summary.study, summary.done);
  object["rows"] = summary.study.plan->study.rows_done();
  object["trials"] = summary.study.sensitivity->trials;
  object["tornado_trials"] = summary.study.base.options.trials;
  object["tornado"] = json_numbers(summary.study.sensitivity->tornado);
  Json& factors = object["factors"] = Json::array();
  for (const SensitivityFactor& factor : summary.result.factors) {
    factors.push_back({{"key", factor.key},
                       {"distribution", factor.distribution},
                       {"low", json_number(factor.low)},
                       {"median", json_number(factor.median)},
                       {"high", json_number(factor.high)}});
  }
  Json& hypotheses = object["hypotheses"] = Json::array();
  for (const PowerSensitivity& of : summary.result.hypotheses) {
    hypotheses.push_back(of_sensitivity(of, summary.result.factors));
  }
  return json_text(object);
}

}  // namespace equipoise
