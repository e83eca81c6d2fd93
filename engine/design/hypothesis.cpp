#include "engine/design/hypothesis.hpp"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace equipoise {

TestKind kind_of(TestWord word) {
  switch (word) {
    case TestWord::superiority:
    case TestWord::superiority_by_margin:
      return TestKind::superiority;
    case TestWord::noninferiority:
      return TestKind::noninferiority;
    case TestWord::equivalence:
      return TestKind::equivalence;
  }
  return TestKind::superiority;
}

TestWord word_of(TestKind test, double margin) {
  switch (test) {
    case TestKind::superiority:
      return margin > 0.0 ? TestWord::superiority_by_margin : TestWord::superiority;
    case TestKind::noninferiority:
      return TestWord::noninferiority;
    case TestKind::equivalence:
      return TestWord::equivalence;
  }
  return TestWord::superiority;
}

double transformed(const Transform& transform, Direction better, double value, double baseline) {
  switch (transform.kind) {
    case Transform::Kind::none:
      return value;
    case Transform::Kind::log1p:
      return std::log1p(value);
    case Transform::Kind::change:
      return value - baseline;
    case Transform::Kind::responder: {
      // Somebody who starts at nothing has no fraction of it to lose: without a change, not a responder.
      const double gain = sign_of(better) * (value - baseline);
      return gain > 0.0 && gain >= transform.fraction * std::abs(baseline) ? 1.0 : 0.0;
    }
  }
  return value;
}

Direction better_after(const Transform& transform, Direction better) {
  return transform.kind == Transform::Kind::responder ? Direction::higher_better : better;
}

bool is_binary(const Transform& transform, EndpointKind kind) {
  if (transform.kind == Transform::Kind::responder) return true;
  return kind == EndpointKind::state && transform.kind == Transform::Kind::none;
}

std::string to_text(const Transform& transform) {
  switch (transform.kind) {
    case Transform::Kind::none:
      return "none";
    case Transform::Kind::log1p:
      return "log1p";
    case Transform::Kind::change:
      return "change";
    case Transform::Kind::responder:
      return fmt::format("responder({:g}%)", 100.0 * transform.fraction);
  }
  return "none";
}

std::optional<Transform> transform_of(std::string_view text) {
  for (const Transform::Kind kind :
       {Transform::Kind::none, Transform::Kind::log1p, Transform::Kind::change}) {
    if (text == to_text({kind, 0.0})) return Transform{kind, 0.0};
  }
  constexpr std::string_view opening = "responder(";
  constexpr std::string_view closing = "%)";
  if (!text.starts_with(opening) || !text.ends_with(closing)) return std::nullopt;
  text.remove_prefix(opening.size());
  text.remove_suffix(closing.size());
  double percent = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), percent);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  if (!whole || !(percent > 0.0 && percent <= 100.0)) return std::nullopt;
  return Transform{Transform::Kind::responder, percent / 100.0};
}

}  // namespace equipoise
