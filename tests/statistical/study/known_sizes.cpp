#include "tests/statistical/study/known_sizes.hpp"

#include <cmath>
#include <map>
#include <memory>

#include "engine/numeric/distributions.hpp"
#include "engine/numeric/student_t.hpp"
#include "engine/random/laws.hpp"
#include "engine/study/power_spread.hpp"
#include "engine/study/response_curve.hpp"
#include "tests/support/reference_csv.hpp"
#include "tests/unit/study/binomial_trials.hpp"

namespace equipoise::checks {
namespace {

constexpr double level = 0.025;  // of each side

/// Noncentral t of two means, `difference` standard deviations apart, of two arms as equal as can be.
double power_of_means(double n, double difference, bool two_sided) {
  const double smaller = std::floor(0.5 * n);
  const double shift = difference * std::sqrt(smaller * (n - smaller) / n);
  const double critical = student_quantile(1.0 - level, n - 2.0);
  const double other_side = two_sided ? noncentral_t_cdf(-critical, n - 2.0, shift) : 0.0;
  return 1.0 - noncentral_t_cdf(critical, n - 2.0, shift) + other_side;
}

std::vector<double> binomial_probabilities(int n, double p) {
  std::vector<double> probabilities;
  for (int k = 0; k <= n; ++k) {
    const double ways = std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0);
    probabilities.push_back(std::exp(ways + k * std::log(p) + (n - k) * std::log1p(-p)));
  }
  return probabilities;
}

/// The score test of two proportions, every outcome added up: a saw over n.
double power_of_proportions(double n, double one, double other) {
  const int small_arm = static_cast<int>(0.5 * n);
  const int large_arm = static_cast<int>(n) - small_arm;
  const std::vector<double> of_one = binomial_probabilities(large_arm, one);
  const std::vector<double> of_other = binomial_probabilities(small_arm, other);
  const double critical = normal_quantile(1.0 - level);
  double power = 0.0;
  for (int a = 0; a <= large_arm; ++a) {
    for (int b = 0; b <= small_arm; ++b) {
      const double pooled = (a + b) / n;
      const double error = std::sqrt(pooled * (1.0 - pooled) * (1.0 / large_arm + 1.0 / small_arm));
      const double distance =
          std::abs(static_cast<double>(a) / large_arm - static_cast<double>(b) / small_arm);
      if (error > 0.0 && distance >= critical * error)
        power += of_one[static_cast<std::size_t>(a)] * of_other[static_cast<std::size_t>(b)];
    }
  }
  return power;
}

/// A parabola on the scale of normal theory, through simulated trials of sizes on both sides of the answer.
std::function<double(double)> simulated_power(const std::string& name) {
  std::vector<CurvePoint> points;
  for (const ReferenceRow& row : reference_rows("size/powers.csv")) {
    if (row.at("trial") != name) continue;
    const std::uint64_t trials = std::stoul(row.at("trials"));
    const double rejections = std::stod(row.at("rejections"));
    points.push_back(
        {std::sqrt(std::stod(row.at("participants"))), {trials, trials, rejections, rejections}});
  }
  const std::optional<ResponseCurve> curve = fit_curve(ResponseKind::rejection, points, 3);
  return [curve](double n) { return mean_at(ResponseKind::rejection, curve->predictor(std::sqrt(n))); };
}

/// Each power is computed once.
std::function<double(double)> remembered(std::function<double(double)> power) {
  const auto known = std::make_shared<std::map<double, double>>();
  return [known, power = std::move(power)](double n) {
    const auto at = known->find(n);
    return at != known->end() ? at->second : known->emplace(n, power(n)).first->second;
  };
}

KnownSize known_size(std::string name, double target, double seconds_a_trial,
                     std::function<double(double)> power) {
  KnownSize known{std::move(name), remembered(std::move(power)), target, 10.0, 100.0, seconds_a_trial};
  while (known.power(known.participants) < target) known.participants += 1.0;
  return known;
}

// What a protocol rounds to: blocks of four.
double whole_blocks(double participants) {
  return 4.0 * std::ceil(participants / 4.0);
}

SizeQuestion question_about(double target, double start, double seconds_a_trial, std::uint64_t checks) {
  SizeQuestion question;
  question.target = target;
  question.values = {10.0, 5'000.0, true};
  question.start = start;
  question.grain = 2.0;
  if (seconds_a_trial > 0.0)
    question.budget = SizeBudget{10.0, [seconds_a_trial](double) { return seconds_a_trial; }, checks};
  question.first_replicate = std::uint64_t{1} << 62U;
  return question;
}

/// Trials of known powers, as many of each draw; what each draw's came to is kept.
class CoinsOfDraws {
 public:
  CoinsOfDraws(std::uint64_t seed, std::size_t draws) : seed_(seed), effects_(draws), powers_(draws) {
    fill_normal(Streams(seed, 0).at(Purpose::test, 1), effects_);
    for (double& effect : effects_) effect = 0.5 + 0.2 * effect;
  }

  Responses operator()(double value, std::uint64_t first, std::uint64_t trials) {
    each_ = trials / effects_.size();
    Responses all;
    for (std::size_t d = 0; d < effects_.size(); ++d) {
      const TryValue draw = coins(seed_, [&](double n) { return normal_power(n, effects_[d]); });
      const Responses responses = draw(value, first + d * each_, each_);
      powers_[d] = responses.mean();
      all.merge(responses);
    }
    return all;
  }

  /// The part of the mean's error that more trials of the same draws would leave, by the last trials.
  [[nodiscard]] double error() const {
    const auto draws = static_cast<double>(powers_.size());
    const PowerSpread spread = power_spread(powers_, draws, each_);
    return std::sqrt(std::max(0.0, spread.variance - spread.noise) / draws);
  }

 private:
  std::uint64_t seed_;
  std::vector<double> effects_;
  std::vector<double> powers_;
  std::uint64_t each_ = 0;
};

}  // namespace

double power_of_two_means(double participants) {
  return power_of_means(participants, 0.5, true);
}

std::vector<KnownSize> known_sizes() {
  std::vector<KnownSize> known;
  known.push_back(known_size("means", 0.8, 10e-6, power_of_two_means));
  known.push_back(
      known_size("proportions", 0.9, 20e-6, [](double n) { return power_of_proportions(n, 0.45, 0.30); }));
  known.push_back(
      known_size("noninferiority", 0.85, 10e-6, [](double n) { return power_of_means(n, 0.5, false); }));
  known.push_back(known_size("mmrm", 0.9, 100e-6, simulated_power("mmrm")));
  known.push_back(known_size("groups", 0.9, 60e-6, simulated_power("groups")));
  return known;
}

void SearchesOfKnownSize::add(const VerifiedSize& size, const KnownSize& known) {
  ++searches;
  const SizeAnswer& answer = size.answer;
  if (answer.outcome != SizeOutcome::found) return;
  const double truth = known.participants;
  const double middle = 0.5 * (answer.lower + answer.upper);
  held += answer.lower <= truth && truth <= answer.upper ? 1 : 0;
  held_by_half += 2.0 * std::abs(truth - middle) <= 0.5 * (answer.upper - answer.lower) ? 1 : 0;
  constexpr double half_a_point = 0.005;
  short_of += known.power(size.recommended) < known.target - half_a_point ? 1 : 0;
  const Responses& check = size.verification->responses;
  const double of_check = std::sqrt(check.variance() / static_cast<double>(check.count));
  missed += check.mean() < known.target - 2.0 * of_check ? 1 : 0;
  error += answer.value - truth;
  squared += (answer.value - truth) * (answer.value - truth);
  half_width += 0.5 * (answer.upper - answer.lower);
  trials += static_cast<double>(answer.trials + check.trials);
}

SearchesOfKnownSize searches_of(const KnownSize& known, int searches) {
  SearchesOfKnownSize all;
  const CheckTrials checks;
  for (int k = 0; k < searches; ++k) {
    const TryValue trials = coins(1'000 + static_cast<std::uint64_t>(k), known.power);
    SizeSearch search(question_about(known.target, known.start, known.seconds_a_trial, 2 * checks.trials),
                      trials);
    all.add(verified_size(search, whole_blocks, checks, trials), known);
  }
  return all;
}

SearchesOfKnownSize searches_of_assurance(int searches) {
  constexpr std::size_t draws = 200;
  // Over all that is believed (tests/reference/size/reference.R).
  const KnownSize known = known_size("assurance", 0.8, 0.0, [](double n) {
    const double shift = 0.5 * std::sqrt(n / 4.0) - normal_quantile(1.0 - level);
    return normal_cdf(shift / std::sqrt(1.0 + 0.2 * 0.2 * n / 4.0));
  });
  SearchesOfKnownSize all;
  const CheckTrials checks{10'000, true};
  for (int k = 0; k < searches; ++k) {
    CoinsOfDraws trials(1'000 + static_cast<std::uint64_t>(k), draws);
    SizeQuestion question = question_about(known.target, known.start, known.seconds_a_trial, 0);
    question.unit = draws;
    SizeSearch search(question, std::ref(trials));
    VerifiedSize size = verified_size(search, whole_blocks, checks, std::ref(trials));
    // The last trials were not those of the verification where the check was counted first.
    (void)trials(size.recommended, size.verification->first_replicate, size.verification->responses.trials);
    size.answer = search.allowing_for(trials.error(), static_cast<double>(draws) - 1.0, size.answer);
    all.add(size, known);
  }
  return all;
}

}  // namespace equipoise::checks
