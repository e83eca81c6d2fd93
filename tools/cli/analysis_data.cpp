#include "tools/cli/analysis_data.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

#include "engine/base/nearest.hpp"
#include "engine/scenario/adjust_word.hpp"

namespace equipoise {
namespace {

// Problems of one kind beyond so many are of one cause.
constexpr std::size_t most_told = 5;
constexpr std::size_t nobody = static_cast<std::size_t>(-1);

std::optional<double> as_number(std::string_view text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The labels of a column, numbers in their order, else words as they first appear (or in the alphabet's
/// order).
std::vector<std::string> labels_of(const CsvTable& table, std::size_t column, bool sorted) {
  std::vector<std::string> labels;
  std::unordered_map<std::string_view, bool> known;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!table.missing(row, column) && known.emplace(table.cell(row, column), true).second) {
      labels.emplace_back(table.cell(row, column));
    }
  }
  const bool numbers =
      std::ranges::all_of(labels, [](const std::string& label) { return as_number(label).has_value(); });
  if (numbers) {
    std::ranges::stable_sort(labels, {}, [](const std::string& label) { return *as_number(label); });
  } else if (sorted) {
    std::ranges::sort(labels);
  }
  return labels;
}

class Reader {
 public:
  Reader(const CsvTable& table, const ColumnRoles& roles, Problems& problems)
      : table_(table), roles_(roles), problems_(problems) {}

  [[nodiscard]] AnalysisData operator()() {
    find_columns();
    // What the visits and arms are called is of use to whoever looks for more mistakes.
    if (visit_ || roles_.visit.empty()) find_visits();
    if (arm_ || roles_.arm.empty()) find_arms();
    if (!problems_.empty()) return std::move(out_);
    find_people();
    if (!problems_.empty()) return std::move(out_);
    fill_values();
    fill_arms();
    fill_groups();
    fill_covariates();
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
    for (const std::string& name : roles_.factors) (void)column(name, "--factor");
  }

  void find_visits() {
    out_.visits.assign(1, roles_.baseline.value_or(""));
    if (!visit_) {
      out_.visits.emplace_back("");
      return;
    }
    bool known = false;
    for (std::string& label : labels_of(table_, *visit_, false)) {
      if (roles_.baseline && label == *roles_.baseline) {
        known = true;
      } else {
        out_.visits.push_back(std::move(label));
      }
    }
    if (roles_.baseline && !known) {
      problems_.add(table_.header(), fmt::format("no visit is labelled '{}' (--baseline)", *roles_.baseline),
                    {}, suggest(*roles_.baseline, std::span(out_.visits).subspan(1)));
    }
    if (out_.visits.size() > most_visits) {
      problems_.add(table_.header(), fmt::format("there are {} visits", out_.visits.size() - 1),
                    fmt::format("an analysis may have {}", most_visits - 1));
    }
    for (const std::string& label : out_.visits) {
      const std::optional<double> month = as_number(label);
      out_.months.push_back(month.value_or(0.0));
      if (!month && !label.empty()) out_.months.clear();
      if (!month && !label.empty()) break;
    }
  }

  void find_arms() {
    if (!arm_) {
      out_.arms.emplace_back("");
      return;
    }
    out_.arms = labels_of(table_, *arm_, false);
    if (out_.arms.size() <= 255) return;
    problems_.add(table_.header(), fmt::format("'{}' has {} arms", roles_.arm, out_.arms.size()),
                  "a trial may have 255");
  }

  void find_people() {
    std::unordered_map<std::string_view, std::size_t> index;
    person_.assign(table_.rows(), nobody);
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      if (table_.missing(row, participant_)) {
        tell(table_.place(row, participant_), "the row names no participant");
        continue;
      }
      const auto [found, is_new] = index.emplace(table_.cell(row, participant_), index.size());
      if (is_new) first_row_.push_back(row);
      person_[row] = found->second;
    }
    out_.trial.resize(first_row_.size(), 1, out_.visits.size());
    reset();
  }

  void reset() {
    TrialData& trial = out_.trial;
    std::ranges::fill(trial.arm, std::uint8_t{0});
    std::ranges::fill(trial.site, std::uint16_t{0});
    std::ranges::fill(trial.group, -1);
    std::ranges::fill(trial.seen, 0U);
  }

  /// The first few problems of many.
  void tell(const Place& place, std::string what, std::string why = {}) {
    if (++told_ <= most_told) problems_.add(place, std::move(what), std::move(why));
  }

  void fill_values() {
    const std::size_t visits = out_.visits.size();
    values_.assign(first_row_.size() * visits, unseen);
    std::vector<std::size_t> row_of(values_.size(), nobody);
    told_ = 0;
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      std::size_t v = 1;
      if (visit_) {
        if (table_.missing(row, *visit_)) {
          tell(table_.place(row, *visit_), "the row names no visit");
          continue;
        }
        const auto label = std::ranges::find(out_.visits, table_.cell(row, *visit_));
        v = static_cast<std::size_t>(label - out_.visits.begin());
      }
      const std::size_t at = person_[row] * visits + v;
      if (row_of[at] != nobody) {
        const std::string who(table_.cell(row, participant_));
        tell(table_.place(row, participant_),
             visit_ ? fmt::format("participant {} has visit {} twice", who, out_.visits[v])
                    : fmt::format("participant {} has two rows and no --visit tells them apart", who),
             fmt::format("the first is in line {}", table_.line(row_of[at])));
        continue;
      }
      row_of[at] = row;
      if (table_.missing(row, value_)) continue;
      const std::optional<double> number = table_.number(row, value_);
      if (!number || !std::isfinite(*number)) {
        tell(table_.place(row, value_),
             fmt::format("'{}' is no number ({})", table_.cell(row, value_), roles_.value));
        continue;
      }
      values_[at] = *number;
      if (v > 0 && *number != 0.0 && *number != 1.0) out_.binary = false;
    }
  }

  /// Whether two cells say the same: 3 and 3.0 do.
  [[nodiscard]] static bool same(std::string_view first, std::string_view second) {
    if (first == second) return true;
    const std::optional<double> number = as_number(first);
    return number && number == as_number(second);
  }

  /// A label of each participant that must be the same in all of their rows; empty where missing in all.
  [[nodiscard]] std::vector<std::string_view> constant_labels(std::size_t column) {
    std::vector<std::string_view> labels(first_row_.size());
    std::vector<std::size_t> row_of(first_row_.size(), nobody);
    told_ = 0;
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      if (table_.missing(row, column)) continue;
      const std::size_t i = person_[row];
      if (row_of[i] == nobody) {
        row_of[i] = row;
        labels[i] = table_.cell(row, column);
      } else if (!same(labels[i], table_.cell(row, column))) {
        tell(table_.place(row, column),
             fmt::format("'{}' of participant {} changes from {} to {}", table_.names()[column],
                         table_.cell(row, participant_), labels[i], table_.cell(row, column)),
             fmt::format("it must stay what it is in line {}", table_.line(row_of[i])));
      }
    }
    return labels;
  }

  void fill_arms() {
    if (!arm_) return;
    const std::vector<std::string_view> labels = constant_labels(*arm_);
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (labels[i].empty()) {
        tell(table_.place(first_row_[i], *arm_), "the participant is in no arm");
        continue;
      }
      const auto found = std::ranges::find(out_.arms, labels[i]);
      out_.trial.arm[i] = static_cast<std::uint8_t>(found - out_.arms.begin());
    }
  }

  void fill_groups() {
    if (!cluster_) return;
    std::map<std::string_view, std::int32_t> index;
    const std::vector<std::string_view> labels = constant_labels(*cluster_);
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (labels[i].empty()) continue;
      const auto next = static_cast<std::int32_t>(index.size());
      out_.trial.group[i] = index.emplace(labels[i], next).first->second;
    }
  }

  [[nodiscard]] bool is_factor(std::size_t column) const {
    if (std::ranges::find(roles_.factors, table_.names()[column]) != roles_.factors.end()) return true;
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      if (!table_.missing(row, column) && !table_.number(row, column)) return true;
    }
    return false;
  }

  void add_numbers(std::vector<double> numbers, const std::string& name, bool by_visit) {
    extra_.push_back(std::move(numbers));
    out_.covariates.push_back({Covariate::Kind::baseline, id_at<EndpointId>(extra_.size()), by_visit});
    out_.covariate_names.push_back(name);
  }

  void add_factor(std::size_t column, bool by_visit) {
    const std::string& name = table_.names()[column];
    const std::vector<std::string> levels = labels_of(table_, column, true);
    const std::vector<std::string_view> labels = constant_labels(column);
    const bool is_site = out_.site_name.empty() || roles_.strata;
    if (is_site) {
      out_.site_levels = levels;
      for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto level = static_cast<std::size_t>(std::ranges::find(levels, labels[i]) - levels.begin());
        if (labels[i].empty()) lacking_[i] = true;
        const std::size_t before = out_.site_name.empty() ? 0 : out_.trial.site[i];
        out_.trial.site[i] = static_cast<std::uint16_t>(before * levels.size() + level);
      }
      if (out_.site_name.empty()) {
        out_.covariates.push_back({Covariate::Kind::site, {}, by_visit});
        out_.covariate_names.push_back(name);
      }
      out_.site_name = name;
      return;
    }
    for (std::size_t level = 1; level < levels.size(); ++level) {
      std::vector<double> numbers(labels.size());
      for (std::size_t i = 0; i < labels.size(); ++i) {
        numbers[i] = labels[i].empty() ? unseen : labels[i] == levels[level] ? 1.0 : 0.0;
      }
      add_numbers(std::move(numbers), name + "=" + levels[level], by_visit);
    }
  }

  void fill_covariates() {
    lacking_.assign(first_row_.size(), false);
    for (const std::string& written : roles_.adjust) {
      const AdjustWord word(written);
      const auto column = table_.column(word.name);
      if (!column) {
        out_.covariates.push_back({Covariate::Kind::baseline, EndpointId{0}, word.by_visit});
        out_.covariate_names.push_back("baseline");
      } else if (is_factor(*column)) {
        add_factor(*column, word.by_visit);
      } else {
        std::vector<double> numbers(first_row_.size(), unseen);
        const std::vector<std::string_view> labels = constant_labels(*column);
        for (std::size_t i = 0; i < labels.size(); ++i) {
          if (!labels[i].empty()) numbers[i] = as_number(labels[i]).value_or(unseen);
        }
        add_numbers(std::move(numbers), word.name, word.by_visit);
      }
    }
    store();
  }

  void store() {
    TrialData& trial = out_.trial;
    const std::size_t visits = out_.visits.size();
    trial.values.resize(first_row_.size(), 1 + extra_.size(), visits);
    for (std::size_t i = 0; i < first_row_.size(); ++i) {
      for (std::size_t v = 0; v < visits; ++v) {
        const double value = lacking_[i] ? unseen : values_[i * visits + v];
        trial.values.at(EndpointId{0}, id_at<VisitId>(v))[i] = value;
        if (!std::isnan(value)) trial.seen[i] |= 1U << v;
        for (std::size_t e = 0; e < extra_.size(); ++e) {
          trial.values.at(id_at<EndpointId>(e + 1), id_at<VisitId>(v))[i] = v == 0 ? extra_[e][i] : unseen;
        }
      }
    }
    for (std::size_t i = 0; i < first_row_.size(); ++i) {
      bool lacks = lacking_[i];
      for (const Covariate& covariate : out_.covariates) {
        if (covariate.kind != Covariate::Kind::baseline) continue;
        lacks = lacks || std::isnan(trial.values.at(covariate.endpoint, baseline_visit)[i]);
      }
      out_.without_covariate += lacks ? 1U : 0U;
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

  const CsvTable& table_;
  const ColumnRoles& roles_;
  Problems& problems_;
  AnalysisData out_;
  std::size_t value_ = 0;
  std::size_t participant_ = 0;
  std::optional<std::size_t> arm_;
  std::optional<std::size_t> visit_;
  std::optional<std::size_t> cluster_;
  std::size_t told_ = 0;
  std::vector<std::size_t> person_;     // of each row
  std::vector<std::size_t> first_row_;  // of each participant
  std::vector<double> values_;          // participant x visit
  std::vector<std::vector<double>> extra_;
  std::vector<bool> lacking_;
};

}  // namespace

std::optional<ArmId> AnalysisData::arm(const std::string& label) const {
  const auto found = std::ranges::find(arms, label);
  if (found == arms.end()) return std::nullopt;
  return id_at<ArmId>(static_cast<std::size_t>(found - arms.begin()));
}

std::optional<VisitId> AnalysisData::visit(const std::string& label) const {
  const auto found = std::find(visits.begin() + 1, visits.end(), label);
  if (found == visits.end()) return std::nullopt;
  return id_at<VisitId>(static_cast<std::size_t>(found - visits.begin()));
}

AnalysisData read_analysis_data(const CsvTable& table, const ColumnRoles& roles, Problems& problems) {
  return Reader(table, roles, problems)();
}

}  // namespace equipoise
