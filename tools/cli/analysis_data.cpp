#include "tools/cli/analysis_data.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/scenario/adjust_word.hpp"
#include "tools/cli/cell_value.hpp"
#include "tools/cli/covariate_columns.hpp"
#include "tools/cli/labels.hpp"
#include "tools/cli/table_people.hpp"

namespace equipoise {
namespace {

class Reader {
 public:
  Reader(const CsvTable& table, const ColumnRoles& roles, Problems& problems)
      : table_(table), roles_(roles), problems_(problems) {}

  [[nodiscard]] AnalysisData operator()() {
    find_columns();
    check_roles();
    // What the visits and arms are called is of use to whoever looks for more mistakes.
    if (visit_ || roles_.visit.empty()) find_visits();
    if (arm_ || roles_.arm.empty()) find_arms();
    if (!problems_.empty()) return std::move(out_);
    const TablePeople people(table_, participant_, problems_);
    if (!problems_.empty()) return std::move(out_);
    out_.trial.resize(people.count(), 1, out_.visits.size());
    reset();
    fill_values(people);
    fill_arms(people);
    fill_groups(people);
    store(people, read_covariates(table_, roles_, people, seen_later(people), out_, problems_));
    count_without_baseline(people);
    check_whole();
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::optional<std::size_t> column(const std::string& name, std::string_view option) {
    if (name.empty()) return std::nullopt;
    const auto found = table_.column(name);
    if (!found) {
      problems_.add(table_.header(), fmt::format("there is no column '{}' ({})", name, option), {},
                    suggest(name, table_.names()));
    }
    return found;
  }

  void find_columns() {
    value_ = column(roles_.value, "--value").value_or(0);
    participant_ = column(roles_.participant, "--participant").value_or(0);
    arm_ = column(roles_.arm, "--arm");
    visit_ = column(roles_.visit, "--visit");
    cluster_ = column(roles_.cluster, "--cluster");
    for (const std::string& written : roles_.adjust) {
      const AdjustWord word(written);
      if (word.name == "baseline" && !table_.column("baseline")) {
        if (!roles_.baseline) {
          problems_.add(table_.header(), "'baseline' is adjusted for and no visit is the baseline",
                        "there is no column of that name either", "name the visit with --baseline");
        }
        continue;
      }
      if (table_.column(word.name)) continue;
      std::vector<std::string> known = table_.names();
      if (roles_.baseline) known.emplace_back("baseline");
      problems_.add(table_.header(), fmt::format("there is no column '{}' (--adjust)", word.name), {},
                    suggest(word.name, known));
    }
    for (const std::string& name : roles_.factors) {
      const bool known = column(name, "--factor").has_value();
      const bool adjusted = std::ranges::any_of(
          roles_.adjust, [&](const std::string& written) { return AdjustWord(written).name == name; });
      if (known && !adjusted) {
        problems_.add(table_.header(), fmt::format("'{}' is a factor that nothing adjusts for", name), {},
                      fmt::format("add --adjust {}, or leave --factor out", name));
      }
    }
  }

  void look_alike(const Labels& labels, const std::string& column) {
    if (const auto both = labels.alike()) out_.alike.push_back({column, both->first, both->second});
  }

  /// A column is one thing: who names it twice has another in mind.
  void check_roles() {
    const std::vector<std::pair<std::string_view, const std::string*>> named = {
        {"--value", &roles_.value},
        {"--participant", &roles_.participant},
        {"--arm", &roles_.arm},
        {"--visit", &roles_.visit}};
    for (std::size_t k = 0; k < named.size(); ++k) {
      const auto& [option, name] = named[k];
      if (name->empty()) continue;
      for (std::size_t j = 0; j < k; ++j) {
        if (*named[j].second != *name) continue;
        problems_.add(table_.header(),
                      fmt::format("'{}' is named twice ({}, {})", *name, named[j].first, option));
      }
      for (const std::string& written : roles_.adjust) {
        if (AdjustWord(written).name != *name) continue;
        problems_.add(table_.header(), fmt::format("'{}' is named twice ({}, --adjust)", *name, option),
                      "it is no covariate");
      }
    }
  }

  void find_visits() {
    out_.visits.assign(1, roles_.baseline.value_or(""));
    if (!visit_) {
      out_.visits.emplace_back("");
      return;
    }
    visit_labels_.emplace(table_, *visit_, Labels::Words::as_they_come, roles_.baseline);
    out_.visits_are_numbers = visit_labels_->numbers();
    look_alike(*visit_labels_, roles_.visit);
    std::optional<std::size_t> baseline;
    for (std::size_t k = 0; k < visit_labels_->count(); ++k) {
      const std::string& label = visit_labels_->names()[k];
      if (roles_.baseline && same_label(label, *roles_.baseline)) {
        baseline = k;
      } else {
        out_.visits.push_back(label);
      }
    }
    visit_of_label_.clear();
    for (std::size_t k = 0; k < visit_labels_->count(); ++k) {
      visit_of_label_.push_back(k == baseline ? 0 : k + (baseline && k > *baseline ? 0 : 1));
    }
    if (roles_.baseline && !baseline) {
      problems_.add(table_.header(), fmt::format("no visit is labelled '{}' (--baseline)", *roles_.baseline),
                    {}, suggest(*roles_.baseline, std::span(out_.visits).subspan(1)));
    }
    if (out_.visits.size() > most_visits) {
      problems_.add(table_.header(), fmt::format("there are {} visits", out_.visits.size() - 1),
                    fmt::format("an analysis may have {}", most_visits - 1));
    }
    if (!out_.visits_are_numbers) return;
    for (const std::string& label : out_.visits) out_.months.push_back(cell_value(label).number);
  }

  void find_arms() {
    if (!arm_) {
      out_.arms.emplace_back("");
      return;
    }
    arm_labels_.emplace(table_, *arm_, Labels::Words::as_they_come);
    out_.arms = arm_labels_->names();
    look_alike(*arm_labels_, roles_.arm);
    if (out_.arms.size() <= 255) return;
    problems_.add(table_.header(), fmt::format("'{}' has {} arms", roles_.arm, out_.arms.size()),
                  "a trial may have 255");
  }

  void reset() {
    TrialData& trial = out_.trial;
    std::ranges::fill(trial.arm, std::uint8_t{0});
    std::ranges::fill(trial.site, 0U);
    std::ranges::fill(trial.group, -1);
    std::ranges::fill(trial.seen, 0U);
  }

  /// The visit of a row; none, and a problem, where it names none.
  [[nodiscard]] std::optional<std::size_t> visit_of(std::size_t row, FewProblems& few) const {
    if (!visit_) return 1;
    if (!table_.missing(row, *visit_)) {
      return visit_of_label_[visit_labels_->place_of(table_.cell(row, *visit_))];
    }
    few.add(table_.place(row, *visit_), "the row names no visit");
    return std::nullopt;
  }

  void fill_values(const TablePeople& people) {
    const std::size_t visits = out_.visits.size();
    values_.assign(people.count() * visits, unseen);
    std::vector<std::size_t> row_of(values_.size(), no_row);
    FewProblems few(problems_);
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      const std::optional<std::size_t> v = visit_of(row, few);
      if (!v) continue;
      const std::size_t at = people.of_row(row) * visits + *v;
      if (row_of[at] != no_row) {
        const std::string_view who = table_.cell(row, participant_);
        few.add(table_.place(row, participant_),
                visit_ ? fmt::format("participant {} has visit {} twice", who, out_.visits[*v])
                       : fmt::format("participant {} has two rows and no --visit tells them apart", who),
                fmt::format("the first is in line {}", table_.line(row_of[at])));
        continue;
      }
      row_of[at] = row;
      fill_value(row, at, *v, few);
    }
  }

  void fill_value(std::size_t row, std::size_t at, std::size_t visit, FewProblems& few) {
    const CellValue value = cell_value(table_.cell(row, value_));
    if (value.kind == CellValue::Kind::missing) return;
    if (!value.is_number()) {
      const bool infinite = value.kind == CellValue::Kind::not_finite;
      few.add(table_.place(row, value_),
              fmt::format("'{}' is no {}number ({})", table_.cell(row, value_), infinite ? "finite " : "",
                          roles_.value),
              {}, "write numbers as 1.5, yes as 1, no as 0 and what is missing as NA");
      return;
    }
    if (roles_.above && !(value.number > *roles_.above)) {
      few.add(table_.place(row, value_),
              fmt::format("'{}' has no such transform ({})", table_.cell(row, value_), roles_.value),
              fmt::format("log1p is of values above {:g}", *roles_.above), "take --transform none or change");
      return;
    }
    values_[at] = value.number;
    if (visit > 0 && value.number != 0.0 && value.number != 1.0) out_.binary = false;
  }

  void fill_arms(const TablePeople& people) {
    if (!arm_) return;
    const std::vector<std::string_view> cells = people.constant(*arm_, problems_);
    FewProblems few(problems_);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i].empty()) {
        few.add(table_.place(people.first_row(i), *arm_), "the participant is in no arm");
        continue;
      }
      out_.trial.arm[i] = static_cast<std::uint8_t>(arm_labels_->place_of(cells[i]));
    }
  }

  void fill_groups(const TablePeople& people) {
    if (!cluster_) return;
    const Labels labels(table_, *cluster_, Labels::Words::as_they_come);
    const std::vector<std::string_view> cells = people.constant(*cluster_, problems_);
    out_.groups = labels.names();
    look_alike(labels, roles_.cluster);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (!cells[i].empty()) out_.trial.group[i] = static_cast<std::int32_t>(labels.place_of(cells[i]));
    }
  }

  /// Who has a value after baseline: of others nothing is left out.
  [[nodiscard]] std::vector<bool> seen_later(const TablePeople& people) const {
    const std::size_t visits = out_.visits.size();
    std::vector<bool> seen(people.count());
    for (std::size_t at = 0; at < values_.size(); ++at) {
      if (at % visits > 0 && !std::isnan(values_[at])) seen[at / visits] = true;
    }
    return seen;
  }

  void count_without_baseline(const TablePeople& people) {
    const bool adjusts = std::ranges::any_of(out_.covariates, [](const Covariate& covariate) {
      return covariate.kind == Covariate::Kind::baseline && covariate.endpoint == EndpointId{0};
    });
    if (!adjusts && !roles_.from_baseline) return;
    const std::vector<bool> seen = seen_later(people);
    std::size_t without = 0;
    for (std::size_t i = 0; i < people.count(); ++i) {
      without += seen[i] && std::isnan(values_[i * out_.visits.size()]) ? 1U : 0U;
    }
    if (without > 0) out_.lacking.push_back({"baseline", without});
  }

  void store(const TablePeople& people, const CovariateColumns& covariates) {
    TrialData& trial = out_.trial;
    const std::size_t visits = out_.visits.size();
    const std::size_t extra = covariates.numbers.size();
    trial.values.resize(people.count(), 1 + extra, visits);
    for (std::size_t i = 0; i < people.count(); ++i) {
      for (std::size_t v = 0; v < visits; ++v) {
        const double value = covariates.lacking[i] ? unseen : values_[i * visits + v];
        trial.values.at(EndpointId{0}, id_at<VisitId>(v))[i] = value;
        if (!std::isnan(value)) trial.seen[i] |= 1U << v;
        for (std::size_t e = 0; e < extra; ++e) {
          trial.values.at(id_at<EndpointId>(e + 1), id_at<VisitId>(v))[i] =
              v == 0 ? covariates.numbers[e][i] : unseen;
        }
      }
    }
  }

  void check_whole() {
    const bool any =
        std::ranges::any_of(out_.trial.seen, [](std::uint32_t seen) { return (seen >> 1U) != 0; });
    if (!any && problems_.empty()) {
      problems_.add(table_.header(), fmt::format("every value of '{}' is missing", roles_.value),
                    "there is nothing to analyse");
    }
  }

  static constexpr std::size_t no_row = static_cast<std::size_t>(-1);

  const CsvTable& table_;
  const ColumnRoles& roles_;
  Problems& problems_;
  AnalysisData out_;
  std::size_t value_ = 0;
  std::size_t participant_ = 0;
  std::optional<std::size_t> arm_;
  std::optional<std::size_t> visit_;
  std::optional<std::size_t> cluster_;
  std::optional<Labels> arm_labels_;
  std::optional<Labels> visit_labels_;
  std::vector<std::size_t> visit_of_label_;  // visit 0 is baseline
  std::vector<double> values_;               // participant x visit
};

}  // namespace

std::optional<ArmId> AnalysisData::arm(const std::string& label) const {
  const auto found =
      std::ranges::find_if(arms, [&](const std::string& arm) { return same_label(arm, label); });
  if (found == arms.end()) return std::nullopt;
  return id_at<ArmId>(static_cast<std::size_t>(found - arms.begin()));
}

std::optional<VisitId> AnalysisData::visit(const std::string& label) const {
  const auto found = std::find_if(visits.begin() + 1, visits.end(),
                                  [&](const std::string& visit) { return same_label(visit, label); });
  if (found == visits.end()) return std::nullopt;
  return id_at<VisitId>(static_cast<std::size_t>(found - visits.begin()));
}

AnalysisData read_analysis_data(const CsvTable& table, const ColumnRoles& roles, Problems& problems) {
  return Reader(table, roles, problems)();
}

}  // namespace equipoise
