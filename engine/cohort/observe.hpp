#pragma once

#include <cstdint>
#include <span>

#include "engine/cohort/people.hpp"
#include "engine/design/trial_data.hpp"

namespace equipoise {

/// The only door from truth to data: what was not seen becomes `unseen`. Expects data.seen to be filled.
void observe(const People& people, const Columns& truth, std::size_t endpoints, TrialData& data);

}  // namespace equipoise
