#include "models/trajectory_model.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Cholesky>

#include "engine/base/expects.hpp"
#include "engine/numeric/distributions.hpp"
#include "engine/random/laws.hpp"

namespace equipoise {
namespace {

// A profile that meets its entry criteria less often than one in a thousand is refused before a run; so many
// attempts then fail together with a probability below exp(-20).
constexpr std::uint32_t most_attempts = 20'000;

/// The share of a change that has happened by month t.
double happened(double t, double half_life) {
  return 1.0 - std::exp2(-t / half_life);
}

Eigen::MatrixXd cholesky(const Eigen::MatrixXd& matrix) {
  const Eigen::LLT<Eigen::MatrixXd> factored(matrix);
  if (factored.info() != Eigen::Success) return {};
  return factored.matrixL();
}

double spread(const EndpointCourse& course, double month) {
  return 1.0 + (course.time.followup_sd - 1.0) * happened(month, course.change_half_life);
}

}  // namespace

/// Scratch of one thread. Columns of participants, one after the other.
struct TrajectoryModel::Workspace : OutcomeModel::Scratch {
  std::vector<double> baseline;   // endpoint x participant: z at time 0
  std::vector<double> course;     // endpoint x visit x participant: z at the visits
  std::vector<double> mixed;      // time x participant: sum_k C[e, k] z_k of one endpoint
  std::vector<double> dose;       // visit x participant: share of the full effect at work
  std::vector<double> response;   // participant: how strongly this person responds, 1 on average
  std::vector<double> group;      // endpoint x group: effect in SDs of the group effect
  std::vector<double> therapist;  // likewise
  std::vector<double> site;       // endpoint x site
  std::vector<double> normals;    // one person's attempt at entering
  std::vector<double> at_site;    // site effects of one person, one an endpoint
};

TrajectoryModel::TrajectoryModel(TrajectoryParameters parameters)
    : parameters_(std::move(parameters)), endpoint_factor_(cholesky(parameters_.correlation)) {
  EQUIPOISE_EXPECTS(endpoint_factor_.rows() == static_cast<Eigen::Index>(parameters_.endpoints.size()));
  for (const std::size_t source : parameters_.measured) {
    measured_.push_back(parameters_.endpoints[source].endpoint);
    prepared_.push_back(prepare(source));
    courses_ = std::max(courses_, source + 1);
  }
  baselines_ = courses_;
  for (const EntryCriterion& criterion : parameters_.entry)
    baselines_ = std::max(baselines_, criterion.endpoint + 1);
  heterogeneous_ = std::any_of(parameters_.arms.begin(), parameters_.arms.end(),
                               [](const TherapyCourse& arm) { return arm.heterogeneity > 0.0; });
}

Eigen::MatrixXd TrajectoryModel::time_factor(const TimeStructure& time, const std::vector<double>& visits) {
  std::vector<double> months{0.0};
  months.insert(months.end(), visits.begin(), visits.end());
  const auto count = static_cast<Eigen::Index>(months.size());
  Eigen::MatrixXd kernel(count, count);
  for (Eigen::Index i = 0; i < count; ++i) {
    for (Eigen::Index j = 0; j < count; ++j) {
      const double s = months[static_cast<std::size_t>(i)];
      const double t = months[static_cast<std::size_t>(j)];
      kernel(i, j) = time.level +
                     time.level_slope_correlation * std::sqrt(time.level) * time.slope * (s + t) / 12.0 +
                     time.slope * time.slope * s * t / 144.0 +
                     time.serial * std::exp2(-std::abs(s - t) / time.serial_half_life) +
                     (i == j ? 1.0 - time.level - time.serial : 0.0);
    }
  }
  return cholesky(kernel);
}

TrajectoryModel::Prepared TrajectoryModel::prepare(std::size_t source) const {
  const EndpointCourse& course = parameters_.endpoints[source];
  const ClusterVariances& clusters = parameters_.clusters;
  Prepared prepared;
  prepared.source = source;
  prepared.factor = time_factor(course.time, parameters_.visits);
  EQUIPOISE_EXPECTS(prepared.factor.rows() > 0);
  prepared.site_sd = course.sd * std::sqrt(clusters.site);
  const double nested = 1.0 - clusters.group - clusters.therapist;
  for (std::size_t v = 0; v < visit_count(); ++v) {
    const double month = v == 0 ? 0.0 : parameters_.visits[v - 1];
    const double sd = course.sd * spread(course, month);
    prepared.mean.push_back(course.mean + course.change * happened(month, course.change_half_life));
    prepared.factor.row(static_cast<Eigen::Index>(v)) *= sd * std::sqrt(1.0 - clusters.site);
    prepared.group_sd.push_back(sd * std::sqrt(clusters.group / nested));
    prepared.therapist_sd.push_back(sd * std::sqrt(clusters.therapist / nested));
  }
  return prepared;
}

std::unique_ptr<OutcomeModel::Scratch> TrajectoryModel::make_scratch() const {
  return std::make_unique<Workspace>();
}

void TrajectoryModel::draw(const Streams& streams, const People& people, const Influences& influences,
                           Scratch& scratch, Columns& truth) const {
  auto& work = static_cast<Workspace&>(scratch);
  draw_clusters(streams, people, influences, work);
  draw_baselines(streams, people, work);
  draw_courses(streams, people.count(), work);
  draw_doses(streams, people, influences, work);
  for (std::size_t e = 0; e < prepared_.size(); ++e) fill_endpoint(e, people, work, truth);
}

void TrajectoryModel::draw_baselines(const Streams& streams, const People& people, Workspace& work) const {
  const std::size_t count = people.count();
  work.baseline.resize(baselines_ * count);
  fill_normal(streams, Purpose::baseline, 0, count, baselines_, 0, work.baseline.data(), count);
  if (!parameters_.entry.empty()) redraw_ineligible(streams, people, work);
}

void TrajectoryModel::redraw_ineligible(const Streams& streams, const People& people, Workspace& work) const {
  const std::size_t count = people.count();
  const Normal normal;
  work.normals.resize(baselines_);
  work.at_site.assign(baselines_, 0.0);
  const std::size_t sites = work.site.size() / baselines_;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < baselines_; ++k) {
      work.normals[k] = work.baseline[k * count + i];
      if (sites > 0) work.at_site[k] = work.site[k * sites + people.site[i]];
    }
    std::uint32_t attempt = 0;
    while (!eligible(work.normals, work.at_site) && attempt < most_attempts) {
      Stream stream = streams.at(Purpose::baseline, i, ++attempt);
      for (double& z : work.normals) z = normal(stream);
    }
    if (attempt == 0) continue;
    for (std::size_t k = 0; k < baselines_; ++k) work.baseline[k * count + i] = work.normals[k];
  }
}

bool TrajectoryModel::eligible(std::span<const double> normals, std::span<const double> site_effects) const {
  const double site = parameters_.clusters.site;
  for (const EntryCriterion& criterion : parameters_.entry) {
    const EndpointCourse& course = parameters_.endpoints[criterion.endpoint];
    double mixed = 0.0;
    for (std::size_t k = 0; k <= criterion.endpoint; ++k) {
      mixed += endpoint_factor_(static_cast<Eigen::Index>(criterion.endpoint), static_cast<Eigen::Index>(k)) *
               normals[k];
    }
    double value = course.mean + course.sd * (std::sqrt(1.0 - site) * mixed +
                                              std::sqrt(site) * site_effects[criterion.endpoint]);
    read_instrument(course, {&value, 1});
    if (criterion.at_least ? value < criterion.value : value > criterion.value) return false;
  }
  return true;
}

void TrajectoryModel::draw_courses(const Streams& streams, std::size_t people, Workspace& work) const {
  const std::size_t visits = parameters_.visits.size();
  work.course.resize(courses_ * visits * people);
  for (std::size_t k = 0; k < courses_; ++k) {
    fill_normal(streams, Purpose::course, 0, people, visits, static_cast<std::uint32_t>(k),
                work.course.data() + k * visits * people, people);
  }
}

void TrajectoryModel::draw_clusters(const Streams& streams, const People& people,
                                    const Influences& influences, Workspace& work) const {
  const Normal normal;
  // Effects of one cluster on all endpoints, correlated as the endpoints are.
  const auto draw_one = [&](Purpose purpose, std::uint64_t address, double scale, std::size_t column,
                            std::size_t columns, std::vector<double>& effects) {
    Stream stream = streams.at(purpose, address);
    work.normals.resize(baselines_);
    for (double& z : work.normals) z = scale * normal(stream);
    for (std::size_t e = 0; e < baselines_; ++e) {
      double mixed = 0.0;
      for (std::size_t k = 0; k <= e; ++k) {
        mixed +=
            endpoint_factor_(static_cast<Eigen::Index>(e), static_cast<Eigen::Index>(k)) * work.normals[k];
      }
      effects[e * columns + column] = mixed;
    }
  };
  const auto fill = [&](bool present, std::size_t columns, std::vector<double>& effects, auto&& one) {
    effects.resize(present ? baselines_ * columns : 0);
    for (std::size_t column = 0; column < (present ? columns : 0); ++column) one(column);
  };
  const std::size_t groups = influences.clusters != 0.0 ? people.groups.size() : 0;
  fill(parameters_.clusters.group > 0.0, groups, work.group, [&](std::size_t g) {
    draw_one(Purpose::group_effect, people.groups[g].address, influences.clusters, g, groups, work.group);
  });
  fill(parameters_.clusters.therapist > 0.0, groups, work.therapist, [&](std::size_t g) {
    draw_one(Purpose::therapist_effect, people.groups[g].therapist_address, influences.clusters, g, groups,
             work.therapist);
  });
  const std::size_t sites =
      people.site.empty() ? 0 : std::size_t{*std::max_element(people.site.begin(), people.site.end())} + 1;
  fill(parameters_.clusters.site > 0.0, sites, work.site,
       [&](std::size_t s) { draw_one(Purpose::site_effect, s, 1.0, s, sites, work.site); });
}

namespace {

/// The share of a therapy's full effect that is at work `clock` months after the first session.
double shape(const TherapyCourse& therapy, double clock, double practice) {
  if (clock <= 0.0) return therapy.ramp > 0.0 || clock < 0.0 ? 0.0 : 1.0;
  if (clock < therapy.ramp) return clock / therapy.ramp;
  if (therapy.long_run == 1.0) return 1.0;
  // Practice p(t) = p0 2^(-t/h) lengthens the half-life to H (1 + c p(t)); with a = c p0 and k = log 2 / h
  // the number of half-lives gone by t is the integral of 1 / (H (1 + a e^(-ku))) = log((e^(kt) + a) / (1 +
  // a)) / (k H).
  const double since = clock - therapy.ramp;
  const double a = therapy.practice_lengthening * practice;
  const double k = std::log(2.0) / therapy.practice_half_life;
  const double gone = a > 0.0 ? std::log((std::exp(k * since) + a) / (1.0 + a)) / (k * therapy.half_life)
                              : since / therapy.half_life;
  return therapy.long_run + (1.0 - therapy.long_run) * std::exp2(-gone);
}

}  // namespace

void TrajectoryModel::draw_doses(const Streams& streams, const People& people, const Influences& influences,
                                 Workspace& work) const {
  const std::size_t count = people.count();
  const std::size_t visits = parameters_.visits.size();
  work.dose.resize(visits * count);
  for (std::size_t v = 0; v < visits; ++v) {
    double* const dose = work.dose.data() + v * count;
    for (std::size_t i = 0; i < count; ++i) {
      const TherapyCourse& therapy = parameters_.arms[people.arm[i]];
      const double clock = parameters_.visits[v] - people.wait[i];
      dose[i] = influences.therapy * people.response[i] * shape(therapy, clock, people.practice[i]);
    }
  }
  work.response.resize(count);
  if (heterogeneous_) {
    fill_normal(streams, Purpose::response, 0, count, 1, 0, work.response.data(), count);
    for (std::size_t i = 0; i < count; ++i) {
      work.response[i] = 1.0 + parameters_.arms[people.arm[i]].heterogeneity * work.response[i];
    }
  } else {
    std::fill(work.response.begin(), work.response.end(), 1.0);
  }
}

void TrajectoryModel::mix_endpoints(const Prepared& prepared, std::size_t people, Workspace& work) const {
  const std::size_t times = visit_count();
  work.mixed.assign(times * people, 0.0);
  for (std::size_t k = 0; k <= prepared.source; ++k) {
    const double weight =
        endpoint_factor_(static_cast<Eigen::Index>(prepared.source), static_cast<Eigen::Index>(k));
    if (weight == 0.0) continue;
    const double* const at_baseline = work.baseline.data() + k * people;
    for (std::size_t i = 0; i < people; ++i) work.mixed[i] += weight * at_baseline[i];
    const double* const later = work.course.data() + k * (times - 1) * people;
    double* const mixed = work.mixed.data() + people;
    for (std::size_t i = 0; i < (times - 1) * people; ++i) mixed[i] += weight * later[i];
  }
}

void TrajectoryModel::add_treatment(const Prepared& prepared, std::size_t visit, const People& people,
                                    const Workspace& work, std::span<double> latent) const {
  const EndpointCourse& course = parameters_.endpoints[prepared.source];
  const double towards_better = sign_of(course.endpoint.better);
  const double* const dose = work.dose.data() + (visit - 1) * people.count();
  for (std::size_t i = 0; i < people.count(); ++i) {
    const TherapyCourse& therapy = parameters_.arms[people.arm[i]];
    const double worse_at_baseline = -towards_better * work.mixed[i];
    const double response = work.response[i] + therapy.moderation * worse_at_baseline;
    latent[i] += towards_better * therapy.effects[prepared.source] * course.sd * dose[i] * response;
  }
  const std::size_t groups = people.groups.size();
  if (work.group.empty() && work.therapist.empty()) return;
  for (std::size_t i = 0; i < people.count(); ++i) {
    const bool met =
        people.group[i] >= 0 && people.sessions[i] > 0.0 && parameters_.visits[visit - 1] >= people.wait[i];
    if (!met) continue;
    const std::size_t at = prepared.source * groups + static_cast<std::size_t>(people.group[i]);
    if (!work.group.empty()) latent[i] += prepared.group_sd[visit] * work.group[at];
    if (!work.therapist.empty()) latent[i] += prepared.therapist_sd[visit] * work.therapist[at];
  }
}

void TrajectoryModel::fill_endpoint(std::size_t measured, const People& people, Workspace& work,
                                    Columns& truth) const {
  const Prepared& prepared = prepared_[measured];
  const std::size_t count = people.count();
  mix_endpoints(prepared, count, work);
  const std::size_t sites = work.site.size() / baselines_;
  for (std::size_t v = 0; v < visit_count(); ++v) {
    const auto latent = truth.at(id_at<EndpointId>(measured), id_at<VisitId>(v));
    std::fill(latent.begin(), latent.end(), prepared.mean[v]);
    for (std::size_t s = 0; s <= v; ++s) {
      const double weight = prepared.factor(static_cast<Eigen::Index>(v), static_cast<Eigen::Index>(s));
      const double* const mixed = work.mixed.data() + s * count;
      for (std::size_t i = 0; i < count; ++i) latent[i] += weight * mixed[i];
    }
    if (sites > 0) {
      const double* const effects = work.site.data() + prepared.source * sites;
      for (std::size_t i = 0; i < count; ++i) latent[i] += prepared.site_sd * effects[people.site[i]];
    }
    if (v > 0) add_treatment(prepared, v, people, work, latent);
    read_instrument(parameters_.endpoints[prepared.source], latent);
  }
}

double TrajectoryModel::entry_rate(const Streams& streams, std::size_t people) const {
  if (parameters_.entry.empty()) return 1.0;
  const Normal normal;
  std::vector<double> normals(baselines_);
  std::vector<double> site_effects(baselines_);
  std::size_t met = 0;
  for (std::size_t i = 0; i < people; ++i) {
    Stream stream = streams.at(Purpose::baseline, i);
    for (double& z : normals) z = normal(stream);
    // A site of one's own: correlated over endpoints like everything else, and the same rate on average.
    Stream site = streams.at(Purpose::site_effect, i);
    for (double& z : site_effects) z = normal(site);
    met += eligible(normals, site_effects) ? 1U : 0U;
  }
  return static_cast<double>(met) / static_cast<double>(people);
}

OutcomeModel::Scale TrajectoryModel::baseline_scale(EndpointId endpoint) const {
  const EndpointCourse& course = parameters_.endpoints[prepared_[endpoint.index()].source];
  switch (course.endpoint.kind) {
    case EndpointKind::amount: {
      // Mean and SD of a log-normal amount.
      const double variance = course.sd * course.sd;
      const double mean = std::exp(course.mean + 0.5 * variance);
      return {mean, mean * std::sqrt(std::expm1(variance))};
    }
    case EndpointKind::state: {
      const double share = normal_cdf(course.mean / course.sd);
      return {share, std::sqrt(share * (1.0 - share))};
    }
    case EndpointKind::score:
    case EndpointKind::continuous:
      break;
  }
  return {course.mean, course.sd};
}

}  // namespace equipoise
