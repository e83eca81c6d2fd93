#include "engine/store/calibration_file.hpp"

#include <array>
#include <numeric>

#include <fmt/format.h>

#include "engine/random/purpose.hpp"
#include "engine/store/described.hpp"
#include "engine/store/file_format.hpp"
#include "engine/store/hdf5_writer.hpp"
#include "engine/store/new_file.hpp"
#include "engine/store/simulated_table.hpp"
#include "engine/store/software_version.hpp"

namespace equipoise {
namespace {

using Target = CalibrationTables::TargetRow;
using Parameter = CalibrationTables::ParameterRow;

/// Raised by every change of engine/store/README.md that a reader could stumble over.
constexpr std::uint64_t format_version = 1;

template <class Element, class Rows, class Member>
std::vector<Element> column(const Rows& rows, Member member) {
  std::vector<Element> elements;
  for (const auto& row : rows) elements.push_back(static_cast<Element>(row.*member));
  return elements;
}

template <class Rows, class Member>
void write_texts(Hdf5Writer& file, const std::string& path, const std::string& dimension, const Rows& rows,
                 Member member, const std::string& meaning) {
  make_described(file, path, ElementType::text, {dimension}, meaning);
  file.write(path, column<std::string>(rows, member));
}

template <class Rows, class Member>
void write_numbers(Hdf5Writer& file, const std::string& path, const std::string& dimension, const Rows& rows,
                   Member member, const std::string& meaning) {
  make_table(file, path, {dimension}, nullptr, meaning);
  file.write(path, column<double>(rows, member));
}

template <class Rows, class Member>
void write_counts(Hdf5Writer& file, const std::string& path, const std::string& dimension, const Rows& rows,
                  Member member, const std::string& meaning) {
  make_described(file, path, ElementType::uint64, {dimension}, meaning);
  file.write(path, column<std::uint64_t>(rows, member));
}

/// A list of numbers a row.
template <class Rows, class Member>
void write_lists(Hdf5Writer& file, const std::string& path, const std::vector<std::string>& dimensions,
                 const Rows& rows, Member member, const std::string& meaning) {
  make_table(file, path, dimensions, nullptr, meaning);
  for (std::size_t row = 0; row < rows.size(); ++row) file.write_entry(path, row, rows[row].*member);
}

void write_number(Hdf5Writer& file, const std::string& path, double number, const std::string& meaning) {
  make_table(file, path, {}, nullptr, meaning);
  file.write(path, std::array{number});
}

void make_numbered(Hdf5Writer& file, const std::string& name, std::size_t length,
                   const std::string& meaning) {
  std::vector<std::uint64_t> numbers(length);
  std::iota(numbers.begin(), numbers.end(), std::uint64_t{0});
  file.make_dimension(name, ElementType::uint64, length);
  file.set_attribute(name, "long_name", meaning);
  file.write(name, numbers);
}

void write_root(Hdf5Writer& file, const CalibrationTables& calibration) {
  const auto text = [&](const char* name, std::string_view value) {
    file.set_attribute("/", name, std::string(value));
  };
  const auto number = [&](const char* name, std::uint64_t value) { file.set_attribute("/", name, value); };
  text("format", calibration_format);
  number("format_version", format_version);
  text("software_version", software_version());
  text("git_hash", software_git_hash());
  number("stream_version", stream_version);
  number("seed", calibration.seed);
  text("condition", calibration.condition);
  number("participants", calibration.participants);
  number("coarse_participants", calibration.coarse_participants);
  number("reported_only", calibration.reported_only ? 1 : 0);
  text("left_out", calibration.left_out);
  number("converged", calibration.searches.back().converged ? 1 : 0);
}

void make_dimensions(Hdf5Writer& file, const CalibrationTables& calibration) {
  make_text_dimension(file, "target", column<std::string>(calibration.targets, &Target::id),
                      "reported number");
  const auto keys = column<std::string>(calibration.parameters, &Parameter::key);
  make_text_dimension(file, "parameter", keys, "dotted key of the parameter");
  make_text_dimension(file, "other_parameter", keys, "dotted key of the parameter correlated with");
  make_numbered(file, "draw", calibration.parameters.front().draws.size(), "draw from the posterior");
  make_numbered(file, "search", calibration.searches.size(),
                "search: one a start with few people, and last the one that ended at the mode");
  std::size_t steps = 0;
  for (const auto& search : calibration.searches) steps += search.misfits.size();
  make_numbered(file, "step", steps, "point that a search looked at");
}

void write_targets(Hdf5Writer& file, const std::vector<Target>& targets) {
  file.make_group("targets");
  for (const char* const shown : {"target", "draw"}) file.link(shown, fmt::format("targets/{}", shown));
  const auto texts = [&](const char* name, std::string Target::*member, const char* meaning) {
    write_texts(file, fmt::format("targets/{}", name), "target", targets, member, meaning);
  };
  const auto numbers = [&](const char* name, double Target::*member, const char* meaning) {
    write_numbers(file, fmt::format("targets/{}", name), "target", targets, member, meaning);
  };
  texts("trial", &Target::trial, "trial that reported it");
  texts("endpoint", &Target::endpoint, "endpoint");
  texts("statistic", &Target::statistic, "statistic");
  texts("role", &Target::role, "fit: it was aimed at; check: it was compared with");
  texts("status", &Target::status, "whether the value was reported, derived or assumed");
  texts("se_status", &Target::se_status, "likewise of the standard error; empty where there is none");
  texts("citation", &Target::citation, "where the value stands");
  numbers("reported", &Target::reported, "reported value");
  numbers("error", &Target::error, "standard error and discrepancy together; of a ratio's logarithm");
  numbers("simulated", &Target::simulated, "what the fitted model shows");
  numbers("simulated_sd", &Target::simulated_sd,
          "standard deviation of it over the posterior; of a ratio's logarithm");
  numbers("z", &Target::z, "simulated minus reported, in errors");
  numbers("z_left_out", &Target::z_left_out, "the same were it left out of the fit, to first order");
  write_lists(file, "targets/draws", {"target", "draw"}, targets, &Target::draws,
              "what each draw from the posterior shows; of a ratio the logarithm");
}

void write_parameters(Hdf5Writer& file, const std::vector<Parameter>& parameters) {
  file.make_group("parameters");
  for (const char* const shown : {"parameter", "other_parameter", "draw"}) {
    file.link(shown, fmt::format("parameters/{}", shown));
  }
  const auto texts = [&](const char* name, std::string Parameter::*member, const char* meaning) {
    write_texts(file, fmt::format("parameters/{}", name), "parameter", parameters, member, meaning);
  };
  const auto numbers = [&](const char* name, double Parameter::*member, const char* meaning) {
    write_numbers(file, fmt::format("parameters/{}", name), "parameter", parameters, member, meaning);
  };
  texts("unit", &Parameter::unit, "unit");
  texts("prior", &Parameter::prior, "what was believed of it before");
  numbers("value", &Parameter::value, "value at the posterior's mode");
  numbers("posterior_mean", &Parameter::mean, "mean of the posterior");
  numbers("posterior_sd", &Parameter::sd, "standard deviation of the posterior");
  numbers("posterior_5", &Parameter::low, "5 % quantile of the posterior");
  numbers("posterior_95", &Parameter::high, "95 % quantile of the posterior");
  numbers("learned", &Parameter::learned, "share of the prior's variance that the evidence took away");
  write_lists(file, "parameters/draws", {"parameter", "draw"}, parameters, &Parameter::draws,
              "draws from the posterior, all parameters of a draw together");
  write_lists(file, "parameters/correlation", {"parameter", "other_parameter"}, parameters,
              &Parameter::correlations, "correlation over the draws");
}

void write_conflicts(Hdf5Writer& file, const std::vector<CalibrationTables::Conflict>& conflicts) {
  using Conflict = CalibrationTables::Conflict;
  if (conflicts.empty()) return;
  make_numbered(file, "conflict", conflicts.size(), "two targets that pull in opposite directions");
  file.make_group("conflicts");
  file.link("conflict", "conflicts/conflict");
  write_counts(file, "conflicts/first", "conflict", conflicts, &Conflict::first, "index into /target");
  write_counts(file, "conflicts/second", "conflict", conflicts, &Conflict::second, "index into /target");
  write_numbers(file, "conflicts/strength", "conflict", conflicts, &Conflict::strength,
                "product of their pulls, in posterior standard deviations");
}

void write_search(Hdf5Writer& file, const CalibrationTables& calibration) {
  using Search = CalibrationTables::Search;
  const std::vector<Search>& searches = calibration.searches;
  file.make_group("searches");
  for (const char* const shown : {"search", "step"}) file.link(shown, fmt::format("searches/{}", shown));
  write_numbers(file, "searches/misfit", "search", searches, &Search::misfit,
                "half the squared standardized residuals and scores where it came to");
  write_counts(file, "searches/converged", "search", searches, &Search::converged,
               "1 where it converged, 0 where it stopped early");
  write_numbers(file, "searches/step_left", "search", searches, &Search::step_left,
                "Gauss-Newton step that is left, in posterior standard deviations");
  std::vector<std::uint64_t> of_search;
  std::vector<double> misfits;
  for (std::size_t s = 0; s < searches.size(); ++s) {
    of_search.insert(of_search.end(), searches[s].misfits.size(), s);
    misfits.insert(misfits.end(), searches[s].misfits.begin(), searches[s].misfits.end());
  }
  make_described(file, "searches/step_search", ElementType::uint64, {"step"}, "index into /search");
  file.write("searches/step_search", of_search);
  make_table(file, "searches/step_misfit", {"step"}, nullptr, "misfit at the point");
  file.write("searches/step_misfit", misfits);
}

void write_chain(Hdf5Writer& file, const CalibrationTables& calibration) {
  file.make_group("chain");
  write_number(file, "chain/states_per_draw", static_cast<double>(calibration.states_per_draw),
               "states of the chain to a draw");
  write_number(file, "chain/acceptance", calibration.acceptance, "share of the proposals that were taken");
  write_number(file, "chain/effective_draws", calibration.effective_draws,
               "independent draws that the draws tell as much as");
}

void write_all(const std::filesystem::path& path, const CalibrationTables& calibration) {
  Hdf5Writer file(path);
  try {
    write_root(file, calibration);
    make_dimensions(file, calibration);
    write_targets(file, calibration.targets);
    write_parameters(file, calibration.parameters);
    write_conflicts(file, calibration.conflicts);
    write_search(file, calibration);
    write_chain(file, calibration);
    file.flush();
    file.close();
  } catch (...) {
    file.abandon();
    throw;
  }
}

}  // namespace

void write_calibration(const std::filesystem::path& file, const CalibrationTables& calibration) {
  NewFile made(folder_of(file));
  write_all(made.own_path(), calibration);
  made.sync();
  made.take_name(file);
  sync_folder(folder_of(file));
}

}  // namespace equipoise
