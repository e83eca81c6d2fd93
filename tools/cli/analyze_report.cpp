#include "tools/cli/analyze_report.hpp"

#include <cmath>

#include <fmt/format.h>

#include "tools/cli/csv.hpp"
#include "tools/cli/json.hpp"

namespace equipoise {
namespace {

/// The term in the words of the file: "arm=treated:visit=4".
std::string term_name(const Term& term, const AnalysisData& data) {
  std::string name;
  switch (term.kind) {
    case Term::Kind::intercept:
      name = "(Intercept)";
      break;
    case Term::Kind::arm:
      name = "arm=" + data.arms[term.index];
      break;
    case Term::Kind::covariate:
      name = data.covariate_names[term.index];
      break;
    case Term::Kind::site:
      name = data.site_name + "=" + data.site_levels[term.index];
      break;
    case Term::Kind::time:
      name = "visit";
      break;
    case Term::Kind::arm_time:
      name = "arm=" + data.arms[term.index] + ":visit";
      break;
  }
  if (term.visit) name += ":visit=" + data.visits[term.visit->index()];
  return name;
}

Json matrix_json(const EstimatedMatrix& matrix, const AnalysisData& data) {
  Json object;
  object["name"] = matrix.name;
  object["arm"] = matrix.arm ? Json(data.arms[matrix.arm->index()]) : Json(nullptr);
  object["visits"] = Json::array();
  for (const VisitId visit : matrix.visits) object["visits"].push_back(data.visits[visit.index()]);
  Json& rows = object["values"] = Json::array();
  for (std::size_t a = 0; a < matrix.order; ++a) {
    Json row = Json::array();
    for (std::size_t b = 0; b < matrix.order; ++b)
      row.push_back(json_number(matrix.values[a * matrix.order + b]));
    rows.push_back(std::move(row));
  }
  return object;
}

std::string shown(double value) {
  return std::isfinite(value) ? fmt::format("{:.6g}", value) : std::isnan(value) ? "-" : "infinite";
}

}  // namespace

std::string report_json(const AnalysisReport& report) {
  const Estimate& estimate = report.estimate;
  Json object;
  object["method"] = report.method;
  object["contrast"] = report.contrast;
  object["test"] = report.test;
  object["scale"] = report.scale;
  object["estimate"] = json_number(estimate.value);
  object["se"] = json_number(estimate.se);
  object["df"] = json_number(estimate.df);
  object["statistic"] = json_number(estimate.statistic);
  object["p_value"] = json_number(estimate.p);
  object["interval"] = {json_number(estimate.lower), json_number(estimate.upper)};
  object["confidence"] = report.confidence;
  object["status"] = name_of(estimate.status);
  object["participants"] = report.details.participants;
  object["participants_in_file"] = report.data.trial.participants();
  object["observations"] = report.details.observations;
  object["log_likelihood"] = json_number(report.details.log_likelihood);
  object["iterations"] = report.details.iterations;
  Json& covariance = object["covariance"] = Json::array();
  for (const EstimatedMatrix& matrix : report.details.covariance) {
    covariance.push_back(matrix_json(matrix, report.data));
  }
  Json& variances = object["variances"] = Json::array();
  for (const EstimatedVariance& variance : report.details.variances) {
    variances.push_back(
        {{"name", variance.name},
         {"arm", variance.arm ? Json(report.data.arms[variance.arm->index()]) : Json(nullptr)},
         {"value", json_number(variance.value)}});
  }
  Json& coefficients = object["coefficients"] = Json::array();
  for (const Coefficient& coefficient : report.details.coefficients) {
    coefficients.push_back({{"term", term_name(coefficient.term, report.data)},
                            {"estimate", json_number(coefficient.value)},
                            {"se", json_number(coefficient.se)},
                            {"df", json_number(coefficient.df)}});
  }
  return json_text(object);
}

std::string report_csv(const AnalysisReport& report) {
  const Estimate& e = report.estimate;
  const auto cell = [](double value) { return std::isfinite(value) ? fmt::format("{:.17g}", value) : "NA"; };
  return fmt::format(
      "method,estimate,se,df,statistic,p_value,lower,upper,confidence,status,scale\n{},{},{},{},{},{},{},{},{"
      ":g},{},{}"
      "\n",
      report.method, cell(e.value), cell(e.se), cell(e.df), cell(e.statistic), cell(e.p), cell(e.lower),
      cell(e.upper), report.confidence, name_of(e.status), csv_text(report.scale));
}

std::string report_table(const AnalysisReport& report) {
  const Estimate& e = report.estimate;
  const auto row = [](std::string_view name, const std::string& value) {
    return fmt::format("  {:<21} {}\n", name, value);
  };
  std::string text = fmt::format("{} ({})\n\n", report.contrast, report.method);
  text += row("test", report.test);
  text += row("estimate", fmt::format("{} ({})", shown(e.value), report.scale));
  text += row("standard error", shown(e.se));
  text += row("degrees of freedom", shown(e.df));
  text += row("statistic", shown(e.statistic));
  text += row("p value", shown(e.p));
  text += row(fmt::format("{:g} % interval", 100.0 * report.confidence),
              fmt::format("{} to {}", shown(e.lower), shown(e.upper)));
  text += row("status", std::string(name_of(e.status)));
  if (report.details.participants > 0) {
    text += row("participants",
                fmt::format("{} of {}", report.details.participants, report.data.trial.participants()));
    text += row("observations", std::to_string(report.details.observations));
  }
  if (std::isfinite(report.details.log_likelihood)) {
    text += row("log-likelihood", fmt::format("{:.4f}", report.details.log_likelihood));
  }
  for (const EstimatedVariance& variance : report.details.variances) {
    const std::string arm = variance.arm ? " (" + report.data.arms[variance.arm->index()] + ")" : "";
    const bool of_scores = variance.name == "correlation";
    text += row((of_scores ? "" : "variance: ") + variance.name + arm, shown(variance.value));
  }
  for (const EstimatedMatrix& matrix : report.details.covariance) {
    const bool correlation = matrix.name == "working_correlation";
    text += fmt::format("\n  {}{}\n", correlation ? "working correlation" : "covariance: " + matrix.name,
                        matrix.arm ? " (" + report.data.arms[matrix.arm->index()] + ")" : "");
    for (std::size_t a = 0; a < matrix.order; ++a) {
      text +=
          fmt::format("  {:>10}", matrix.visits.empty() ? "" : report.data.visits[matrix.visits[a].index()]);
      for (std::size_t b = 0; b < matrix.order; ++b) {
        text += fmt::format("{:>13.6g}", matrix.values[a * matrix.order + b]);
      }
      text += "\n";
    }
  }
  if (!report.details.coefficients.empty())
    text += fmt::format("\n  {:<32}{:>14}{:>14}{:>12}\n", "coefficient", "estimate", "se", "df");
  for (const Coefficient& coefficient : report.details.coefficients) {
    text += fmt::format("  {:<32}{:>14.6g}{:>14}{:>12}\n", term_name(coefficient.term, report.data),
                        coefficient.value, shown(coefficient.se), shown(coefficient.df));
  }
  return text;
}

}  // namespace equipoise
