#pragma once

#include <string>

#include "engine/characteristics/characteristics.hpp"

namespace equipoise {

/// What stands behind the name of a hypothesis whose true value is not where it claims: a dagger where the
/// null hypothesis is true, a double dagger where the truth is on the wrong side.
[[nodiscard]] std::string truth_mark(const TestCharacteristics& test);

/// Whether so many trials reject for harm that a table should tell it beside the power.
[[nodiscard]] bool harm_matters(const TestCharacteristics& test);

/// The share that rejects for harm; "-" of a test in one direction, which never does.
[[nodiscard]] std::string harm_text(const TestCharacteristics& test);

/// Which of the things above a table shows, and so has to explain.
struct TruthNotes {
  bool null = false;
  bool wrong_side = false;
  bool harm = false;

  void add(const TestCharacteristics& test);
  void merge(const TruthNotes& other);
  /// A line each; empty where nothing is to be explained.
  [[nodiscard]] std::string text() const;
};

}  // namespace equipoise
