#include "engine/study/tried_values.hpp"

#include <algorithm>

namespace equipoise {
namespace {

void add_to(std::vector<Batch>& values, const Batch& batch) {
  const auto at = std::ranges::lower_bound(values, batch.value, {}, &Batch::value);
  if (at != values.end() && at->value == batch.value) {
    at->responses.merge(batch.responses);
  } else {
    values.insert(at, batch);
  }
}

bool share_replicates(const Batch& one, const Batch& other) {
  return one.first_replicate < other.first_replicate + other.responses.trials &&
         other.first_replicate < one.first_replicate + one.responses.trials;
}

}  // namespace

void TriedValues::add(const Batch& batch) {
  batches_.push_back(batch);
  add_to(values_, batch);
}

std::vector<Batch> TriedValues::values_without_checks() const {
  std::vector<Batch> values;
  for (const Batch& batch : batches_) add_to(values, batch);
  return values;
}

void TriedValues::add_check(const Batch& check) {
  std::erase_if(checks_, [&](const Batch& other) { return share_replicates(check, other); });
  checks_.push_back(check);
  values_ = values_without_checks();
  for (const Batch& one : checks_) add_to(values_, one);
}

}  // namespace equipoise
