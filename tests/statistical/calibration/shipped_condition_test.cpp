#include <atomic>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/calibration/source_trials.hpp"
#include "engine/scenario/schema/document.hpp"
#include "models/condition_loader.hpp"
#include "tests/support/study_from.hpp"

namespace equipoise {
namespace {

namespace fs = std::filesystem;

// The values that ship come from a calibration: under them every trial that was aimed at shows what it
// reported.

fs::path condition() {
  return shipped_conditions() / "opioid_treated_pain";
}

CalibrationSource shipped_source() {
  Problems problems;
  auto source = read_calibration(condition(), load_condition, problems);
  if (!source) throw std::runtime_error(checks::text_of(problems));
  return std::move(*source);
}

TEST(ShippedCondition, ShowsWhatItsTrialsReported) {
  const CalibrationSource source = shipped_source();
  Eigen::MatrixXd scores(static_cast<Eigen::Index>(source.parameters.size()), 1);
  for (std::size_t j = 0; j < source.parameters.size(); ++j) {
    const FreeParameter& parameter = source.parameters[j];
    scores(static_cast<Eigen::Index>(j), 0) = parameter.prior.score_of(parameter.value);
    EXPECT_LT(std::abs(scores(static_cast<Eigen::Index>(j), 0)), 4.0) << parameter.path;
  }
  const std::atomic<bool> stop = false;
  const SourcePredictions predict(source, remembering_loader(), {1, 4'000, 0}, stop, {});
  const Eigen::MatrixXd predicted = predict(scores);
  // Beyond three errors a number contradicts the condition, and the calibration would have said so.
  constexpr double farthest = 3.0;
  for (std::size_t t = 0; t < source.targets.size(); ++t) {
    const Target& target = source.targets[t].target;
    const double shown = predicted(static_cast<Eigen::Index>(t), 0);
    EXPECT_TRUE(std::isfinite(shown)) << target.id;
    if (target.role != TargetRole::fit) continue;
    const double reported = target.is_ratio() ? std::log(target.value) : target.value;
    const double error = std::hypot(target.se.value_or(0.0), target.discrepancy.value_or(0.0));
    EXPECT_LE(std::abs(shown - reported) / error, farthest)
        << target.id << ": reported " << reported << ", simulated " << shown << ", error " << error;
  }
}

TEST(ShippedCondition, ItsPosteriorHasEqualListsOfPossibleNumbers) {
  const fs::path file = condition() / "posterior.toml";
  if (!fs::exists(file)) GTEST_SKIP() << "no posterior ships";
  Problems problems;
  const Value root = read_toml(file, problems);
  ASSERT_TRUE(problems.empty()) << checks::text_of(problems);
  const std::vector<FreeParameter> parameters =
      free_parameters(read_toml(condition() / "parameters.toml", problems));
  EXPECT_EQ(root.items().size(), parameters.size());
  for (const FreeParameter& parameter : parameters) {
    const Value* const draws = root.find(parameter.path);
    ASSERT_NE(draws, nullptr) << parameter.path;
    EXPECT_EQ(draws->items().size(), root.items().front().items().size()) << parameter.path;
    for (const Value& draw : draws->items()) {
      ASSERT_TRUE(draw.is_number()) << parameter.path;
      EXPECT_LT(std::abs(parameter.prior.score_of(draw.number())), 8.0) << parameter.path;
    }
  }
}

}  // namespace
}  // namespace equipoise
