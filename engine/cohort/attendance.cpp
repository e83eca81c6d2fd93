#include "engine/cohort/attendance.hpp"

#include <cmath>
#include <iterator>
#include <numeric>

#include "engine/numeric/distributions.hpp"

namespace equipoise {
namespace {

double log_beta(double a, double b) {
  return log_gamma(a) + log_gamma(b) - log_gamma(a + b);
}

double log_choose(int n, int k) {
  return log_gamma(n + 1.0) - log_gamma(k + 1.0) - log_gamma(n - k + 1.0);
}

// P(K = k) for k of n tries whose shared probability of success has the given mean and intraclass correlation
// rho, that is a beta law with a + b = (1 - rho) / rho.
std::vector<double> beta_binomial(int n, double mean, double rho) {
  std::vector<double> probabilities(static_cast<std::size_t>(n) + 1, 0.0);
  if (mean >= 1.0 || mean <= 0.0 || n == 0) {
    (mean >= 1.0 ? probabilities.back() : probabilities.front()) = 1.0;
    return probabilities;
  }
  for (int k = 0; k <= n; ++k) {
    double& probability = probabilities[static_cast<std::size_t>(k)];
    if (rho <= 0.0) {
      probability = std::exp(log_choose(n, k) + k * std::log(mean) + (n - k) * std::log1p(-mean));
    } else if (rho >= 1.0) {
      probability = k == 0 ? 1.0 - mean : (k == n ? mean : 0.0);
    } else {
      const double size = (1.0 - rho) / rho;
      const double a = mean * size;
      const double b = (1.0 - mean) * size;
      probability = std::exp(log_choose(n, k) + log_beta(k + a, n - k + b) - log_beta(a, b));
    }
  }
  return probabilities;
}

}  // namespace

Attendance::Attendance(const Delivery& delivery)
    : probabilities_(beta_binomial(delivery.sessions, delivery.attendance_mean, delivery.attendance_rho)) {
  if (delivery.sessions > 0) {
    const double some = 1.0 - probabilities_.front();
    for (double& probability : probabilities_) {
      probability = some > 0.0 ? probability / some * (1.0 - delivery.never_attend) : 0.0;
    }
    probabilities_.front() = some > 0.0 ? delivery.never_attend : 1.0;
  }
  std::partial_sum(probabilities_.begin(), probabilities_.end() - 1, std::back_inserter(at_most_));
}

double Attendance::mean() const {
  double mean = 0.0;
  for (std::size_t s = 0; s < probabilities_.size(); ++s) mean += static_cast<double>(s) * probabilities_[s];
  return mean;
}

int Attendance::operator()(double uniform) const {
  // Counted to the end, not searched: the number is anybody's guess, also the processor's.
  int sessions = 0;
  for (const double at_most : at_most_) sessions += uniform >= at_most ? 1 : 0;
  return sessions;
}

double dose_response(const Delivery& delivery, double sessions) {
  if (delivery.sessions == 0) return 1.0;
  const double all = delivery.sessions;
  if (delivery.half_dose <= 0.0) return sessions / all;
  return (sessions / (sessions + delivery.half_dose)) / (all / (all + delivery.half_dose));
}

}  // namespace equipoise
