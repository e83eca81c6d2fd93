#pragma once

#include <string>

#include <fmt/format.h>

namespace equipoise::testing_support {

/// A trial of two arms, up to its hypothesis' endpoint: 18 lines.
inline std::string two_arms(const std::string& condition, int truth_participants) {
  return fmt::format(
      "title = 'T'\n"
      "condition = '{}'\n"
      "seed = 4\n"
      "run = {{ trials = 120, truth_participants = {} }}\n"
      "[cohort]\n"
      "profile = 'standard'\n"
      "participants = 60\n"
      "[schedule]\n"
      "visits = [6, 12]\n"
      "[[arm]]\n"
      "name = 'A'\n"
      "therapy = 'treatment'\n"
      "[[arm]]\n"
      "name = 'B'\n"
      "therapy = 'control'\n"
      "[[hypothesis]]\n"
      "name = 'H'\n"
      "endpoint = 'outcome'\n",
      condition, truth_participants);
}

/// The rest of the hypothesis: 3 lines.
inline const std::string by_ancova =
    "visit = 12\ncompare = ['A', 'B']\nanalysis = { method = 'ancova', adjust = ['baseline'] }\n";

}  // namespace equipoise::testing_support
