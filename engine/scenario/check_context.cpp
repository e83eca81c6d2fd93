#include "engine/scenario/check_context.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "engine/scenario/schema/path.hpp"

namespace equipoise {

void CheckContext::add(std::string_view path, std::string what, std::string why,
                       std::string suggestion) const {
  problems.add(place_of(tree, path), std::move(what), std::move(why), std::move(suggestion));
}

bool CheckContext::given(std::string_view path) const {
  return find_path(tree, path) != nullptr;
}

const Endpoint* CheckContext::endpoint(std::string_view name) const {
  if (condition == nullptr) return nullptr;
  const auto all = condition->endpoints();
  const auto found = std::ranges::find(all, name, &Endpoint::name);
  return found == all.end() ? nullptr : &*found;
}

std::vector<std::string> measured_endpoints(const Scenario& scenario) {
  std::vector<std::string> measured;
  std::unordered_set<std::string_view> known;
  const auto add = [&](const std::string& name) {
    if (!name.empty() && known.insert(name).second) measured.push_back(name);
  };
  for (const HypothesisPart& hypothesis : scenario.hypotheses) add(hypothesis.endpoint);
  for (const std::string& name : scenario.schedule.endpoints) add(name);
  return measured;
}

std::vector<std::string> endpoint_names(const Condition& condition) {
  std::vector<std::string> names;
  for (const Endpoint& endpoint : condition.endpoints()) names.push_back(endpoint.name);
  return names;
}

}  // namespace equipoise
