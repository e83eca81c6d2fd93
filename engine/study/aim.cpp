#include "engine/study/aim.hpp"

#include "engine/base/expects.hpp"

namespace equipoise {
namespace {

/// Whether a trial shows it. `rejected(h)` says whether it rejects hypothesis h.
template <class Rejected>
bool shows(const Aim& aim, std::size_t hypotheses, const Rejected& rejected) {
  if (aim.which == Aim::Which::one) return rejected(aim.hypothesis);
  const bool one_is_enough = aim.which == Aim::Which::any;
  for (std::size_t h = 0; h < hypotheses; ++h) {
    if (rejected(h) == one_is_enough) return one_is_enough;
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
  const auto rejected = [&](std::size_t h) { return outcome.tests[h].rejected; };
  responses.add(shows(aim, outcome.tests.size(), rejected) ? 1.0 : 0.0);
}

Responses responses_of(const Rejections& rejections, const Aim& aim) {
  EQUIPOISE_EXPECTS(aim.kind == ResponseKind::rejection);
  Responses responses;
  for (std::uint64_t k = 0; k < rejections.trials(); ++k) {
    const std::uint64_t replicate = rejections.first() + k;
    const auto rejected = [&](std::size_t h) { return rejections.rejected(h, replicate); };
    ++responses.trials;
    responses.add(shows(aim, rejections.hypotheses(), rejected) ? 1.0 : 0.0);
  }
  return responses;
}

}  // namespace equipoise
