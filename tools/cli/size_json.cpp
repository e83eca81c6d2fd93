#include <cmath>

#include "tools/cli/assurance_summary.hpp"
#include "tools/cli/json.hpp"
#include "tools/cli/size_summary.hpp"

namespace equipoise {
namespace {

Json of_goal(const SizeSummary& summary) {
  const SizeGoal& goal = summary.goal;
  return {{"goal", goal_name(goal)}, {"target", goal.target},
          {"for", goal.shown},       {"vary", goal.key.path},
          {"unit", goal.key.unit},   {"between", {goal.values.low, goal.values.high}}};
}

Json of_answer(const SizeAnswer& answer) {
  const bool any = answer.outcome == SizeOutcome::found || answer.outcome == SizeOutcome::everywhere;
  Json object;
  object["value"] = any ? json_number(answer.value) : Json(nullptr);
  object["exact"] = json_number(any ? answer.exact : std::nan(""));
  object["lower"] = json_number(any ? answer.lower : std::nan(""));
  object["upper"] = json_number(any ? answer.upper : std::nan(""));
  object["precision"] = json_number(any ? answer.half_width : std::nan(""));
  object["precise"] = answer.precise;
  object["more_is_better"] = answer.direction > 0.0;
  return object;
}

Json of_verification(const SizeSummary& summary) {
  const auto& check = summary.size.verification;
  if (!check) return nullptr;
  const std::string name = goal_name(summary.goal);
  Json object;
  object["value"] = check->value;
  object["trials"] = check->responses.trials;
  object["first_replicate"] = check->first_replicate;
  put(object, name, mean_response(summary.goal.aim.kind, check->responses));
  object["expected"] = check->expected ? json_number(check->expected->response) : Json(nullptr);
  object["together"] = check->together ? json_number(check->together->response) : Json(nullptr);
  object["agrees"] = check->agrees;
  return object;
}

Json of_rounded(const SizeSummary& summary, std::size_t RoundedSize::*participants) {
  if (summary.rounded.empty()) return nullptr;
  Json object = Json::object();
  for (const RoundedSize& rounded : summary.rounded) {
    object[std::string(name_of(rounded.rounding))] = rounded.*participants;
  }
  return object;
}

Json of_draws(const DrawsOfSize& draws) {
  Json object = assurance_of_hypothesis(draws.assurance, draws.keys);
  object["draws"] = draws.draws;
  object["effective_draws"] = json_number(draws.effective_draws);
  object["trials_per_draw"] = draws.trials_per_draw;
  object["trials_lower"] = json_number(draws.trials_lower);
  object["trials_upper"] = json_number(draws.trials_upper);
  return object;
}

Json of_arm(const ArmSummary& arm) {
  Json object;
  object["name"] = arm.name;
  object["enrolled"] = json_number(arm.enrolled);
  object["seen_at_last_visit"] = json_number(arm.enrolled * arm.retention);
  object["retention"] = json_number(arm.retention);
  object["groups"] = json_number(arm.groups);
  object["group_size"] = json_number(arm.group_size);
  return object;
}

}  // namespace

std::string size_json(const SizeSummary& summary) {
  const std::string name = goal_name(summary.goal);
  Json object;
  object["title"] = summary.title;
  object["seed"] = summary.seed;
  object["question"] = of_goal(summary);
  object["outcome"] = std::string(name_of(summary.size.answer.outcome));
  object["answer"] = of_answer(summary.size.answer);
  object["recommended"] = of_answer(summary.size.answer)["value"].is_null()
                              ? Json(nullptr)
                              : json_number(summary.size.recommended);
  object["rounded"] = of_rounded(summary, &RoundedSize::participants);
  object["lost"] = summary.goal.lost;
  object["inflated"] = summary.goal.lost > 0.0 ? of_rounded(summary, &RoundedSize::inflated) : Json(nullptr);
  object["verification"] = of_verification(summary);
  object["draws"] = summary.draws ? of_draws(*summary.draws) : Json(nullptr);
  Json& arms = object["arms"] = Json::array();
  for (const ArmSummary& arm : summary.arms) arms.push_back(of_arm(arm));
  object["best"] = {{"value", summary.size.answer.best_value},
                    {name, json_number(summary.size.answer.best_response)}};
  Json& curve = object["curve"] = Json::array();
  for (const SizeTables::Fitted& fitted : summary.curve) {
    curve.push_back({{"value", fitted.value},
                     {name, json_number(fitted.response)},
                     {"lower", json_number(fitted.lower)},
                     {"upper", json_number(fitted.upper)}});
  }
  Json& tried = object["tried"] = Json::array();
  for (const Batch& batch : summary.tried) {
    Json& row = tried.emplace_back(Json{{"value", batch.value}, {"trials", batch.responses.trials}});
    put(row, name, mean_response(summary.goal.aim.kind, batch.responses));
  }
  Json& checks = object["checks"] = Json::array();
  for (const Batch& check : summary.checks) {
    checks.push_back({{"value", check.value},
                      {"first_replicate", check.first_replicate},
                      {"trials", check.responses.trials}});
  }
  object["batches"] = summary.batches;
  object["trials"] = summary.size.answer.trials;
  object["searches"] = summary.size.searches;
  object["seconds"] = summary.seconds;
  return json_text(object);
}

}  // namespace equipoise
