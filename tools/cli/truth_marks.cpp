#include "tools/cli/truth_marks.hpp"

#include "tools/cli/numbers.hpp"

namespace equipoise {
namespace {

constexpr const char* null_mark = " †";
constexpr const char* wrong_side_mark = " ‡";

}  // namespace

std::string truth_mark(const TestCharacteristics& test) {
  if (test.null_is_true) return null_mark;
  return test.wrong_side ? wrong_side_mark : "";
}

bool harm_matters(const TestCharacteristics& test) {
  return !test.null_is_true && test.harm.value >= negligible_harm;
}

std::string harm_text(const TestCharacteristics& test) {
  return test.harm.value == 0.0 && test.harm.mcse == 0.0 ? "-" : percent_with_error(test.harm);
}

void TruthNotes::add(const TestCharacteristics& test) {
  null = null || test.null_is_true;
  wrong_side = wrong_side || (test.wrong_side && !test.null_is_true);
  harm = harm || harm_matters(test);
}

void TruthNotes::merge(const TruthNotes& other) {
  null = null || other.null;
  wrong_side = wrong_side || other.wrong_side;
  harm = harm || other.harm;
}

std::string TruthNotes::text() const {
  std::string text;
  if (harm) text += "For harm: trials that reject in favour of the comparator.\n";
  if (null) {
    text += "† The true value is the null hypothesis' or not told from it: this is the type I error rate.\n";
  }
  if (wrong_side) text += "‡ The true value lies on the side that is not claimed.\n";
  return text;
}

}  // namespace equipoise
