#include "engine/scenario/build_assurance.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/random/laws.hpp"
#include "engine/run/truth.hpp"
#include "engine/scenario/parameter_matters.hpp"
#include "engine/scenario/scenario_keys.hpp"
#include "engine/scenario/schema/distribution_codec.hpp"
#include "engine/scenario/schema/document.hpp"
#include "engine/scenario/schema/path.hpp"
#include "engine/scenario/sensitivity_factors.hpp"

namespace equipoise {
namespace {

// Where the draws of a scenario's own priors come from: no trial's replicate, and not a calibration's.
constexpr std::uint64_t assurance_replicate = (std::uint64_t{3} << 62U) + 1;

/// What differs between the cells of an assurance.
struct Draws {
  std::vector<AssuranceKey> keys;
  std::vector<UncertainKey> priors;         // of the scenario
  std::vector<Factor> factors;              // cell 0 has the keys at their values
  std::vector<std::vector<double>> values;  // [key][draw]
  std::vector<std::size_t> rows;            // [draw]: the first row of the posterior that is like its own
};

/// Finds the value that a key has without an assurance, in the scenario or in the condition.
class KnownValues {
 public:
  KnownValues(const ScenarioFile& file, const Condition& condition)
      : scenario_(file.tree), declared_(scenario_keys().rows()) {
    Problems none;
    parameters_ = parse_toml(condition.parameters_text(), "parameters.toml", none);
  }

  /// Null where the key has none that could be told.
  [[nodiscard]] const Value* find(const std::string& key) const {
    if (const Value* const own = find_path(scenario_, key); own != nullptr) return own;
    const Value* const parameter = find_path(parameters_, key);
    return parameter != nullptr && is_parameter(*parameter) ? parameter->find("value") : parameter;
  }

  /// Whether a scenario may have the key.
  [[nodiscard]] bool is_declared(const std::string& key) const {
    return equipoise::is_declared(declared_, key);
  }

  /// All keys that there are.
  [[nodiscard]] std::vector<std::string> all() const {
    std::vector<std::string> keys = declared_paths(declared_, scenario_);
    for (std::string& leaf : leaf_paths(parameters_)) keys.push_back(std::move(leaf));
    return keys;
  }

 private:
  const Value& scenario_;
  std::vector<KeyRow> declared_;
  Value parameters_ = Value::make_table();
};

class DrawsMaker {
 public:
  /// Without a design nobody knows which parameters of the posterior matter: the priors alone are drawn.
  DrawsMaker(const ScenarioFile& file, const Condition& condition, const Design* design, Problems& problems)
      : file_(file),
        part_(*file.scenario.assurance),
        design_(design),
        posterior_(condition.posterior()),
        known_(file, condition),
        problems_(problems) {}

  Draws make() {
    check_fixed();
    draws_.priors = read_uncertain(part_.priors, file_.tree, problems_);
    if (posterior_ != nullptr && design_ != nullptr) add_posterior(draws_.priors);
    for (std::size_t p = 0; p < draws_.priors.size(); ++p) add_prior(draws_.priors[p], p);
    if (draws_.keys.empty() && problems_.empty()) {
      problems_.add(place_of(file_.tree, "assurance"), "[assurance] leaves nothing uncertain",
                    posterior_ == nullptr ? "the condition has no posterior.toml"
                                          : "no parameter of the posterior that is not fixed matters here",
                    "calibrate the condition, or add a line to [assurance.prior]");
    }
    return std::move(draws_);
  }

 private:
  void check_fixed() {
    const Value* const written = find_path(file_.tree, "assurance.fixed");
    for (std::size_t f = 0; f < part_.fixed.size(); ++f) {
      const std::string& key = part_.fixed[f];
      const bool there =
          posterior_ != nullptr && std::ranges::find(posterior_->keys, key) != posterior_->keys.end();
      if (there) continue;
      problems_.add(
          written->items()[f].place(),
          fmt::format("'{}' in [assurance] is no parameter of the condition's posterior", key),
          "only what is uncertain can be fixed",
          posterior_ == nullptr ? "the condition has no posterior.toml" : suggest(key, posterior_->keys));
    }
  }

  void add_posterior(const std::vector<UncertainKey>& priors) {
    const Place place = place_of(file_.tree, "assurance");
    for (std::size_t j = 0; j < posterior_->keys.size(); ++j) {
      const std::string& key = posterior_->keys[j];
      const bool replaced = std::ranges::any_of(priors, [&](const UncertainKey& prior) {
        return canonical_path(file_.tree, prior.key) == canonical_path(file_.tree, key);
      });
      const bool fixed = std::ranges::find(part_.fixed, key) != part_.fixed.end();
      if (replaced || fixed || !parameter_matters(key, file_, *design_)) continue;
      std::vector<double> values;
      for (std::size_t d = 0; d < part_.draws; ++d) values.push_back(posterior_->values[j][row_of(d)]);
      if (draws_.rows.empty()) draws_.rows = like_rows();
      add(key, "posterior", place, place, std::move(values), false);
    }
  }

  /// Spread over all of the posterior's draws, or over it again and again.
  [[nodiscard]] std::size_t row_of(std::size_t draw) const {
    const std::size_t rows = posterior_->draws();
    return part_.draws <= rows ? draw * rows / part_.draws : draw % rows;
  }

  /// Of each draw the first row of the posterior that has the same values: a chain stands still at times.
  [[nodiscard]] std::vector<std::size_t> like_rows() const {
    std::map<std::vector<double>, std::size_t> first;
    std::vector<std::size_t> like;
    for (std::size_t d = 0; d < part_.draws; ++d) {
      std::vector<double> row;
      for (const std::vector<double>& of_key : posterior_->values) row.push_back(of_key[row_of(d)]);
      like.push_back(first.emplace(std::move(row), row_of(d)).first->second);
    }
    return like;
  }

  /// The `number`-th prior of the scenario: its draws are its own, whatever else is uncertain.
  void add_prior(const UncertainKey& prior, std::size_t number) {
    std::vector<double> uniform(part_.draws);
    fill_uniform(Streams(file_.scenario.seed, assurance_replicate)
                     .at(Purpose::test, static_cast<std::uint64_t>(number)),
                 uniform);
    std::vector<double> values;
    for (const double probability : uniform) values.push_back(prior.value_at(probability).number());
    add(prior.key, Codec<Distribution>::text(prior.distribution), prior.place, prior.value_place,
        std::move(values), prior.whole);
  }

  void add(const std::string& key, const std::string& from, const Place& place, const Place& value_place,
           std::vector<double> values, bool whole) {
    const Value* const known = known_.find(key);
    if (known == nullptr && !known_.is_declared(key)) {
      problems_.add(place, fmt::format("there is no key '{}'", key),
                    "neither the scenario nor its condition has it", suggest(key, known_.all()));
      return;
    }
    if (known == nullptr || !known->is_number()) {
      problems_.add(place, fmt::format("'{}' has no number to begin with", key),
                    "the power with every key at its value is told, too",
                    fmt::format("give {} a value in the scenario", key));
      return;
    }
    Factor factor{key, place, {}};
    factor.values.push_back(*known);
    for (const double value : values) {
      factor.values.push_back(whole ? Value::of(static_cast<std::int64_t>(value), value_place)
                                    : Value::of(value, value_place));
    }
    draws_.keys.push_back({key, from});
    draws_.factors.push_back(std::move(factor));
    draws_.values.push_back(std::move(values));
  }

  const ScenarioFile& file_;
  const AssurancePart& part_;
  const Design* design_;
  std::shared_ptr<const PosteriorDraws> posterior_;
  KnownValues known_;
  Problems& problems_;
  Draws draws_;
};

/// The cells in which some key is at its smallest or largest: what is wrong anywhere is wrong there.
std::vector<std::size_t> outermost_cells(const Draws& draws) {
  std::set<std::size_t> cells{0};
  for (const std::vector<double>& values : draws.values) {
    const auto [least, most] = std::ranges::minmax_element(values);
    cells.insert(static_cast<std::size_t>(least - values.begin()) + 1);
    cells.insert(static_cast<std::size_t>(most - values.begin()) + 1);
  }
  return {cells.begin(), cells.end()};
}

/// What the scenario runs without its [assurance].
Cell known_cell(const Study& base, const std::atomic<bool>& stop) {
  return {base.plan, true_values(base.plan, base.options.seed, base.options.truth_participants, 1, &stop)};
}

}  // namespace

Cells AssuranceRun::cells(const std::atomic<bool>& stop) const {
  return {study.cells(), [this](std::size_t cell) { return study.replicates(cell); },
          [this, &stop](std::size_t cell) {
            return cell == 0 ? known_cell(base, stop) : scenarios.cell(cell, truth_participants, stop);
          }};
}

Cells AssuranceRun::without_truths() const {
  return {study.cells(), [this](std::size_t cell) { return study.replicates(cell); },
          [this](std::size_t cell) {
            return cell_without_truths(cell == 0 ? base.plan : scenarios.study(cell).plan);
          }};
}

CellsOptions AssuranceRun::options() const {
  return {base.options.seed, std::nullopt, base.options.threads};
}

CellTable AssuranceRun::table() const {
  CellTable table;
  table.cells = study.cells();
  table.factors = scenarios.columns();
  for (std::size_t cell = 0; cell < table.cells; ++cell) {
    table.first_replicates.push_back(study.replicates(cell).first);
  }
  table.keep_replicates = false;
  for (const AssuranceKey& key : keys) table.assurance_keys.push_back(key.key);
  return table;
}

std::optional<AssuranceRun> build_assurance(const ScenarioFile& file, const ConditionLoader& load,
                                            Problems& problems, const AssuranceBuildOptions& options) {
  std::optional<Study> base = build(file, load, problems, options.base);
  Problems told_already;
  const auto condition = load_and_check(file, load, told_already);
  if (condition == nullptr) {
    // Which parameters there are is not known; the distributions can be read all the same.
    (void)read_uncertain(file.scenario.assurance->priors, file.tree, problems);
    return std::nullopt;
  }
  Draws draws = DrawsMaker(file, *condition, base ? &base->plan.design : nullptr, problems).make();
  if (draws.factors.empty()) return std::nullopt;
  ScenarioCells scenarios(file, std::move(draws.factors), load, options.draw);
  check_beliefs(draws.priors, scenarios, outermost_cells(draws), problems);
  if (!base || !problems.empty()) return std::nullopt;
  const AssurancePart& part = *file.scenario.assurance;
  std::vector<std::string> names;
  for (const AssuranceKey& key : draws.keys) names.push_back(key.key);
  AssuranceStudy study(
      std::move(names), std::move(draws.values),
      {base->options.trials, part.draws, part.trials, options.first_replicate, base->options.seed},
      std::move(draws.rows));
  return AssuranceRun{std::move(*base), std::move(scenarios), std::move(study), std::move(draws.keys),
                      part.truth_participants};
}

}  // namespace equipoise
