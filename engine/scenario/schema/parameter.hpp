#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "engine/base/named.hpp"
#include "engine/numeric/distribution.hpp"
#include "engine/scenario/schema/codec.hpp"
#include "engine/scenario/schema/key_info.hpp"
#include "engine/scenario/schema/value.hpp"

namespace equipoise {

/// Where a condition's number comes from.
enum class ParameterStatus {
  reported,    // printed in the source
  derived,     // computed from reported numbers, as the source says
  calibrated,  // found by calibration against reported numbers
  assumed,     // reported by nobody
  scenario,    // set by a scenario or a command line
};

template <>
struct NamesOf<ParameterStatus> {
  static constexpr std::array<Named<ParameterStatus>, 5> all{{{"reported", ParameterStatus::reported},
                                                              {"derived", ParameterStatus::derived},
                                                              {"calibrated", ParameterStatus::calibrated},
                                                              {"assumed", ParameterStatus::assumed},
                                                              {"scenario", ParameterStatus::scenario}}};
};

/// A number (or text, or list) of a condition as its file writes it:
///   mean = { value = 6.1, unit = "points", status = "reported", source = "…" }
/// Status is required, the source too where the status claims one, and the unit where the declaration has
/// one: it must then be the same. A number with a `prior` (a distribution, schema/distribution_codec.hpp) is
/// one that calibration may change.
template <class T>
struct Parameter {
  T value{};
  ParameterStatus status = ParameterStatus::assumed;
  std::string unit;
  std::string source;
  std::optional<Distribution> prior;
};

/// The members of a parameter beside its value, checked.
struct ParameterLabels {
  ParameterStatus status = ParameterStatus::assumed;
  std::string unit;
  std::string source;
  std::optional<Distribution> prior;
};
[[nodiscard]] std::optional<ParameterLabels> read_labels(const Value& value, const std::string& path,
                                                         const KeyInfo& info, Problems& problems);

/// Whether a parameter that is no real number has no prior; one that has is a problem.
[[nodiscard]] bool has_no_prior(const Value& parameter, const std::string& path, Problems& problems);

template <class T>
struct Codec<Parameter<T>> {
  static std::string type() { return Codec<T>::type(); }
  static std::string text(const Parameter<T>& parameter) { return Codec<T>::text(parameter.value); }
  static std::optional<Parameter<T>> read(const Value& value, const std::string& path, const KeyInfo& info,
                                          Problems& problems) {
    const std::optional<ParameterLabels> labels = read_labels(value, path, info, problems);
    const Value* inner = value.find("value");
    if (inner == nullptr) return std::nullopt;
    std::optional<T> read = Codec<T>::read(*inner, path, info, problems);
    if (!labels || !read) return std::nullopt;
    if (!std::is_same_v<T, double> && !has_no_prior(value, path, problems)) return std::nullopt;
    return Parameter<T>{std::move(*read), labels->status, labels->unit, labels->source, labels->prior};
  }
};

/// A parameter that calibration may change.
struct FreeParameter {
  std::string path;  // dotted
  double value = 0.0;
  std::string unit;
  Distribution prior;
};

/// All parameters below `root` with a prior, in the order of the file. Expects a tree without problems.
[[nodiscard]] std::vector<FreeParameter> free_parameters(const Value& root);

/// Dotted paths of all parameters below `root` that have the status.
[[nodiscard]] std::vector<std::string> parameters_with(ParameterStatus status, const Value& root);

}  // namespace equipoise
