#include "tools/cli/covariate_columns.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "engine/scenario/adjust_word.hpp"
#include "tools/cli/cell_value.hpp"
#include "tools/cli/labels.hpp"

namespace equipoise {
namespace {

// Coefficients that factors may have beside the largest one's: with more a model says nothing of anybody.
constexpr std::size_t most_levels = 1000;

/// A column that is adjusted for.
struct Adjusted {
  AdjustWord word;
  std::optional<std::size_t> column;  // none: the baseline visit
  std::optional<Labels> levels;       // of a factor
};

class Reader {
 public:
  Reader(const CsvTable& table, const ColumnRoles& roles, const TablePeople& people,
         const std::vector<bool>& seen_later, AnalysisData& out, Problems& problems)
      : table_(table),
        roles_(roles),
        people_(people),
        seen_later_(seen_later),
        out_(out),
        problems_(problems) {}

  [[nodiscard]] CovariateColumns operator()() {
    columns_.lacking.assign(people_.count(), false);
    std::vector<Adjusted> adjusted;
    for (const std::string& written : roles_.adjust) adjusted.push_back(look_at(written));
    if (roles_.strata) {
      add_strata(adjusted);
    } else if (check_levels(adjusted)) {
      const auto largest = std::ranges::max_element(adjusted, {}, level_count);
      for (auto each = adjusted.begin(); each != adjusted.end(); ++each) add(*each, each == largest);
    }
    return std::move(columns_);
  }

 private:
  static std::size_t level_count(const Adjusted& of) { return of.levels ? of.levels->count() : 0; }

  [[nodiscard]] Adjusted look_at(const std::string& written) {
    Adjusted of{AdjustWord(written), {}, {}};
    of.column = table_.column(of.word.name);
    if (!of.column || !is_factor(*of.column)) return of;
    of.levels.emplace(table_, *of.column, Labels::Words::sorted);
    if (const auto both = of.levels->alike()) out_.alike.push_back({of.word.name, both->first, both->second});
    return of;
  }

  /// Whether the column is of words, or of numbers that were said to be categories.
  [[nodiscard]] bool is_factor(std::size_t column) {
    const std::string& name = table_.names()[column];
    if (std::ranges::find(roles_.factors, name) != roles_.factors.end()) return true;
    std::size_t numbers = 0;
    std::size_t words = 0;
    std::size_t neither = 0;
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      const CellValue::Kind kind = cell_value(table_.cell(row, column)).kind;
      numbers += kind == CellValue::Kind::number ? 1U : 0U;
      words += kind == CellValue::Kind::word ? 1U : 0U;
      neither += kind == CellValue::Kind::like_number || kind == CellValue::Kind::not_finite ? 1U : 0U;
    }
    if (neither == 0 && (numbers == 0 || words == 0)) return words > 0;
    tell_mixture(column, numbers);
    return false;
  }

  void tell_mixture(std::size_t column, std::size_t numbers) {
    const std::string& name = table_.names()[column];
    FewProblems few(problems_);
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      const CellValue value = cell_value(table_.cell(row, column));
      if (value.kind == CellValue::Kind::missing || value.is_number()) continue;
      const bool infinite = value.kind == CellValue::Kind::not_finite;
      few.add(
          table_.place(row, column),
          fmt::format("'{}' is no {}number ({})", table_.cell(row, column), infinite ? "finite " : "", name),
          numbers > 0 ? fmt::format("{} cells of the column are numbers", numbers) : "it looks like one",
          fmt::format("write numbers as 1.5 and what is missing as NA, or add --factor {} for categories",
                      name));
    }
  }

  /// Whether the factors' levels can be told apart by the people there are.
  [[nodiscard]] bool check_levels(const std::vector<Adjusted>& adjusted) {
    std::size_t all = 0;
    std::size_t largest = 0;
    for (const Adjusted& of : adjusted) {
      all += level_count(of);
      largest = std::max(largest, level_count(of));
    }
    if (all - largest <= most_levels) return true;
    problems_.add(table_.header(), fmt::format("the factors have {} levels", all),
                  fmt::format("beside those of the largest an analysis may have {}", most_levels),
                  "adjust for fewer, or group their levels");
    return false;
  }

  void tell_lacking(const std::string& name, const std::vector<std::string_view>& cells) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < cells.size(); ++i) count += cells[i].empty() && seen_later_[i] ? 1U : 0U;
    if (count > 0) out_.lacking.push_back({name, count});
  }

  void add_covariate(const Covariate& covariate, std::string name) {
    out_.covariates.push_back(covariate);
    out_.covariate_names.push_back(std::move(name));
  }

  void add(const Adjusted& of, bool largest) {
    if (!of.column) {
      add_covariate({Covariate::Kind::baseline, EndpointId{0}, of.word.by_visit}, "baseline");
      return;
    }
    const std::vector<std::string_view> cells = people_.constant(*of.column, problems_);
    tell_lacking(of.word.name, cells);
    if (!of.levels) {
      add_numbers(of, of.word.name, 0, cells, [](std::string_view cell) { return cell_value(cell).number; });
    } else if (largest) {
      add_site(of, cells);
    } else {
      ++factors_;
      for (std::size_t level = 1; level < of.levels->count(); ++level) {
        add_numbers(of, of.word.name + "=" + of.levels->names()[level], factors_, cells,
                    [&](std::string_view cell) { return of.levels->place_of(cell) == level ? 1.0 : 0.0; });
      }
    }
  }

  template <class Number>
  void add_numbers(const Adjusted& of, std::string name, std::uint32_t factor,
                   const std::vector<std::string_view>& cells, Number&& number) {
    std::vector<double>& column = columns_.numbers.emplace_back();
    for (const std::string_view cell : cells) column.push_back(cell.empty() ? unseen : number(cell));
    add_covariate(
        {Covariate::Kind::baseline, id_at<EndpointId>(columns_.numbers.size()), of.word.by_visit, factor},
        std::move(name));
  }

  void add_site(const Adjusted& of, const std::vector<std::string_view>& cells) {
    out_.site_name = of.word.name;
    out_.site_levels = of.levels->names();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      columns_.lacking[i] = cells[i].empty();
      if (!cells[i].empty()) out_.trial.site[i] = static_cast<std::uint32_t>(of.levels->place_of(cells[i]));
    }
    add_covariate({Covariate::Kind::site, {}, of.word.by_visit}, of.word.name);
  }

  /// Strata are the combinations of levels that occur, in the order in which people have them, whatever the
  /// order of the factors.
  void add_strata(const std::vector<Adjusted>& adjusted) {
    std::vector<std::vector<std::string_view>> cells;
    for (const Adjusted& of : adjusted) {
      if (!of.levels) {
        tell_no_stratum(of.word.name);
        return;
      }
      out_.site_name = of.word.name;
      cells.push_back(people_.constant(*of.column, problems_));
      tell_lacking(of.word.name, cells.back());
      for (std::size_t i = 0; i < people_.count(); ++i) {
        if (cells.back()[i].empty()) columns_.lacking[i] = true;
      }
    }
    std::vector<std::uint32_t>& stratum = out_.trial.site;
    for (std::size_t k = 0; k < adjusted.size(); ++k) {
      std::unordered_map<std::uint64_t, std::uint32_t> combinations;
      for (std::size_t i = 0; i < people_.count(); ++i) {
        if (columns_.lacking[i]) continue;
        const std::uint64_t both =
            std::uint64_t{stratum[i]} << 32U | adjusted[k].levels->place_of(cells[k][i]);
        const auto next = static_cast<std::uint32_t>(combinations.size());
        stratum[i] = combinations.emplace(both, next).first->second;
      }
    }
  }

  void tell_no_stratum(const std::string& name) {
    const bool number = table_.column(name).has_value();
    problems_.add(table_.header(), fmt::format("'{}' is a number", name), "strata are categories",
                  number ? fmt::format("add --factor {}", name) : "leave it out of --adjust");
  }

  const CsvTable& table_;
  const ColumnRoles& roles_;
  const TablePeople& people_;
  const std::vector<bool>& seen_later_;
  AnalysisData& out_;
  Problems& problems_;
  CovariateColumns columns_;
  std::uint32_t factors_ = 0;
};

}  // namespace

CovariateColumns read_covariates(const CsvTable& table, const ColumnRoles& roles, const TablePeople& people,
                                 const std::vector<bool>& seen_later, AnalysisData& out, Problems& problems) {
  return Reader(table, roles, people, seen_later, out, problems)();
}

}  // namespace equipoise
