#pragma once

#include <cstddef>

#include "engine/study/rejections.hpp"
#include "engine/study/responses.hpp"
#include "engine/trial/trial_outcome.hpp"

namespace equipoise {

/// What a trial is to show.
struct Aim {
  enum class Which {
    one,  // a hypothesis
    any,  // at least one
    all,
  };
  ResponseKind kind = ResponseKind::rejection;
  Which which = Which::one;
  std::size_t hypothesis = 0;  // of one, and of every half-width
};

/// Counts what one trial came to.
void add_response(const TrialOutcome& outcome, const Aim& aim, Responses& responses);

/// The same of trials of which the rejections were kept. Expects no half-width.
[[nodiscard]] Responses responses_of(const Rejections& rejections, const Aim& aim);

}  // namespace equipoise
