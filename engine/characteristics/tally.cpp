#include "engine/characteristics/tally.hpp"

namespace equipoise {

Tally::Tally(const Plan& plan, std::span<const TrueValue> truths) : tests_(plan, truths), people_(plan) {}

void Tally::add(const TrialOutcome& outcome, const TrialWorkspace& workspace) {
  tests_.add(outcome);
  people_.add(workspace);
}

void Tally::merge(const Tally& other) {
  tests_.merge(other.tests_);
  people_.merge(other.people_);
}

void Tally::clear() {
  tests_.clear();
  people_.clear();
}

Characteristics Tally::characteristics(const Plan& plan) const {
  Characteristics all;
  tests_.describe(plan, all);
  people_.describe(plan, all);
  return all;
}

}  // namespace equipoise
