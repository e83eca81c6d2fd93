#include "engine/testing/gatekeeper.hpp"

#include <utility>

#include "engine/base/expects.hpp"

namespace equipoise {
namespace {

constexpr std::uint64_t bit(std::size_t hypothesis) {
  return std::uint64_t{1} << hypothesis;
}

}  // namespace

Gatekeeper::Gatekeeper(std::vector<FamilyRules> families, std::size_t hypotheses)
    : families_(std::move(families)), whole_(families_.size(), 0), members_(hypotheses) {
  std::size_t placed = 0;
  for (std::size_t f = 0; f < families_.size(); ++f) {
    const FamilyRules& family = families_[f];
    const bool ordered = family.method == FamilyMethod::fixed_sequence;
    EQUIPOISE_EXPECTS(ordered || family.weights.size() == family.hypotheses.size());
    for (std::size_t k = 0; k < family.hypotheses.size(); ++k) {
      const std::size_t h = family.hypotheses[k];
      members_[h] = {f, ordered ? 1.0 : family.weights[k], ordered ? whole_[f] : 0};
      whole_[f] |= bit(h);
      ++placed;
    }
  }
  EQUIPOISE_EXPECTS(placed == hypotheses);
}

double Gatekeeper::weight_of(std::size_t family, std::uint64_t these) const {
  double weight = 0.0;
  for (const std::size_t h : families_[family].hypotheses) {
    if ((these & bit(h)) != 0) weight += members_[h].weight;
  }
  return weight;
}

double Gatekeeper::passed_on(std::size_t family, Rejected rejected) const {
  const FamilyRules& rules = families_[family];
  if ((whole_[family] & ~rejected) == 0) return 1.0;
  if (rules.gate == Gate::serial || rules.method == FamilyMethod::fixed_sequence) return 0.0;
  // The error rate function of a truncated Holm procedure leaves this much; Bonferroni's is truncated to 0.
  const double truncation = rules.method == FamilyMethod::holm ? rules.truncation : 0.0;
  return (1.0 - truncation) * weight_of(family, rejected);
}

double Gatekeeper::share(std::size_t hypothesis, Rejected rejected) const {
  const Member& member = members_[hypothesis];
  if ((member.before & ~rejected) != 0) return 0.0;
  double share = 1.0;
  for (std::size_t f = 0; f < member.family && share > 0.0; ++f) share *= passed_on(f, rejected);
  const FamilyRules& family = families_[member.family];
  if (family.method != FamilyMethod::holm || share == 0.0) return share * member.weight;
  const double among_standing = member.weight / weight_of(member.family, ~rejected);
  return share * (family.truncation * among_standing + (1.0 - family.truncation) * member.weight);
}

}  // namespace equipoise
