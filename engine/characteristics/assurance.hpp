#pragma once

#include <array>
#include <string>
#include <vector>

#include "engine/characteristics/characteristics.hpp"

namespace equipoise {

/// The probabilities of the quantiles of the power that an assurance tells.
inline constexpr std::array<double, 5> power_probabilities{0.05, 0.25, 0.50, 0.75, 0.95};

/// What one uncertain key does to the power of a hypothesis.
struct PowerDriver {
  std::string key;
  double share = 0.0;  // of the variance of the power that the key explains alone; NaN where there is none
  double share_by_chance = 0.0;  // standard deviation of such a share were the key without influence
  double change = 0.0;  // of the power from a standard deviation below the key's middle to one above it
};

/// The power of one hypothesis averaged over what is not known.
struct Assurance {
  std::string hypothesis;
  Simulated assurance;  // the MCSE holds draws and trials
  double draws_error =
      0.0;          // of the assurance: the part of its MCSE that more trials of these draws would leave
  Simulated harm;   // share of trials that reject for harm, averaged likewise; NaN for any and all of them
  Simulated power;  // with every key at its value in the scenario and the condition
  Simulated sd;     // of the power over the draws, their trials' noise taken out
  std::array<Simulated, power_probabilities.size()> quantiles{};  // likewise
  std::vector<PowerDriver> drivers;                               // one a key
  double effective_draws = 0.0;                                   // independent ones that the draws are worth
};

}  // namespace equipoise
