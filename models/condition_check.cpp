#include "models/condition_check.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Cholesky>
#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/scenario/schema/path.hpp"
#include "models/file_condition.hpp"
#include "models/trajectory_model.hpp"

namespace equipoise {
namespace {

// Below this a correlation matrix has lost half of the digits of its Cholesky factor.
constexpr double smallest_eigenvalue = 1e-8;

/// Says what is wrong at a dotted path of the file.
class Reporter {
 public:
  Reporter(const Value& root, Problems& problems) : root_(root), problems_(problems) {}

  void operator()(const std::string& path, const std::string& what, const std::string& why,
                  const std::string& suggestion) const {
    problems_.add(place_of(root_, path), what, why, suggestion);
  }

 private:
  const Value& root_;
  Problems& problems_;
};

void check_endpoint_name(const ConditionFile& file, const std::string& name, const std::string& path,
                         const Reporter& report) {
  if (file.endpoint.find(name) != nullptr) return;
  const std::vector<std::string> names = file.endpoint.names();
  report(path, fmt::format("'{}' is no endpoint of this condition", name),
         "there is no [endpoint." + name + "]", suggest(name, names));
}

void check_endpoints(const ConditionFile& file, const Reporter& report) {
  // A grid finer and longer than trials have: a structure that holds on it holds on a schedule.
  std::vector<double> grid;
  for (int month = 1; month <= 36; ++month) grid.push_back(month);
  for (const auto& [name, place, part] : file.endpoint.items) {
    const std::string path = join_path("endpoint", name);
    if (part.kind == EndpointKind::score && !(part.minimum < part.maximum)) {
      report(path, fmt::format("score '{}' has no range", name),
             "its values are kept between minimum and maximum", "give a minimum below the maximum");
    }
    if (part.level.value + part.serial.value > 1.0 + 1e-12) {
      report(join_path(path, "level"),
             fmt::format("level and serial of '{}' are {:g} together", name,
                         part.level.value + part.serial.value),
             "they are shares of one variance", "keep their sum at or below 1");
    } else if (TrajectoryModel::time_factor(time_structure(part), grid).size() == 0) {
      report(path, fmt::format("the values of '{}' over time have no possible covariance", name),
             "its matrix over 36 months is not positive definite",
             "leave some variance for measurement error: level + serial below 1, or serial above 0");
    }
  }
}

void check_correlation(const ConditionFile& file, const Reporter& report) {
  const std::vector<std::string> names = file.endpoint.names();
  for (const auto& row : file.correlation.items) {
    check_endpoint_name(file, row.name, join_path("correlation", row.name), report);
    for (const auto& pair : row.value.items) {
      const std::string path = join_path(join_path("correlation", row.name), pair.name);
      check_endpoint_name(file, pair.name, path, report);
      if (std::ranges::find(names, pair.name) <= std::ranges::find(names, row.name)) {
        report(
            path,
            fmt::format("the correlation of '{}' with '{}' stands the wrong way round", row.name, pair.name),
            "each pair is written once, under the endpoint that comes first in the file",
            fmt::format("write it as correlation.{}.{}", pair.name, row.name));
      }
    }
  }
  // A little is taken off the diagonal: a matrix that is only just positive definite cannot be relied on
  // either.
  Eigen::MatrixXd matrix = correlation_matrix(file);
  matrix.diagonal().array() -= smallest_eigenvalue;
  if (Eigen::LLT<Eigen::MatrixXd>(matrix).info() != Eigen::Success) {
    report("correlation", "these correlations cannot hold together", "their matrix is not positive definite",
           "bring the largest ones nearer to 0");
  }
}

void check_dropout(const ConditionFile& file, const LossPart& dropout, const std::string& path,
                   const Reporter& report) {
  check_endpoint_name(file, dropout.endpoint, join_path(path, "endpoint"), report);
  const std::vector<double>& months = dropout.shape_months.value;
  const std::vector<double>& shape = dropout.shape.value;
  if (months.empty() || months.size() != shape.size()) {
    report(join_path(path, "shape"),
           fmt::format("{} months but {} shares of the loss", months.size(), shape.size()),
           "each month has its share",
           "give shape_months and shape the same number of entries, at least one");
    return;
  }
  if (std::ranges::adjacent_find(months, std::ranges::greater_equal{}) != months.end()) {
    report(join_path(path, "shape_months"), "the months do not increase", "the loss goes forward in time",
           "sort them");
  }
  if (std::ranges::adjacent_find(shape, std::ranges::greater{}) != shape.end() || shape.back() != 1.0) {
    report(join_path(path, "shape"), "the shares of the loss do not rise to 1",
           "all of the loss has happened in the end", "let them increase and end with 1");
  }
}

void check_profiles(const ConditionFile& file, const Reporter& report) {
  for (const auto& [name, place, part] : file.profile.items) {
    const std::string path = join_path("profile", name);
    for (const std::string& endpoint : file.endpoint.names()) {
      if (part.baseline.find(endpoint) != nullptr) continue;
      report(join_path(path, "baseline"),
             fmt::format("profile '{}' has no baseline for '{}'", name, endpoint), "every endpoint is drawn",
             fmt::format("add [profile.{}.baseline.{}]", name, endpoint));
    }
    for (const auto& item : part.baseline.items) {
      check_endpoint_name(file, item.name, join_path(join_path(path, "baseline"), item.name), report);
    }
    for (const auto& item : part.course.items) {
      check_endpoint_name(file, item.name, join_path(join_path(path, "course"), item.name), report);
    }
    for (std::size_t e = 0; e < part.entry.size(); ++e) {
      const std::string entry = fmt::format("{}.entry.{}", path, e + 1);
      check_endpoint_name(file, part.entry[e].endpoint, join_path(entry, "endpoint"), report);
      if (!part.entry[e].at_least && !part.entry[e].at_most) {
        report(entry, "an entry criterion without a threshold", "it keeps nobody out",
               "give at_least or at_most");
      }
    }
    check_dropout(file, part.dropout, join_path(path, "dropout"), report);
  }
}

}  // namespace

void check_condition(const ConditionFile& file, const Value& root, Problems& problems) {
  const Reporter report(root, problems);
  check_endpoints(file, report);
  check_correlation(file, report);
  check_profiles(file, report);
  for (const auto& [name, place, part] : file.therapy.items) {
    for (const auto& item : part.effect.items) {
      check_endpoint_name(file, item.name,
                          join_path(join_path(join_path("therapy", name), "effect"), item.name), report);
    }
  }
  const double nested = file.clusters.group.value + file.clusters.therapist.value;
  if (nested >= 1.0) {
    report("clusters", fmt::format("group and therapist take {:g} of the variance", nested),
           "nothing is left between participants", "keep their sum below 1");
  }
}

}  // namespace equipoise
