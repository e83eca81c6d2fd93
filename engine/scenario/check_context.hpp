#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/problem.hpp"
#include "engine/cohort/condition.hpp"
#include "engine/scenario/scenario.hpp"
#include "engine/scenario/schema/value.hpp"

namespace equipoise {

/// What the checks between fields look at. A field that could not be read holds its default, and is passed
/// over: its own problem has been told. Without a condition (it could not be loaded) nothing is compared with
/// it.
struct CheckContext {
  const Scenario& scenario;
  const Value& tree;
  const Condition* condition;
  Problems& problems;

  /// Adds a problem at the dotted path's place.
  void add(std::string_view path, std::string what, std::string why = {}, std::string suggestion = {}) const;
  /// Whether the file says it.
  [[nodiscard]] bool given(std::string_view path) const;
  /// The condition's endpoint of that name, or null.
  [[nodiscard]] const Endpoint* endpoint(std::string_view name) const;
};

/// The endpoints that the trial measures: those that the hypotheses name, in order of first mention, then the
/// others that the schedule lists.
[[nodiscard]] std::vector<std::string> measured_endpoints(const Scenario& scenario);

/// The names of the condition's endpoints.
[[nodiscard]] std::vector<std::string> endpoint_names(const Condition& condition);

}  // namespace equipoise
