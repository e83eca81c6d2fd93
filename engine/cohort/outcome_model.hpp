#pragma once

#include <memory>
#include <span>

#include "engine/cohort/people.hpp"
#include "engine/design/endpoint.hpp"
#include "engine/design/trial_data.hpp"
#include "engine/random/stream.hpp"

namespace equipoise {

/// Which of the things that move an outcome are at work. The true value of a contrast compares the same
/// people, with the same random numbers, under several of these.
struct Influences {
  double therapy = 1.0;   // 0: as if nobody was treated
  double clusters = 1.0;  // of therapy groups and therapists; -1 turns each draw to its mirror image
  /// A state at a follow-up visit is given as the probability of yes, given all but the visit's own swing:
  /// the same mean as of yes and no, with less noise.
  bool states_as_probabilities = false;
};

/// What is believed of the participants: turns people into the values that a trial without loss would see.
/// Immutable and shared between threads; what a thread needs to scribble on is a Scratch of its own.
class OutcomeModel {
 public:
  class Scratch {
   public:
    Scratch() = default;
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    virtual ~Scratch() = default;
  };

  OutcomeModel() = default;
  OutcomeModel(const OutcomeModel&) = delete;
  OutcomeModel& operator=(const OutcomeModel&) = delete;
  virtual ~OutcomeModel() = default;

  /// The endpoints that `draw` fills, in the order of EndpointId.
  [[nodiscard]] virtual std::span<const Endpoint> endpoints() const = 0;
  /// Visits, baseline included, that `draw` fills.
  [[nodiscard]] virtual std::size_t visit_count() const = 0;

  [[nodiscard]] virtual std::unique_ptr<Scratch> make_scratch() const = 0;

  /// Fills `truth` (endpoints x visits x participants) with true values on the instruments' scales. The
  /// people meet the profile's entry criteria. A participant's numbers depend on nobody else but through the
  /// group, therapist and site.
  virtual void draw(const Streams& streams, const People& people, const Influences& influences,
                    Scratch& scratch, Columns& truth) const = 0;

  /// The share of people of the profile who meet its entry criteria, from `people` draws.
  [[nodiscard]] virtual double entry_rate(const Streams& streams, std::size_t people) const = 0;

  /// A typical value and spread of an endpoint at baseline: the scale on which dropout depends on it.
  struct Scale {
    double mean = 0.0;
    double sd = 1.0;
  };
  [[nodiscard]] virtual Scale baseline_scale(EndpointId endpoint) const = 0;
};

}  // namespace equipoise
