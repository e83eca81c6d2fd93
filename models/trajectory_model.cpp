#include "models/trajectory_model.hpp"

#include <algorithm>
#include <cmath>

#include "engine/base/expects.hpp"
#include "engine/numeric/distributions.hpp"
#include "engine/random/laws.hpp"
#include "models/linear_combination.hpp"
#include "models/therapy_shape.hpp"

namespace equipoise {
namespace {

// A profile that meets its entry criteria less often than one in a thousand is refused before a run; so many
// attempts then fail together with a probability below exp(-20).
constexpr std::uint32_t most_attempts = 20'000;

/// The share of a change that has happened by month t.
double happened(double t, double half_life) {
  return 1.0 - std::exp2(-t / half_life);
}

/// L of A = L L', empty where A is not positive definite. Plain loops: Eigen adds in an order that depends on
/// the instruction set, and what is drawn here must not.
Eigen::MatrixXd cholesky(const Eigen::MatrixXd& matrix) {
  const Eigen::Index order = matrix.rows();
  Eigen::MatrixXd factor = Eigen::MatrixXd::Zero(order, order);
  for (Eigen::Index i = 0; i < order; ++i) {
    for (Eigen::Index j = 0; j <= i; ++j) {
      double rest = matrix(i, j);
      for (Eigen::Index k = 0; k < j; ++k) rest -= factor(i, k) * factor(j, k);
      if (i == j && !(rest > 0.0)) return {};
      factor(i, j) = i == j ? std::sqrt(rest) : rest / factor(j, j);
    }
  }
  return factor;
}

double spread(const EndpointCourse& course, double month) {
  return 1.0 + (course.time.followup_sd - 1.0) * happened(month, course.change_half_life);
}

}  // namespace

/// Scratch of one thread. Columns of participants, one after the other.
struct TrajectoryModel::Workspace : OutcomeModel::Scratch {
  std::vector<double> z;            // endpoint x time x participant
  std::vector<double> mixed;        // time x participant: sum_k C[e, k] z_k of one endpoint
  std::vector<double> dose;         // visit x participant: share of the full effect at work
  std::vector<double> response;     // participant: how strongly this person responds, 1 on average
  std::vector<double> full_effect;  // participant: of the therapy on one endpoint
  std::vector<double> group;        // endpoint x group: effect in SDs of the group effect
  std::vector<double> therapist;    // likewise
  std::vector<double> site;         // endpoint x site
  std::vector<double> of_site;      // participant: site effect on one endpoint
  std::vector<double> of_cluster;   // group: effect of it and its therapist on one endpoint at one visit
  std::vector<std::uint32_t> met;   // visit x participant: the group met by then, else the number of groups
  std::vector<WeightedColumn> terms;
  std::vector<double> normals;  // of one person's further attempt at entering, or of one cluster
  std::vector<double> at_site;  // site effects of one person, one an endpoint
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
  for (const TherapyCourse& arm : parameters_.arms) {
    heterogeneous_ = heterogeneous_ || arm.heterogeneity > 0.0;
    moderated_ = moderated_ || arm.moderation != 0.0;
  }
  for (const double visit : parameters_.visits) {
    std::vector<double>& shares = share_at_once_.emplace_back();
    for (const TherapyCourse& arm : parameters_.arms) shares.push_back(therapy_shape(arm, visit, 0.0));
  }
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
    // The variance at this visit of somebody who meets no group: person and site.
    const double alone =
        prepared.factor.row(static_cast<Eigen::Index>(v)).squaredNorm() + prepared.site_sd * prepared.site_sd;
    prepared.group_sd.push_back(std::sqrt(alone * clusters.group / nested));
    prepared.therapist_sd.push_back(std::sqrt(alone * clusters.therapist / nested));
  }
  for (const TherapyCourse& arm : parameters_.arms) {
    prepared.effect.push_back(sign_of(course.endpoint.better) * arm.effects[source] * course.sd);
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
  find_clusters_met(people, work);
  draw_normals(streams, people.count(), work);
  if (!parameters_.entry.empty()) redraw_ineligible(streams, people, work);
  draw_responses(streams, people, work);
  find_doses(people, influences, work);
  for (std::size_t e = 0; e < prepared_.size(); ++e) fill_endpoint(e, people, influences, work, truth);
}

void TrajectoryModel::draw_normals(const Streams& streams, std::size_t people, Workspace& work) const {
  const std::size_t times = visit_count();
  work.z.resize(baselines_ * times * people);
  for (std::size_t k = 0; k < baselines_; ++k) {
    for (std::size_t v = 0; v < (k < courses_ ? times : 1); ++v) {
      const double month = v == 0 ? 0.0 : parameters_.visits[v - 1];
      fill_normal(streams.at(Purpose::course, unit_of_month(month), static_cast<std::uint32_t>(k)),
                  {work.z.data() + (k * times + v) * people, people});
    }
  }
}

void TrajectoryModel::redraw_ineligible(const Streams& streams, const People& people, Workspace& work) const {
  const std::size_t stride = visit_count() * people.count();  // from one endpoint's baseline to the next's
  work.normals.resize(baselines_);
  work.at_site.assign(baselines_, 0.0);
  const std::size_t sites = work.site.size() / baselines_;
  for (std::size_t i = 0; i < people.count(); ++i) {
    for (std::size_t k = 0; k < baselines_; ++k) {
      work.normals[k] = work.z[k * stride + i];
      if (sites > 0) work.at_site[k] = work.site[k * sites + people.site[i]];
    }
    std::uint32_t attempt = 0;
    while (!eligible(work.normals, work.at_site) && attempt < most_attempts) {
      fill_normal(streams.at(Purpose::baseline, i, ++attempt), work.normals);
    }
    if (attempt == 0) continue;
    for (std::size_t k = 0; k < baselines_; ++k) work.z[k * stride + i] = work.normals[k];
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

void TrajectoryModel::draw_clusters(const Streams& streams, const People& people,
                                    const Influences& influences, Workspace& work) const {
  // Effects of one cluster on all endpoints, correlated as the endpoints are.
  const auto draw_one = [&](Purpose purpose, std::uint64_t address, double scale, std::size_t column,
                            std::size_t columns, std::vector<double>& effects) {
    work.normals.resize(baselines_);
    fill_normal(streams.at(purpose, address), work.normals);
    for (std::size_t e = 0; e < baselines_; ++e) {
      double mixed = 0.0;
      for (std::size_t k = 0; k <= e; ++k) {
        mixed +=
            endpoint_factor_(static_cast<Eigen::Index>(e), static_cast<Eigen::Index>(k)) * work.normals[k];
      }
      effects[e * columns + column] = scale * mixed;
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

void TrajectoryModel::find_clusters_met(const People& people, Workspace& work) const {
  if (work.group.empty() && work.therapist.empty()) return;
  const std::size_t count = people.count();
  const auto none = static_cast<std::uint32_t>(people.groups.size());
  work.met.resize(parameters_.visits.size() * count);
  for (std::size_t v = 0; v < parameters_.visits.size(); ++v) {
    std::uint32_t* const met = work.met.data() + v * count;
    for (std::size_t i = 0; i < count; ++i) {
      const bool there =
          people.group[i] >= 0 && people.sessions[i] > 0.0 && parameters_.visits[v] >= people.wait[i];
      met[i] = there ? static_cast<std::uint32_t>(people.group[i]) : none;
    }
  }
}

void TrajectoryModel::draw_responses(const Streams& streams, const People& people, Workspace& work) const {
  if (!heterogeneous_) {
    work.response.assign(people.count(), 1.0);
    return;
  }
  work.response.resize(people.count());
  fill_normal(streams.at(Purpose::response, 0), work.response);
  for (std::size_t i = 0; i < people.count(); ++i) {
    work.response[i] = 1.0 + parameters_.arms[people.arm[i]].heterogeneity * work.response[i];
  }
}

void TrajectoryModel::find_doses(const People& people, const Influences& influences, Workspace& work) const {
  const std::size_t count = people.count();
  const std::size_t visits = parameters_.visits.size();
  const auto some = [](double amount) { return amount != 0.0; };
  // Where nobody waits or practises, everybody has the share of the arm, which is known beforehand.
  const bool all_at_once = std::none_of(people.wait.begin(), people.wait.end(), some) &&
                           std::none_of(people.practice.begin(), people.practice.end(), some);
  work.dose.resize(visits * count);
  for (std::size_t v = 0; v < visits; ++v) {
    double* const dose = work.dose.data() + v * count;
    const double* const at_once = share_at_once_[v].data();
    for (std::size_t i = 0; all_at_once && i < count; ++i) dose[i] = at_once[people.arm[i]];
    for (std::size_t i = 0; !all_at_once && i < count; ++i) {
      dose[i] = therapy_shape(parameters_.arms[people.arm[i]], parameters_.visits[v] - people.wait[i],
                              people.practice[i]);
    }
    for (std::size_t i = 0; i < count; ++i) dose[i] *= influences.therapy * people.response[i];
  }
}

void TrajectoryModel::mix_endpoints(const Prepared& prepared, std::size_t people, Workspace& work) const {
  const std::size_t times = visit_count();
  work.mixed.resize(times * people);
  for (std::size_t v = 0; v < times; ++v) {
    work.terms.clear();
    for (std::size_t k = 0; k <= prepared.source; ++k) {
      const double weight =
          endpoint_factor_(static_cast<Eigen::Index>(prepared.source), static_cast<Eigen::Index>(k));
      if (weight != 0.0) work.terms.push_back({weight, work.z.data() + (k * times + v) * people});
    }
    add_columns(0.0, work.terms, {work.mixed.data() + v * people, people});
  }
}

void TrajectoryModel::find_full_effects(const Prepared& prepared, const People& people,
                                        Workspace& work) const {
  const std::size_t count = people.count();
  work.full_effect.resize(count);
  for (std::size_t i = 0; i < count; ++i) work.full_effect[i] = prepared.effect[people.arm[i]];
  if (!heterogeneous_ && !moderated_) return;
  const double worse = -sign_of(parameters_.endpoints[prepared.source].endpoint.better);
  for (std::size_t i = 0; i < count; ++i) {
    const double moderation = parameters_.arms[people.arm[i]].moderation;
    work.full_effect[i] *= work.response[i] + moderation * worse * work.mixed[i];
  }
}

void TrajectoryModel::add_clusters(const Prepared& prepared, std::size_t visit, const People& people,
                                   Workspace& work, std::span<double> latent) const {
  const std::size_t groups = people.groups.size();
  work.of_cluster.assign(groups + 1, 0.0);  // the last one for those who have met no group
  for (std::size_t g = 0; g < groups; ++g) {
    const std::size_t at = prepared.source * groups + g;
    if (!work.group.empty()) work.of_cluster[g] += prepared.group_sd[visit] * work.group[at];
    if (!work.therapist.empty()) work.of_cluster[g] += prepared.therapist_sd[visit] * work.therapist[at];
  }
  const std::uint32_t* const met = work.met.data() + (visit - 1) * people.count();
  for (std::size_t i = 0; i < people.count(); ++i) latent[i] += work.of_cluster[met[i]];
}

void TrajectoryModel::read_probability(const Prepared& prepared, std::size_t visit, const Workspace& work,
                                       std::span<double> latent) const {
  // P(rest + w z > 0) = Phi(rest / w), with w z what the endpoint's own number of this visit adds.
  const auto e = static_cast<Eigen::Index>(prepared.source);
  const auto v = static_cast<Eigen::Index>(visit);
  const double w = prepared.factor(v, v) * endpoint_factor_(e, e);
  const double* const z = work.z.data() + (prepared.source * visit_count() + visit) * latent.size();
  for (std::size_t i = 0; i < latent.size(); ++i) latent[i] = normal_cdf((latent[i] - w * z[i]) / w);
}

void TrajectoryModel::fill_endpoint(std::size_t measured, const People& people, const Influences& influences,
                                    Workspace& work, Columns& truth) const {
  const Prepared& prepared = prepared_[measured];
  const bool as_probability =
      influences.states_as_probabilities && measured_[measured].kind == EndpointKind::state;
  const std::size_t count = people.count();
  const std::size_t sites = work.site.size() / baselines_;
  mix_endpoints(prepared, count, work);
  find_full_effects(prepared, people, work);
  work.of_site.resize(count);
  for (std::size_t i = 0; sites > 0 && i < count; ++i) {
    work.of_site[i] = work.site[prepared.source * sites + people.site[i]];
  }
  for (std::size_t v = 0; v < visit_count(); ++v) {
    work.terms.clear();
    for (std::size_t s = 0; s <= v; ++s) {
      work.terms.push_back({prepared.factor(static_cast<Eigen::Index>(v), static_cast<Eigen::Index>(s)),
                            work.mixed.data() + s * count});
    }
    if (sites > 0) work.terms.push_back({prepared.site_sd, work.of_site.data()});
    const auto latent = truth.at(id_at<EndpointId>(measured), id_at<VisitId>(v));
    add_columns(prepared.mean[v], work.terms, latent);
    if (v > 0) {
      const double* const dose = work.dose.data() + (v - 1) * count;
      for (std::size_t i = 0; i < count; ++i) latent[i] += work.full_effect[i] * dose[i];
      if (!work.group.empty() || !work.therapist.empty()) add_clusters(prepared, v, people, work, latent);
    }
    if (as_probability && v > 0) {
      read_probability(prepared, v, work, latent);
    } else {
      read_instrument(parameters_.endpoints[prepared.source], latent);
    }
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
