#include "engine/cohort/attendance.hpp"

#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

namespace equipoise {
namespace {

/// C(n, k) B(k + a, n - k + b) / B(a, b) as products of whole steps, without gamma functions.
double beta_binomial(int n, int k, double mean, double rho) {
  const double a = mean * (1.0 - rho) / rho;
  const double b = (1.0 - mean) * (1.0 - rho) / rho;
  double probability = 1.0;
  for (int i = 0; i < k; ++i) probability *= (a + i) * (n - i) / (i + 1.0);
  for (int i = 0; i < n - k; ++i) probability *= b + i;
  for (int i = 0; i < n; ++i) probability /= a + b + i;
  return probability;
}

Delivery eight_sessions(double never, double mean, double rho) {
  Delivery delivery;
  delivery.sessions = 8;
  delivery.never_attend = never;
  delivery.attendance_mean = mean;
  delivery.attendance_rho = rho;
  return delivery;
}

TEST(Attendance, IsBetaBinomialAmongThoseWhoAttendAny) {
  for (const double mean : {0.1, 0.5, 0.72}) {
    for (const double rho : {0.01, 0.28, 0.9}) {
      const Attendance attendance(eight_sessions(0.11, mean, rho));
      const double some = 1.0 - beta_binomial(8, 0, mean, rho);
      EXPECT_DOUBLE_EQ(attendance.probabilities()[0], 0.11);
      for (int s = 1; s <= 8; ++s) {
        const double expected = 0.89 * beta_binomial(8, s, mean, rho) / some;
        EXPECT_NEAR(attendance.probabilities()[static_cast<std::size_t>(s)], expected, 1e-12) << s;
      }
    }
  }
}

TEST(Attendance, WithoutCorrelationIsBinomial) {
  const Attendance attendance(eight_sessions(0.0, 0.5, 0.0));
  for (std::size_t s = 1; s <= 8; ++s) {
    const double choose[] = {1, 8, 28, 56, 70, 56, 28, 8, 1};
    EXPECT_NEAR(attendance.probabilities()[s], choose[s] / 255.0, 1e-14);
  }
}

TEST(Attendance, WithFullCorrelationIsAllOrNeverAtAll) {
  const Attendance attendance(eight_sessions(0.2, 0.6, 1.0));
  EXPECT_NEAR(attendance.probabilities()[0], 0.2, 1e-15);
  EXPECT_NEAR(attendance.probabilities()[8], 0.8, 1e-15);
}

TEST(Attendance, ProbabilitiesSumToOneAndGiveTheMean) {
  const Attendance attendance(eight_sessions(0.03, 0.72, 0.28));
  const auto& p = attendance.probabilities();
  EXPECT_NEAR(std::accumulate(p.begin(), p.end(), 0.0), 1.0, 1e-12);
  const double some = 1.0 - beta_binomial(8, 0, 0.72, 0.28);
  EXPECT_NEAR(attendance.mean(), 0.97 * 8.0 * 0.72 / some, 1e-12);
}

TEST(Attendance, EverythingIsCertainWhenNothingIsLeftToChance) {
  EXPECT_TRUE(Attendance(eight_sessions(0.0, 1.0, 0.3)).certain());
  EXPECT_TRUE(Attendance(Delivery{}).certain());
  EXPECT_FALSE(Attendance(eight_sessions(0.1, 1.0, 0.3)).certain());
}

TEST(Attendance, InvertsTheDistributionFunction) {
  const Attendance attendance(eight_sessions(0.11, 0.6, 0.3));
  double below = 0.0;
  for (int s = 0; s <= 8; ++s) {
    const double p = attendance.probabilities()[static_cast<std::size_t>(s)];
    EXPECT_EQ(attendance(below + 1e-9), s);
    EXPECT_EQ(attendance(below + p - 1e-9), s);
    below += p;
  }
}

TEST(Attendance, IsMoreForEveryPersonWhenItIsMoreLikely) {
  const Attendance less(eight_sessions(0.2, 0.5, 0.3));
  const Attendance more(eight_sessions(0.1, 0.7, 0.3));
  for (double u = 0.0005; u < 1.0; u += 0.001) EXPECT_LE(less(u), more(u));
}

TEST(DoseResponse, IsNothingWithoutAndOneWithAllSessions) {
  for (const double half_dose : {0.0, 0.5, 4.0, 100.0}) {
    Delivery delivery = eight_sessions(0.0, 1.0, 0.0);
    delivery.half_dose = half_dose;
    EXPECT_EQ(dose_response(delivery, 0.0), 0.0);
    EXPECT_DOUBLE_EQ(dose_response(delivery, 8.0), 1.0);
  }
}

TEST(DoseResponse, TheHalfDoseBringsHalfOfTheMostThatAnyNumberCould) {
  Delivery delivery = eight_sessions(0.0, 1.0, 0.0);
  delivery.half_dose = 3.0;
  const double most = dose_response(delivery, 1e15);
  EXPECT_NEAR(dose_response(delivery, 3.0), 0.5 * most, 1e-12);
}

TEST(DoseResponse, IsProportionalWithoutAHalfDose) {
  const Delivery delivery = eight_sessions(0.0, 1.0, 0.0);
  for (int s = 0; s <= 8; ++s) EXPECT_DOUBLE_EQ(dose_response(delivery, s), s / 8.0);
}

TEST(DoseResponse, IsFullWhereThereIsNothingToAttend) {
  EXPECT_EQ(dose_response(Delivery{}, 0.0), 1.0);
}

}  // namespace
}  // namespace equipoise
