#include "models/trajectory_model.hpp"

#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/numeric/moments.hpp"
#include "tests/support/limits.hpp"

namespace equipoise {
namespace {

using checks::one_in_a_million;
using checks::standard_errors_allowed;

EndpointCourse normal_course(Direction better = Direction::higher_better) {
  EndpointCourse course;
  course.endpoint.name = "outcome";
  course.endpoint.kind = EndpointKind::continuous;
  course.endpoint.better = better;
  course.time = {.level = 0.5, .serial = 0.3, .serial_half_life = 4.0};
  course.mean = 10.0;
  course.sd = 2.0;
  return course;
}

/// One normal endpoint, visits at 3, 6 and 12 months, and one arm that does nothing.
TrajectoryParameters one_endpoint(Direction better = Direction::higher_better) {
  TrajectoryParameters parameters;
  parameters.endpoints = {normal_course(better)};
  parameters.correlation = Eigen::MatrixXd::Identity(1, 1);
  parameters.arms = {TherapyCourse{}};
  parameters.arms[0].effects = {0.0};
  parameters.visits = {3.0, 6.0, 12.0};
  parameters.measured = {0};
  return parameters;
}

/// People of arm 0 at site 0 in no group, who attended everything there was at once.
People people_of(std::size_t count) {
  People people;
  people.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    people.group[i] = -1;
    people.sessions[i] = 1.0;
    people.response[i] = 1.0;
  }
  return people;
}

Columns drawn(const TrajectoryParameters& parameters, const People& people, const Influences& influences = {},
              std::uint64_t replicate = 0) {
  const TrajectoryModel model(parameters);
  Columns truth;
  truth.resize(people.count(), parameters.measured.size(), parameters.visits.size() + 1);
  const auto scratch = model.make_scratch();
  model.draw(Streams(17, replicate), people, influences, *scratch, truth);
  return truth;
}

std::span<const double> at(const Columns& truth, std::size_t visit, std::size_t endpoint = 0) {
  return truth.at(id_at<EndpointId>(endpoint), id_at<VisitId>(visit));
}

/// What the therapy does to everybody at a visit: the same numbers with and without it.
std::vector<double> effects(const TrajectoryParameters& parameters, const People& people, std::size_t visit) {
  const Columns with = drawn(parameters, people, {1.0, 1.0});
  const Columns without = drawn(parameters, people, {0.0, 1.0});
  std::vector<double> effects;
  for (std::size_t i = 0; i < people.count(); ++i)
    effects.push_back(at(with, visit)[i] - at(without, visit)[i]);
  return effects;
}

double correlation(std::span<const double> x, std::span<const double> y) {
  Moments of_x;
  Moments of_y;
  for (std::size_t i = 0; i < x.size(); ++i) {
    of_x.add(x[i]);
    of_y.add(y[i]);
  }
  double product = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) product += (x[i] - of_x.mean()) * (y[i] - of_y.mean());
  return product / (static_cast<double>(x.size() - 1) * of_x.sd() * of_y.sd());
}

double kernel(const TimeStructure& time, double s, double t) {
  const double trend = time.slope * time.slope * s * t / 144.0 +
                       time.level_slope_correlation * std::sqrt(time.level) * time.slope * (s + t) / 12.0;
  const double error = s == t ? 1.0 - time.level - time.serial : 0.0;
  return time.level + trend + time.serial * std::pow(2.0, -std::abs(s - t) / time.serial_half_life) + error;
}

// The spread over time.

TEST(TimeFactor, ReproducesTheCovariance) {
  const std::vector<double> visits{1.0, 3.0, 6.5, 12.0, 24.0};
  for (const TimeStructure& time : {TimeStructure{.level = 0.5, .serial = 0.4, .serial_half_life = 6.0},
                                    TimeStructure{.level = 0.6,
                                    .serial = 0.1,
                                    .serial_half_life = 2.0,
                                    .slope = 0.4,
                                    .level_slope_correlation = -0.5},
                                    TimeStructure{.level = 0.0, .serial = 0.0, .serial_half_life = 1.0}}) {
    const Eigen::MatrixXd factor = TrajectoryModel::time_factor(time, visits);
    ASSERT_EQ(factor.rows(), 6);
    const Eigen::MatrixXd covariance = factor * factor.transpose();
    for (Eigen::Index i = 0; i < 6; ++i) {
      for (Eigen::Index j = 0; j < 6; ++j) {
        const double s = i == 0 ? 0.0 : visits[static_cast<std::size_t>(i - 1)];
        const double t = j == 0 ? 0.0 : visits[static_cast<std::size_t>(j - 1)];
        EXPECT_NEAR(covariance(i, j), kernel(time, s, t), 1e-13);
      }
    }
    EXPECT_NEAR(factor(0, 0), 1.0, 1e-15);
  }
}

TEST(TimeFactor, IsEmptyWhereThereIsNone) {
  const TimeStructure impossible{.level = 0.9, .serial = 0.5, .serial_half_life = 6.0};
  EXPECT_EQ(TrajectoryModel::time_factor(impossible, {3.0, 6.0}).size(), 0);
}

TEST(TrajectoryModel, ValuesSpreadAndCorrelateOverTimeAsTheyShould) {
  constexpr std::size_t count = 40'000;
  TrajectoryParameters parameters = one_endpoint();
  parameters.endpoints[0].time.followup_sd = 1.5;
  parameters.endpoints[0].change_half_life = 2.0;
  const Columns truth = drawn(parameters, people_of(count));
  const TimeStructure& time = parameters.endpoints[0].time;
  for (std::size_t v = 0; v <= 3; ++v) {
    const double t = v == 0 ? 0.0 : parameters.visits[v - 1];
    const double sd = 2.0 * (1.0 + 0.5 * (1.0 - std::pow(2.0, -t / 2.0)));
    Moments values;
    for (const double value : at(truth, v)) values.add(value);
    EXPECT_GT(checks::variance_p(values.variance(), count, sd * sd * kernel(time, t, t)), one_in_a_million);
    EXPECT_NEAR(values.mean(), 10.0, standard_errors_allowed() * values.standard_error());
    for (std::size_t u = 0; u < v; ++u) {
      const double s = u == 0 ? 0.0 : parameters.visits[u - 1];
      EXPECT_GT(checks::correlation_p(correlation(at(truth, u), at(truth, v)), count, kernel(time, s, t)),
                one_in_a_million);
      // The biased twin: the check must see a correlation that is 0.05 off.
      EXPECT_LT(
          checks::correlation_p(correlation(at(truth, u), at(truth, v)), count, kernel(time, s, t) - 0.05),
          one_in_a_million);
    }
  }
}

TEST(TrajectoryModel, TheNaturalCourseShiftsEverybodyByItsShare) {
  TrajectoryParameters parameters = one_endpoint();
  const Columns without = drawn(parameters, people_of(50));
  parameters.endpoints[0].change = -3.0;
  parameters.endpoints[0].change_half_life = 4.0;
  const Columns with = drawn(parameters, people_of(50));
  for (std::size_t v = 0; v <= 3; ++v) {
    const double t = v == 0 ? 0.0 : parameters.visits[v - 1];
    const double shift = -3.0 * (1.0 - std::pow(2.0, -t / 4.0));
    for (std::size_t i = 0; i < 50; ++i) EXPECT_NEAR(at(with, v)[i] - at(without, v)[i], shift, 1e-12);
  }
}

TEST(TrajectoryModel, EndpointsCorrelateAtBaselineAsTheyShould) {
  constexpr std::size_t count = 40'000;
  TrajectoryParameters parameters = one_endpoint();
  parameters.endpoints.assign(3, normal_course());
  parameters.endpoints[1].time = {.level = 0.2, .serial = 0.7, .serial_half_life = 1.0};
  parameters.endpoints[2].sd = 30.0;
  parameters.correlation.resize(3, 3);
  parameters.correlation << 1.0, 0.6, -0.3, 0.6, 1.0, 0.1, -0.3, 0.1, 1.0;
  parameters.arms[0].effects.assign(3, 0.0);
  parameters.measured = {0, 1, 2};
  const Columns truth = drawn(parameters, people_of(count));
  for (std::size_t a = 0; a < 3; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      const double sample = correlation(at(truth, 0, a), at(truth, 0, b));
      const double wanted =
          parameters.correlation(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b));
      EXPECT_GT(checks::correlation_p(sample, count, wanted), one_in_a_million);
      EXPECT_LT(checks::correlation_p(sample, count, wanted + 0.05), one_in_a_million);
    }
  }
}

/// Two yes/no endpoints that go together; the second has mean 0.3, SD 1 and an effect of 0.4.
TrajectoryParameters two_states() {
  TrajectoryParameters parameters = one_endpoint();
  EndpointCourse state = normal_course();
  state.endpoint.kind = EndpointKind::state;
  state.mean = 0.3;
  state.sd = 1.0;
  parameters.endpoints.assign(2, state);
  parameters.correlation.resize(2, 2);
  parameters.correlation << 1.0, 0.6, 0.6, 1.0;
  parameters.arms[0].effects = {0.0, 0.4};
  parameters.measured = {0, 1};
  return parameters;
}

// The therapy.

TEST(TrajectoryModel, AnEffectIsAMultipleOfTheBaselineSpreadTowardsBetter) {
  for (const Direction better : {Direction::higher_better, Direction::lower_better}) {
    TrajectoryParameters parameters = one_endpoint(better);
    parameters.arms[0].effects = {0.4};
    for (std::size_t v = 1; v <= 3; ++v) {
      for (const double effect : effects(parameters, people_of(20), v)) {
        EXPECT_NEAR(effect, sign_of(better) * 0.4 * 2.0, 1e-12);
      }
    }
    for (const double effect : effects(parameters, people_of(20), 0)) EXPECT_EQ(effect, 0.0);
  }
}

TEST(TrajectoryModel, AnEffectIsInProportionToTheResponseToTheSessions) {
  TrajectoryParameters parameters = one_endpoint();
  parameters.arms[0].effects = {1.0};
  People people = people_of(3);
  people.response = {0.0, 0.25, 1.0};
  const std::vector<double> of = effects(parameters, people, 2);
  EXPECT_NEAR(of[0], 0.0, 1e-12);
  EXPECT_NEAR(of[1], 0.5, 1e-12);
  EXPECT_NEAR(of[2], 2.0, 1e-12);
}

/// Simpson's rule over an even number of equal steps.
double integral(const std::function<double(double)>& f, double to) {
  constexpr int steps = 2'000;
  const double width = to / steps;
  double sum = f(0.0) + f(to);
  for (int k = 1; k < steps; ++k) sum += (k % 2 == 1 ? 4.0 : 2.0) * f(k * width);
  return sum * width / 3.0;
}

TEST(TrajectoryModel, AnEffectRampsUpAndThenFadesTheSlowerTheMorePractice) {
  TrajectoryParameters parameters = one_endpoint();
  TherapyCourse& therapy = parameters.arms[0];
  therapy.effects = {0.5};
  therapy.ramp = 2.0;
  therapy.long_run = 0.3;
  therapy.half_life = 5.0;
  therapy.practice_lengthening = 1.5;
  therapy.practice_half_life = 4.0;
  for (const double practice : {0.0, 0.5, 1.0, 2.5}) {
    for (const double wait : {0.0, 0.5, 1.5, 2.0, 2.9, 3.0, 4.0}) {
      People people = people_of(1);
      people.practice[0] = practice;
      people.wait[0] = wait;
      for (std::size_t v = 1; v <= 3; ++v) {
        const double clock = parameters.visits[v - 1] - wait;
        double expected = 0.0;
        if (clock > 0.0 && clock <= 2.0) expected = clock / 2.0;
        if (clock > 2.0) {
          // Half-lives gone: each moment counts by the half-life that the practice of the moment makes.
          const double gone = integral(
              [practice](double u) { return 1.0 / (5.0 * (1.0 + 1.5 * practice * std::pow(2.0, -u / 4.0))); },
              clock - 2.0);
          expected = 0.3 + 0.7 * std::pow(2.0, -gone);
        }
        EXPECT_NEAR(effects(parameters, people, v)[0], 0.5 * 2.0 * expected, 1e-10)
            << practice << ' ' << clock;
      }
    }
  }
}

TEST(TrajectoryModel, AnEffectWithoutRampIsThereAtOnceAndMayGrow) {
  TrajectoryParameters parameters = one_endpoint();
  parameters.arms[0].effects = {1.0};
  parameters.arms[0].long_run = 2.0;
  parameters.arms[0].half_life = 3.0;
  People people = people_of(2);
  people.wait = {3.0, 3.1};
  const std::vector<double> at_start = effects(parameters, people, 1);
  EXPECT_NEAR(at_start[0], 2.0, 1e-12);
  EXPECT_NEAR(at_start[1], 0.0, 1e-12);  // the first session is still to come
  EXPECT_NEAR(effects(parameters, people, 2)[0], 2.0 * 1.5, 1e-12);
}

TEST(TrajectoryModel, PeopleRespondDifferently) {
  constexpr std::size_t count = 20'000;
  TrajectoryParameters parameters = one_endpoint();
  parameters.arms[0].effects = {0.5};
  parameters.arms[0].heterogeneity = 0.6;
  Moments of_people;
  const std::vector<double> early = effects(parameters, people_of(count), 1);
  const std::vector<double> late = effects(parameters, people_of(count), 3);
  for (std::size_t i = 0; i < count; ++i) {
    of_people.add(early[i]);
    EXPECT_NEAR(early[i], late[i], 1e-12);  // a trait of the person, the same at every visit
  }
  EXPECT_NEAR(of_people.mean(), 1.0, standard_errors_allowed() * of_people.standard_error());
  EXPECT_GT(checks::variance_p(of_people.variance(), count, 0.36), one_in_a_million);
}

TEST(TrajectoryModel, TheWorseAtBaselineBenefitByTheModeration) {
  for (const Direction better : {Direction::higher_better, Direction::lower_better}) {
    TrajectoryParameters parameters = one_endpoint(better);
    parameters.arms[0].effects = {0.5};
    parameters.arms[0].moderation = 0.3;
    const People people = people_of(100);
    const Columns truth = drawn(parameters, people);
    const std::vector<double> of = effects(parameters, people, 2);
    for (std::size_t i = 0; i < 100; ++i) {
      const double worse = -sign_of(better) * (at(truth, 0)[i] - 10.0) / 2.0;
      EXPECT_NEAR(of[i], sign_of(better) * (1.0 + 0.3 * worse), 1e-12);
    }
  }
}

TEST(TrajectoryModel, AStatesProbabilityHasTheMeanOfTheStateWithLessNoise) {
  constexpr std::size_t count = 20'000;
  TrajectoryParameters parameters = two_states();
  const Columns states = drawn(parameters, people_of(count));
  const Columns probabilities = drawn(parameters, people_of(count), {1.0, 1.0, true});
  for (std::size_t v = 1; v <= 3; ++v) {
    // The second endpoint's share is Phi of its mean: 0.3 SDs and the effect of 0.4.
    Moments of_states;
    Moments of_probabilities;
    for (const double state : at(states, v, 1)) of_states.add(state);
    for (const double probability : at(probabilities, v, 1)) {
      EXPECT_TRUE(probability >= 0.0 && probability <= 1.0);
      of_probabilities.add(probability);
    }
    const double share = normal_cdf(0.7);
    EXPECT_NEAR(of_states.mean(), share, standard_errors_allowed() * of_states.standard_error());
    EXPECT_NEAR(of_probabilities.mean(), share,
                standard_errors_allowed() * of_probabilities.standard_error());
    EXPECT_LT(of_probabilities.sd(), 0.95 * of_states.sd());
  }
  for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(at(states, 0, 1)[i], at(probabilities, 0, 1)[i]);
}

TEST(TrajectoryModel, WithoutTherapyAnArmIsAsOneWithoutEffect) {
  TrajectoryParameters with = one_endpoint();
  with.arms[0].effects = {0.7};
  with.arms[0].heterogeneity = 0.5;
  TrajectoryParameters without = one_endpoint();
  const Columns untreated = drawn(with, people_of(50), {0.0, 1.0});
  const Columns no_effect = drawn(without, people_of(50));
  for (std::size_t v = 0; v <= 3; ++v) {
    for (std::size_t i = 0; i < 50; ++i) EXPECT_EQ(at(untreated, v)[i], at(no_effect, v)[i]);
  }
}

// Sites, groups, therapists.

/// People in groups of `size`, one therapist for two groups.
People grouped(std::size_t groups, std::size_t size) {
  People people = people_of(groups * size);
  for (std::size_t g = 0; g < groups; ++g) {
    people.groups.push_back({g, g / 2, 0, 0, static_cast<std::uint32_t>(size), 0.0});
    for (std::size_t k = 0; k < size; ++k) people.group[g * size + k] = static_cast<std::int32_t>(g);
  }
  return people;
}

/// What the clusters add to everybody at a visit.
std::vector<double> cluster_effects(const TrajectoryParameters& parameters, const People& people,
                                    std::size_t visit, double sign = 1.0) {
  const Columns with = drawn(parameters, people, {1.0, sign});
  const Columns without = drawn(parameters, people, {1.0, 0.0});
  std::vector<double> effects;
  for (std::size_t i = 0; i < people.count(); ++i)
    effects.push_back(at(with, visit)[i] - at(without, visit)[i]);
  return effects;
}

TEST(TrajectoryModel, AGroupsShareOfTheVarianceIsTheIntraclassCorrelation) {
  constexpr std::size_t groups = 4'000;
  TrajectoryParameters parameters = one_endpoint();
  parameters.clusters.group = 0.2;
  const std::vector<double> of = cluster_effects(parameters, grouped(groups, 2), 2);
  Moments of_groups;
  for (std::size_t g = 0; g < groups; ++g) {
    EXPECT_NEAR(of[2 * g], of[2 * g + 1], 1e-12);
    of_groups.add(of[2 * g]);
  }
  // Of the total, 0.2 is the groups' and 0.8 the people's, who have SD 2.
  EXPECT_GT(checks::variance_p(of_groups.variance(), groups, 4.0 * 0.2 / 0.8), one_in_a_million);
  EXPECT_LT(checks::variance_p(of_groups.variance(), groups, 4.0 * 0.25 / 0.75), one_in_a_million);
  EXPECT_NEAR(of_groups.mean(), 0.0, standard_errors_allowed() * of_groups.standard_error());
}

TEST(TrajectoryModel, ATherapistIsTheSameInAllHisGroups) {
  constexpr std::size_t therapists = 4'000;
  TrajectoryParameters parameters = one_endpoint();
  parameters.clusters.therapist = 0.1;
  const std::vector<double> of = cluster_effects(parameters, grouped(2 * therapists, 1), 1);
  Moments of_therapists;
  for (std::size_t t = 0; t < therapists; ++t) {
    EXPECT_NEAR(of[2 * t], of[2 * t + 1], 1e-12);
    of_therapists.add(of[2 * t]);
  }
  EXPECT_GT(checks::variance_p(of_therapists.variance(), therapists, 4.0 * 0.1 / 0.9), one_in_a_million);
}

TEST(TrajectoryModel, GroupAndTherapistShareTheVarianceTogether) {
  constexpr std::size_t therapists = 4'000;
  TrajectoryParameters parameters = one_endpoint();
  parameters.clusters.group = 0.1;
  parameters.clusters.therapist = 0.1;
  const std::vector<double> of = cluster_effects(parameters, grouped(2 * therapists, 1), 1);
  Moments first;
  std::vector<double> x;
  std::vector<double> y;
  for (std::size_t t = 0; t < therapists; ++t) {
    first.add(of[2 * t]);
    x.push_back(of[2 * t]);
    y.push_back(of[2 * t + 1]);
  }
  EXPECT_GT(checks::variance_p(first.variance(), therapists, 4.0 * 0.2 / 0.8), one_in_a_million);
  EXPECT_GT(checks::correlation_p(correlation(x, y), therapists, 0.5), one_in_a_million);
}

TEST(TrajectoryModel, ClustersReachOnlyWhoMeets) {
  TrajectoryParameters parameters = one_endpoint();
  parameters.clusters.group = 0.2;
  parameters.clusters.therapist = 0.1;
  People people = grouped(4, 1);
  people.sessions[1] = 0.0;  // in a group on paper
  people.wait[2] = 4.0;      // not yet at 3 months
  people.group[3] = -1;
  const std::vector<double> at_three = cluster_effects(parameters, people, 1);
  const std::vector<double> at_six = cluster_effects(parameters, people, 2);
  EXPECT_NE(at_three[0], 0.0);
  EXPECT_EQ(at_three[1], 0.0);
  EXPECT_EQ(at_three[2], 0.0);
  EXPECT_EQ(at_three[3], 0.0);
  EXPECT_NE(at_six[2], 0.0);
  for (const double effect : cluster_effects(parameters, people, 0)) EXPECT_EQ(effect, 0.0);
}

TEST(TrajectoryModel, AMirroredClusterIsTheOppositeOne) {
  TrajectoryParameters parameters = one_endpoint();
  parameters.clusters.group = 0.2;
  parameters.clusters.therapist = 0.1;
  const std::vector<double> plain = cluster_effects(parameters, grouped(20, 2), 2);
  const std::vector<double> mirrored = cluster_effects(parameters, grouped(20, 2), 2, -1.0);
  for (std::size_t i = 0; i < plain.size(); ++i) EXPECT_NEAR(plain[i], -mirrored[i], 1e-12);
}

TEST(TrajectoryModel, ASitesShareOfTheBaselineVarianceIsTheIntraclassCorrelation) {
  constexpr std::size_t sites = 10'000;
  TrajectoryParameters parameters = one_endpoint();
  parameters.clusters.site = 0.3;
  People people = people_of(2 * sites);
  for (std::size_t i = 0; i < people.count(); ++i) people.site[i] = static_cast<std::uint16_t>(i / 2);
  const Columns truth = drawn(parameters, people);
  std::vector<double> first;
  std::vector<double> second;
  Moments all;
  for (std::size_t s = 0; s < sites; ++s) {
    first.push_back(at(truth, 0)[2 * s]);
    second.push_back(at(truth, 0)[2 * s + 1]);
    all.add(first.back());
  }
  EXPECT_GT(checks::correlation_p(correlation(first, second), sites, 0.3), one_in_a_million);
  EXPECT_GT(checks::variance_p(all.variance(), sites, 4.0), one_in_a_million);  // the total stays
}

// Entry.

TrajectoryParameters two_endpoints_with_entry() {
  TrajectoryParameters parameters = one_endpoint();
  parameters.endpoints.assign(2, normal_course());
  parameters.correlation.resize(2, 2);
  parameters.correlation << 1.0, 0.5, 0.5, 1.0;
  parameters.arms[0].effects.assign(2, 0.0);
  parameters.measured = {0, 1};
  return parameters;
}

TEST(TrajectoryModel, EverybodyDrawnMeetsTheEntryCriteria) {
  TrajectoryParameters parameters = two_endpoints_with_entry();
  parameters.entry = {{0, true, 11.0}, {1, false, 10.0}};
  parameters.clusters.site = 0.2;
  People people = people_of(3'000);
  for (std::size_t i = 0; i < people.count(); ++i) people.site[i] = static_cast<std::uint16_t>(i % 7);
  const Columns truth = drawn(parameters, people);
  for (std::size_t i = 0; i < people.count(); ++i) {
    EXPECT_GE(at(truth, 0, 0)[i], 11.0);
    EXPECT_LE(at(truth, 0, 1)[i], 10.0);
  }
}

TEST(TrajectoryModel, WhoEntersIsATruncatedNormal) {
  constexpr std::size_t count = 40'000;
  TrajectoryParameters parameters = two_endpoints_with_entry();
  parameters.entry = {{1, true, 12.0}};  // one SD above the mean
  parameters.measured = {0};             // the endpoint that decides is not even measured
  Moments values;
  const Columns truth = drawn(parameters, people_of(count));
  for (const double value : at(truth, 0)) values.add(value);
  // The mean of the deciding endpoint is phi(1) / (1 - Phi(1)) SDs above its own, that of the other half as
  // much.
  const double above = std::exp(-0.5) / std::sqrt(2.0 * M_PI) / normal_cdf(-1.0);
  EXPECT_NEAR(values.mean(), 10.0 + 2.0 * 0.5 * above, standard_errors_allowed() * values.standard_error());
}

TEST(TrajectoryModel, TheEntryRateIsTheShareOfThoseWhoMeetIt) {
  TrajectoryParameters parameters = two_endpoints_with_entry();
  EXPECT_EQ(TrajectoryModel(parameters).entry_rate(Streams(1, 0), 100), 1.0);
  parameters.entry = {{0, true, 12.0}};
  for (const double site : {0.0, 0.4}) {
    parameters.clusters.site = site;
    const double rate = TrajectoryModel(parameters).entry_rate(Streams(1, 0), 20'000);
    EXPECT_GT(checks::binomial_p(std::round(rate * 20'000), 20'000, normal_cdf(-1.0)), one_in_a_million);
  }
}

TEST(TrajectoryModel, KnowsTheScaleOfItsBaselines) {
  TrajectoryParameters parameters = one_endpoint();
  EXPECT_EQ(TrajectoryModel(parameters).baseline_scale(EndpointId{0}).mean, 10.0);
  EXPECT_EQ(TrajectoryModel(parameters).baseline_scale(EndpointId{0}).sd, 2.0);
  parameters.endpoints[0].endpoint.kind = EndpointKind::state;
  parameters.endpoints[0].mean = 0.5;
  parameters.endpoints[0].sd = 1.0;
  EXPECT_NEAR(TrajectoryModel(parameters).baseline_scale(EndpointId{0}).mean, normal_cdf(0.5), 1e-14);
  parameters.endpoints[0].endpoint.kind = EndpointKind::amount;
  const OutcomeModel::Scale amount = TrajectoryModel(parameters).baseline_scale(EndpointId{0});
  EXPECT_NEAR(amount.mean, std::exp(1.0), 1e-12);
  EXPECT_NEAR(amount.sd, std::exp(1.0) * std::sqrt(std::exp(1.0) - 1.0), 1e-12);
}

// Instruments.

std::vector<double> read(const EndpointCourse& course, std::vector<double> values) {
  read_instrument(course, values);
  return values;
}

TEST(Instrument, AScoreIsKeptWithinItsBoundsAndInItsSteps) {
  EndpointCourse course = normal_course();
  course.endpoint.kind = EndpointKind::score;
  course.endpoint.minimum = 0.0;
  course.endpoint.maximum = 10.0;
  course.endpoint.step = 0.25;
  EXPECT_EQ(read(course, {-3.0, 0.1, 0.2, 4.9, 5.13, 9.99, 27.0}),
            (std::vector<double>{0.0, 0.0, 0.25, 5.0, 5.25, 10.0, 10.0}));
  course.endpoint.step = 0.0;
  EXPECT_EQ(read(course, {-3.0, 4.9, 27.0}), (std::vector<double>{0.0, 4.9, 10.0}));
}

TEST(Instrument, StepsCountFromTheMinimumAndEndAtTheMaximum) {
  EndpointCourse course = normal_course();
  course.endpoint.kind = EndpointKind::score;
  course.endpoint.minimum = 1.0;
  course.endpoint.maximum = 7.0;
  course.endpoint.step = 1.0 / 7.0;
  for (double latent = 0.0; latent < 9.0; latent += 0.01) {
    const double score = read(course, {latent})[0];
    EXPECT_GE(score, 1.0);
    EXPECT_LE(score, 7.0);
    EXPECT_NEAR((score - 1.0) * 7.0, std::round((score - 1.0) * 7.0), 1e-9);
    EXPECT_LE(std::abs(score - std::min(std::max(latent, 1.0), 7.0)), 1.0 / 14.0 + 1e-9);
  }
}

TEST(Instrument, AnAmountBelowTheFloorIsNone) {
  EndpointCourse course = normal_course();
  course.endpoint.kind = EndpointKind::amount;
  course.stopped_below = 5.0;
  const std::vector<double> amounts = read(course, {std::log(4.9), std::log(5.1), std::log(80.0)});
  EXPECT_EQ(amounts[0], 0.0);
  EXPECT_NEAR(amounts[1], 5.1, 1e-12);
  EXPECT_NEAR(amounts[2], 80.0, 1e-12);
}

TEST(Instrument, AStateIsYesAboveZero) {
  EndpointCourse course = normal_course();
  course.endpoint.kind = EndpointKind::state;
  EXPECT_EQ(read(course, {-0.1, 0.1, 5.0}), (std::vector<double>{0.0, 1.0, 1.0}));
}

}  // namespace
}  // namespace equipoise
