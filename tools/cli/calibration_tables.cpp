#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/numeric/moments.hpp"
#include "engine/scenario/schema/distribution_codec.hpp"
#include "tools/cli/calibration_report.hpp"

namespace equipoise {
namespace {

/// Pearson's, of two parameters' draws; NaN where one of them stands still.
double correlation(const std::vector<double>& one, const std::vector<double>& other) {
  Moments of_one;
  Moments of_other;
  for (const double draw : one) of_one.add(draw);
  for (const double draw : other) of_other.add(draw);
  Moments products;
  for (std::size_t d = 0; d < one.size(); ++d) {
    products.add((one[d] - of_one.mean()) * (other[d] - of_other.mean()));
  }
  const auto count = static_cast<double>(one.size());
  return products.mean() * count / (count - 1.0) / (of_one.sd() * of_other.sd());
}

CalibrationTables::TargetRow target_row(const TargetResult& result, const Eigen::MatrixXd& predicted,
                                        Eigen::Index row) {
  const Target& target = result.target;
  const auto shown = [&](double value) { return target.is_ratio() ? std::exp(value) : value; };
  CalibrationTables::TargetRow table;
  table.id = target.id;
  table.trial = target.trial;
  table.endpoint = target.endpoint;
  table.statistic = name_of(target.statistic);
  table.role = name_of(result.aimed_at ? TargetRole::fit : TargetRole::check);
  table.status = name_of(target.status);
  if (target.se) table.se_status = name_of(target.se_status);
  table.citation = target.citation;
  table.reported = shown(result.reported);
  table.error = result.error;
  table.simulated = shown(result.simulated);
  table.simulated_sd = result.simulated_sd;
  table.z = result.z;
  table.z_left_out = result.z_left_out;
  for (Eigen::Index d = 0; d < predicted.cols(); ++d) table.draws.push_back(predicted(row, d));
  return table;
}

CalibrationTables::ParameterRow parameter_row(const Calibration& calibration, std::size_t j) {
  const ParameterResult& result = calibration.parameters[j];
  CalibrationTables::ParameterRow table;
  table.key = result.parameter.path;
  table.unit = result.parameter.unit;
  table.prior = Codec<Distribution>::text(result.parameter.prior);
  table.value = result.value;
  table.mean = result.mean;
  table.sd = result.sd;
  table.low = result.low;
  table.high = result.high;
  table.learned = result.learned;
  table.draws = calibration.draws[j];
  for (const std::vector<double>& other : calibration.draws) {
    table.correlations.push_back(correlation(table.draws, other));
  }
  return table;
}

}  // namespace

CalibrationTables calibration_tables(const Calibration& calibration) {
  CalibrationTables tables;
  tables.condition = calibration.condition;
  tables.left_out = fmt::format("{}", fmt::join(calibration.options.leave_out, ","));
  tables.reported_only = calibration.options.reported_only;
  tables.seed = calibration.options.seed;
  tables.participants = calibration.options.participants;
  tables.coarse_participants = calibration.options.coarse_participants;
  tables.states_per_draw = static_cast<std::uint64_t>(calibration.sample.thin);
  tables.acceptance = calibration.sample.acceptance;
  tables.effective_draws = calibration.sample.effective_draws;
  for (std::size_t t = 0; t < calibration.targets.size(); ++t) {
    tables.targets.push_back(
        target_row(calibration.targets[t], calibration.sample.predicted, static_cast<Eigen::Index>(t)));
  }
  for (std::size_t j = 0; j < calibration.parameters.size(); ++j) {
    tables.parameters.push_back(parameter_row(calibration, j));
  }
  for (const Pull& pull : calibration.pulls) {
    tables.conflicts.push_back({pull.first, pull.second, pull.strength});
  }
  const auto add = [&](double misfit, const SearchLog& log) {
    tables.searches.push_back({misfit, log.step_left, log.converged, log.misfits});
  };
  for (const FitStart& start : calibration.fit.starts) add(start.misfit, start.log);
  add(calibration.fit.misfit, calibration.fit.log);
  return tables;
}

}  // namespace equipoise
