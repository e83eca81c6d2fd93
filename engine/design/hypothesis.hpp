#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/named.hpp"
#include "engine/design/endpoint.hpp"
#include "engine/design/ids.hpp"

namespace equipoise {

enum class TestKind { superiority, noninferiority, equivalence };

template <>
struct NamesOf<TestKind> {
  static constexpr std::array<Named<TestKind>, 3> all{{{"superiority", TestKind::superiority},
                                                       {"noninferiority", TestKind::noninferiority},
                                                       {"equivalence", TestKind::equivalence}}};
};

/// Which rejections of a two-sided superiority test count as power. Tests in one direction reject in no
/// other.
enum class PowerCounts {
  benefit,  // those in favour of the treatment
  either,   // those in favour of the comparator, too
};

template <>
struct NamesOf<PowerCounts> {
  static constexpr std::array<Named<PowerCounts>, 2> all{
      {{"benefit", PowerCounts::benefit}, {"either", PowerCounts::either}}};
};

/// What a protocol calls the test. A margin belongs to a word of its own: left behind by a test of
/// noninferiority, it would make another of superiority without a word.
enum class TestWord { superiority, superiority_by_margin, noninferiority, equivalence };

template <>
struct NamesOf<TestWord> {
  static constexpr std::array<Named<TestWord>, 4> all{
      {{"superiority", TestWord::superiority},
       {"superiority_by_margin", TestWord::superiority_by_margin},
       {"noninferiority", TestWord::noninferiority},
       {"equivalence", TestWord::equivalence}}};
};

/// Superiority by a margin is superiority to more than no difference.
[[nodiscard]] TestKind kind_of(TestWord word);
[[nodiscard]] TestWord word_of(TestKind test, double margin);

/// What is done to a measured value before it is analysed.
struct Transform {
  enum class Kind {
    none,
    log1p,      // log(1 + value)
    change,     // value - own baseline
    responder,  // 1 where the value improved on its own baseline by at least `fraction` of it, else 0
  };
  Kind kind = Kind::none;
  double fraction = 0.0;

  friend bool operator==(const Transform&, const Transform&) = default;
};

/// The transformed value, given the participant's own baseline and the endpoint's direction.
[[nodiscard]] double transformed(const Transform& transform, Direction better, double value, double baseline);

/// Which way the transformed value improves: a responder is always better than none.
[[nodiscard]] Direction better_after(const Transform& transform, Direction better);

/// Whether the transformed value is yes or no.
[[nodiscard]] bool is_binary(const Transform& transform, EndpointKind kind);

/// "none", "log1p", "change", "responder(30%)"
[[nodiscard]] std::string to_text(const Transform& transform);
/// The transform of such a text, or nothing.
[[nodiscard]] std::optional<Transform> transform_of(std::string_view text);

/// A claim that the trial puts to the test: treatment against comparator on one endpoint at one visit
/// or over several.
struct Hypothesis {
  std::string name;
  EndpointId endpoint;
  VisitId visit;
  ArmId treatment;
  ArmId comparator;
  TestKind test = TestKind::superiority;
  double margin = 0.0;  // positive, on the scale of the transformed value; superiority may have none
  Transform transform;
  std::uint32_t averaged_visits = 0;  // bit v: the mean over these visits is compared instead of `visit`
  PowerCounts power_counts = PowerCounts::benefit;
};

/// Whether a rejection counts as power, given whether it is one in favour of the comparator.
[[nodiscard]] constexpr bool counts_as_power(const Hypothesis& hypothesis, bool favours_comparator) {
  return hypothesis.power_counts == PowerCounts::either || !favours_comparator;
}

}  // namespace equipoise
