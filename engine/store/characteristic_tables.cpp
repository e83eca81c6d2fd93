#include "engine/store/characteristic_tables.hpp"

#include <array>
#include <string>
#include <vector>

#include "engine/store/described.hpp"
#include "engine/store/simulated_table.hpp"

namespace equipoise {
namespace {

/// A number of a hypothesis that is stored with its Monte Carlo standard error.
struct TestTable {
  const char* path;
  Simulated TestCharacteristics::*value;
  const char* units;  // null: those of the hypothesis' transformed endpoint
  const char* meaning;
};

constexpr std::array<TestTable, 10> test_tables{
    {{"characteristics/power", &TestCharacteristics::power, units_of_share,
      "share of trials that reject the null hypothesis by the multiplicity method, in a direction that "
      "counts "
      "as power; a failed fit rejects nothing"},
     {"characteristics/harm", &TestCharacteristics::harm, units_of_share,
      "share of trials that reject it in favour of the comparator; a one-sided test never does"},
     {"characteristics/rejection_rate", &TestCharacteristics::rejection_rate, units_of_share,
      "share of trials that reject it in either direction: the type I error where the null hypothesis is "
      "true"},
     {"characteristics/power_alone", &TestCharacteristics::power_alone, units_of_share,
      "the power were this the trial's only hypothesis"},
     {"characteristics/mean_estimate", &TestCharacteristics::mean_estimate, nullptr, "mean of the estimates"},
     {"characteristics/bias", &TestCharacteristics::bias, nullptr,
      "mean of the estimates minus the true value"},
     {"characteristics/empirical_se", &TestCharacteristics::empirical_se, nullptr,
      "standard deviation of the estimates"},
     {"characteristics/model_se", &TestCharacteristics::model_se, nullptr,
      "root mean square of the standard errors that the analysis reports"},
     {"characteristics/coverage", &TestCharacteristics::coverage, units_of_share,
      "share of usable fits whose confidence interval holds the true value"},
     {"truth/value", &TestCharacteristics::truth, nullptr,
      "true value of the contrast, that bias and coverage are held against"}}};

/// A number of the whole trial that is stored with its Monte Carlo standard error.
struct TrialTable {
  const char* path;
  Simulated Characteristics::*value;
  const char* meaning;
};

constexpr std::array<TrialTable, 3> trial_tables{
    {{"characteristics/any", &Characteristics::any,
      "share of trials that reject at least one null hypothesis in a direction that counts as power"},
     {"characteristics/all", &Characteristics::all, "share of trials that reject every null hypothesis so"},
     {"characteristics/familywise_error", &Characteristics::familywise_error,
      "share of trials that reject at least one null hypothesis that is true; NaN where none is, or where "
      "there is but one hypothesis"}}};

struct ArmTable {
  const char* path;
  double ArmSummary::*value;
  const char* units;
  const char* meaning;
};

constexpr std::array<ArmTable, 7> arm_tables{
    {{"arms/enrolled", &ArmSummary::enrolled, "participants", "participants enrolled in a trial, mean"},
     {"arms/retention", &ArmSummary::retention, units_of_share,
      "share of those enrolled who are seen at the last visit"},
     {"arms/sessions_mean", &ArmSummary::sessions_mean, "sessions",
      "sessions that a participant attends, mean"},
     {"arms/never_attended", &ArmSummary::never_attended, units_of_share,
      "share of those enrolled who attend no session"},
     {"arms/groups", &ArmSummary::groups, "groups", "therapy groups in a trial, mean"},
     {"arms/group_size", &ArmSummary::group_size, "participants", "members of a therapy group, mean"},
     {"arms/wait", &ArmSummary::wait, "months", "wait from randomization to the first session, mean"}}};

struct EndpointTable {
  const char* path;
  std::vector<double> EndpointSummary::*value;
  const char* units;  // null: those of the endpoint
  const char* meaning;
};

constexpr std::array<EndpointTable, 3> endpoint_tables{
    {{"arms/mean", &EndpointSummary::mean, nullptr,
      "mean over those observed, of all trials; of a yes/no endpoint the proportion"},
     {"arms/sd", &EndpointSummary::sd, nullptr, "standard deviation over those observed, of all trials"},
     {"arms/observed", &EndpointSummary::observed, units_of_share,
      "share of those enrolled who are observed at the visit"}}};

void write_tests(Hdf5Writer& file, std::size_t cell, const std::vector<TestCharacteristics>& tests) {
  for (const TestTable& table : test_tables) {
    std::vector<Simulated> values;
    for (const TestCharacteristics& test : tests) values.push_back(test.*table.value);
    write_simulated(file, table.path, cell, values);
  }
  std::vector<std::uint64_t> counts;
  std::vector<std::uint64_t> nulls;
  std::vector<std::uint64_t> wrong;
  for (const TestCharacteristics& test : tests) {
    counts.insert(counts.end(), test.status.begin(), test.status.end());
    nulls.push_back(test.null_is_true ? 1 : 0);
    wrong.push_back(test.wrong_side ? 1 : 0);
  }
  file.write_entry("characteristics/status_count", cell, counts);
  file.write_entry("truth/null_is_true", cell, nulls);
  file.write_entry("truth/wrong_side", cell, wrong);
}

void write_arm_tables(Hdf5Writer& file, std::size_t cell, const std::vector<ArmSummary>& arms) {
  for (const ArmTable& table : arm_tables) {
    std::vector<double> values;
    for (const ArmSummary& arm : arms) values.push_back(arm.*table.value);
    file.write_entry(table.path, cell, values);
  }
  for (const EndpointTable& table : endpoint_tables) {
    std::vector<double> values;
    for (const ArmSummary& arm : arms) {
      for (const EndpointSummary& endpoint : arm.endpoints) {
        const std::vector<double>& visits = endpoint.*table.value;
        values.insert(values.end(), visits.begin(), visits.end());
      }
    }
    file.write_entry(table.path, cell, values);
  }
}

}  // namespace

void make_characteristic_tables(Hdf5Writer& file) {
  for (const TestTable& table : test_tables) {
    make_simulated(file, table.path, {"cell", "hypothesis"}, table.units, table.meaning);
  }
  for (const TrialTable& table : trial_tables)
    make_simulated(file, table.path, {"cell"}, units_of_share, table.meaning);
  make_described(file, "characteristics/status_count", ElementType::uint64,
                 {"cell", "hypothesis", "fit_status"}, "fits that ended so");
  make_described(file, "truth/null_is_true", ElementType::uint64, {"cell", "hypothesis"},
                 "1 where the null hypothesis is true: its rejections are type I errors");
  make_described(file, "truth/wrong_side", ElementType::uint64, {"cell", "hypothesis"},
                 "1 where the true value is on the side that the hypothesis does not claim, that of harm");
  for (const ArmTable& table : arm_tables) {
    make_table(file, table.path, {"cell", "arm"}, table.units, table.meaning);
  }
  for (const EndpointTable& table : endpoint_tables) {
    make_table(file, table.path, {"cell", "arm", "endpoint", "visit"}, table.units, table.meaning);
  }
}

void write_characteristics(Hdf5Writer& file, std::size_t cell, const Characteristics& characteristics) {
  write_tests(file, cell, characteristics.tests);
  for (const TrialTable& table : trial_tables) {
    write_simulated(file, table.path, cell, std::array{characteristics.*table.value});
  }
  write_arm_tables(file, cell, characteristics.arms);
}

}  // namespace equipoise
