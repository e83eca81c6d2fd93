#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/testing/multiplicity_rules.hpp"

namespace equipoise {

/// Families of hypotheses in order; what a family may spend depends on those rejected in the families before
/// it (the multistage procedure of Dmitrienko, Tamhane and Wiens 2008). Immutable.
class Gatekeeper {
 public:
  /// What has been rejected so far, a bit a hypothesis of the trial.
  using Rejected = std::uint64_t;

  Gatekeeper() = default;
  /// Every hypothesis from 0 to `hypotheses` - 1 is in one family.
  Gatekeeper(std::vector<FamilyRules> families, std::size_t hypotheses);

  /// The hypothesis' share of alpha, given those rejected.
  [[nodiscard]] double share(std::size_t hypothesis, Rejected rejected) const;

 private:
  struct Member {
    std::size_t family = 0;
    double weight = 0.0;
    Rejected before = 0;  // of a fixed sequence: those that come first
  };

  /// Of what the family has, the part that goes on to the next one.
  [[nodiscard]] double passed_on(std::size_t family, Rejected rejected) const;
  /// The weights of those of the family that are among `these`.
  [[nodiscard]] double weight_of(std::size_t family, std::uint64_t these) const;

  std::vector<FamilyRules> families_;
  std::vector<Rejected> whole_;  // of each family, the bits of its hypotheses
  std::vector<Member> members_;  // one a hypothesis
};

}  // namespace equipoise
