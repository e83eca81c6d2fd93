#pragma once

#include "engine/study/size_question.hpp"

namespace equipoise {

/// The scale on which the mean response is nearly a straight line, by normal theory where the value is a
/// number of participants (engine/methods/sample_size.md), and how far trials are from the target on it.
class SizeScale {
 public:
  explicit SizeScale(const SizeQuestion& question);

  /// A value on the scale, and back.
  [[nodiscard]] double at(double value) const;
  [[nodiscard]] double value(double at) const;

  /// What reaches the target has at least this predictor.
  [[nodiscard]] double target() const { return target_; }
  /// Of the responses themselves; none and all have half a trial on the other side.
  [[nodiscard]] double predictor(const Responses& responses) const;
  /// The mean response that a predictor stands for.
  [[nodiscard]] double mean(double predictor) const;
  [[nodiscard]] bool reaches(const Responses& responses) const { return predictor(responses) >= target_; }
  /// Whether the responses are above (or below) the target by more than chance.
  [[nodiscard]] bool clearly(bool reached, const Responses& responses) const;
  /// Whether the responses are below the target by more than a reader of their own 95 % interval allows for.
  [[nodiscard]] bool misses(const Responses& responses) const;
  /// A small error of the mean response near the target, as one of the predictor.
  [[nodiscard]] double predictor_error(double of_response) const;

  [[nodiscard]] ResponseKind kind() const { return kind_; }
  [[nodiscard]] bool of_participants() const { return of_participants_; }

 private:
  ResponseKind kind_;
  bool of_participants_;
  double mean_target_;
  double target_;
};

}  // namespace equipoise
