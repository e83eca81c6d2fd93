#include "engine/study/aim.hpp"

#include "engine/base/expects.hpp"

namespace equipoise {
namespace {

/// Whether a trial shows it. `shown(h)` says whether it shows hypothesis h.
template <class Shown>
bool shows(const Aim& aim, std::size_t hypotheses, const Shown& shown) {
  if (aim.which == Aim::Which::one) return shown(aim.hypothesis);
  const bool one_is_enough = aim.which == Aim::Which::any;
  for (std::size_t h = 0; h < hypotheses; ++h) {
    if (shown(h) == one_is_enough) return one_is_enough;
  }
  return !one_is_enough;
}

}  // namespace

void add_response(const TrialOutcome& outcome, const Aim& aim, Responses& responses) {
  ++responses.trials;
  if (aim.kind == ResponseKind::half_width) {
    const Estimate& estimate = outcome.tests[aim.hypothesis].estimate;
    if (estimate.usable()) responses.add(0.5 * (estimate.upper - estimate.lower));
    return;
  }
  const auto shown = [&](std::size_t h) { return outcome.tests[h].shown; };
  responses.add(shows(aim, outcome.tests.size(), shown) ? 1.0 : 0.0);
}

Responses responses_of(const Rejections& rejections, const Aim& aim) {
  EQUIPOISE_EXPECTS(aim.kind == ResponseKind::rejection);
  Responses responses;
  for (std::uint64_t k = 0; k < rejections.trials(); ++k) {
    const std::uint64_t replicate = rejections.first() + k;
    const auto shown = [&](std::size_t h) { return rejections.rejected(h, replicate); };
    ++responses.trials;
    responses.add(shows(aim, rejections.hypotheses(), shown) ? 1.0 : 0.0);
  }
  return responses;
}

}  // namespace equipoise
