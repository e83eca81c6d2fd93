#include "engine/store/size_tables.hpp"

#include <array>

#include "engine/store/described.hpp"
#include "engine/store/simulated_table.hpp"

namespace equipoise {
namespace {

void write_number(Hdf5Writer& file, const std::string& name, const std::string& units, double number,
                  const std::string& meaning) {
  make_table(file, "size/" + name, {}, units.empty() ? nullptr : units.c_str(), meaning);
  file.write("size/" + name, std::array{number});
}

void make_dimension(Hdf5Writer& file, const std::string& name, std::size_t length, const std::string& units,
                    const std::string& meaning) {
  file.make_dimension(name, ElementType::float64, length);
  file.set_attribute(name, "long_name", meaning);
  if (!units.empty()) file.set_attribute(name, "units", units);
  file.link(name, "size/" + name);
}

template <class Number, class Rows, class Member>
std::vector<Number> column(const Rows& rows, Member member) {
  std::vector<Number> numbers;
  for (const auto& row : rows) numbers.push_back(row.*member);
  return numbers;
}

void write_batches(Hdf5Writer& file, const SizeTables& size) {
  using Tried = SizeTables::Tried;
  make_dimension(file, "tried", size.batches.size(), size.unit, "value tried, a batch of trials each");
  file.write("tried", column<double>(size.batches, &Tried::value));
  const auto counts = [&](const std::string& name, std::uint64_t Tried::*member, const std::string& meaning) {
    make_described(file, "size/" + name, ElementType::uint64, {"tried"}, meaning);
    file.write("size/" + name, column<std::uint64_t>(size.batches, member));
  };
  counts("first_replicate", &Tried::first_replicate, "number of the batch's first simulated trial");
  counts("trials", &Tried::trials, "simulated trials of the batch");
  counts("count", &Tried::count, "those of them that have a response");
  make_table(file, "size/sum", {"tried"}, nullptr, "sum of the responses: rejections, or half-widths");
  file.write("size/sum", column<double>(size.batches, &Tried::sum));
}

void write_curve(Hdf5Writer& file, const SizeTables& size) {
  using Fitted = SizeTables::Fitted;
  if (size.curve.empty()) return;
  make_dimension(file, "curve_at", size.curve.size(), size.unit, "value at which the curve is told");
  file.write("curve_at", column<double>(size.curve, &Fitted::value));
  const auto numbers = [&](const std::string& name, double Fitted::*member, const std::string& meaning) {
    make_table(file, "size/" + name, {"curve_at"}, nullptr, meaning);
    file.write("size/" + name, column<double>(size.curve, member));
  };
  numbers("fitted", &Fitted::response, "mean response by the fitted curve");
  numbers("fitted_lower", &Fitted::lower, "lower limit of its 95 % confidence interval");
  numbers("fitted_upper", &Fitted::upper, "upper limit of its 95 % confidence interval");
}

void write_draws(Hdf5Writer& file, const SizeTables& size) {
  if (!size.draws) return;
  const SizeTables::Draws& draws = *size.draws;
  write_number(file, "assurance", "", draws.assurance.value,
               "share of the verification's trials that show what is to be shown, over all draws");
  write_number(file, "assurance_mcse", "", draws.assurance.mcse,
               "Monte Carlo standard error of it, for draws and trials");
  write_number(file, "sd_of_power", "", draws.sd, "standard deviation of the power over the draws");
  write_number(file, "effective_draws", "", draws.effective, "independent draws that they are worth");
  write_number(file, "trials_lower", size.unit, draws.trials_lower,
               "lower limit of the answer's interval as far as the trials leave it open");
  write_number(file, "trials_upper", size.unit, draws.trials_upper,
               "upper limit of the answer's interval as far as the trials leave it open");
}

}  // namespace

void write_size(Hdf5Writer& file, const SizeTables& size) {
  file.make_group("size");
  file.set_attribute("size", "vary", size.vary);
  file.set_attribute("size", "goal", size.goal);
  file.set_attribute("size", "for", size.shown);
  file.set_attribute("size", "outcome", size.outcome);
  write_number(file, "target", "", size.target, "mean response to reach");
  write_number(file, "answer", size.unit, size.answer, "value that reaches it");
  write_number(file, "exact", size.unit, size.exact, "where the fitted curve crosses it");
  write_number(file, "lower", size.unit, size.lower, "lower limit of the answer's 95 % confidence interval");
  write_number(file, "upper", size.unit, size.upper, "upper limit of the answer's 95 % confidence interval");
  write_number(file, "recommended", size.unit, size.recommended,
               "the answer rounded, which the rest of the file verifies");
  write_batches(file, size);
  write_curve(file, size);
  write_draws(file, size);
}

}  // namespace equipoise
