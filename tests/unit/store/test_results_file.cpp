#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "engine/base/problem.hpp"
#include "engine/store/file_error.hpp"
#include "engine/store/file_format.hpp"
#include "engine/store/replicate_columns.hpp"
#include "engine/store/results_file.hpp"
#include "engine/store/software_version.hpp"
#include "tests/store/made_up_run.hpp"

namespace equipoise {
namespace {

namespace fs = std::filesystem;

/// A folder of the test's own, removed with what is in it.
class ResultsFileTest : public testing::Test {
 protected:
  ResultsFileTest()
      : folder_(fs::temp_directory_path() / ("equipoise_store_" + std::to_string(getpid()) + "_" +
                                             testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::create_directories(folder_);
  }
  ~ResultsFileTest() override { fs::remove_all(folder_); }

  [[nodiscard]] fs::path file(const std::string& name = "results.h5") const { return folder_ / name; }

  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

 private:
  fs::path folder_;
};

/// Writes a whole made-up run, `block` trials at a time.
void write_run(const fs::path& file, std::uint64_t trials, std::uint64_t block) {
  const Design design = made_up::design();
  ResultsFile results(file);
  results.begin(made_up::provenance(), design, made_up::analyses());
  for (std::uint64_t first = 0; first < trials; first += block) {
    results.write(made_up::trials(first, std::min(block, trials - first)));
  }
  results.finish(made_up::characteristics(design, trials), true);
}

std::string bytes(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST_F(ResultsFileTest, TakesItsNameOnlyWhenItIsFinished) {
  const Design design = made_up::design();
  ResultsFile results(file());
  EXPECT_FALSE(fs::exists(file()));
  results.begin(made_up::provenance(), design, made_up::analyses());
  results.write(made_up::trials(0, 5000));
  EXPECT_FALSE(fs::exists(file()));
  EXPECT_TRUE(fs::exists(results.partial_file()));
  results.finish(made_up::characteristics(design, 5000), true);
  EXPECT_TRUE(fs::exists(file()));
  EXPECT_EQ(files(), 1U);
}

TEST_F(ResultsFileTest, LeavesThePartialFileOfARunThatWasNotFinished) {
  {
    ResultsFile results(file());
    results.begin(made_up::provenance(), made_up::design(), made_up::analyses());
    results.write(made_up::trials(0, 10));
  }
  EXPECT_TRUE(fs::exists(file("results.h5.partial")));
  EXPECT_EQ(files(), 1U);
}

TEST_F(ResultsFileTest, LeavesNothingOfARunThatWasGivenUp) {
  ResultsFile results(file());
  results.begin(made_up::provenance(), made_up::design(), made_up::analyses());
  results.write(made_up::trials(0, 5000));
  results.discard();
  EXPECT_EQ(files(), 0U);
}

TEST_F(ResultsFileTest, LeavesNothingOfARunThatNeverBegan) {
  { const ResultsFile results(file()); }
  EXPECT_EQ(files(), 0U);
}

TEST_F(ResultsFileTest, ReplacesAnEarlierFileAtTheEndAndNotBefore) {
  std::ofstream(file()) << "earlier";
  const Design design = made_up::design();
  ResultsFile results(file());
  results.begin(made_up::provenance(), design, made_up::analyses());
  EXPECT_EQ(bytes(file()), "earlier");
  results.finish(made_up::characteristics(design, 0), true);
  EXPECT_EQ(bytes(file()).substr(0, 4), "\211HDF");
  EXPECT_EQ(results.place(), file());
}

TEST_F(ResultsFileTest, AFragmentReplacesNothing) {
  std::ofstream(file()) << "earlier";
  const Design design = made_up::design();
  for (const bool there : {true, false}) {
    ResultsFile results(file());
    results.begin(made_up::provenance(), design, made_up::analyses());
    results.write(made_up::trials(0, 10));
    results.finish(made_up::characteristics(design, 10), false);
    EXPECT_EQ(results.place(), there ? results.partial_file() : file());
    EXPECT_EQ(bytes(results.place()).substr(0, 4), "\211HDF");
    if (there) {
      EXPECT_EQ(bytes(file()), "earlier");
      fs::remove(file());
    }
  }
}

TEST_F(ResultsFileTest, WhatHasTheNameOnlySinceTheBeginningStays) {
  const Design design = made_up::design();
  ResultsFile results(file());
  results.begin(made_up::provenance(), design, made_up::analyses());
  std::ofstream(file()) << "later";
  EXPECT_THROW(results.finish(made_up::characteristics(design, 0), true), FileError);
  EXPECT_EQ(bytes(file()), "later");
  EXPECT_EQ(bytes(results.partial_file()).substr(0, 4), "\211HDF");
}

TEST_F(ResultsFileTest, IsWrittenByOneAtATime) {
  ResultsFile first(file());
  EXPECT_THROW(ResultsFile second(file()), InvalidInput);
  first.begin(made_up::provenance(), made_up::design(), made_up::analyses());
  EXPECT_THROW(ResultsFile second(file()), InvalidInput);
  first.restart();
  EXPECT_THROW(ResultsFile second(file()), InvalidInput);
  first.discard();
  EXPECT_EQ(files(), 0U);
  const ResultsFile second(file());
  EXPECT_FALSE(second.put_aside());
}

TEST_F(ResultsFileTest, PutsAsideWhatADeadRunLeft) {
  for (int run = 1; run <= 2; ++run) {
    ResultsFile results(file());
    results.begin(made_up::provenance(), made_up::design(), made_up::analyses());
    results.write(made_up::trials(0, 10));
  }
  EXPECT_EQ(files(), 2U);
  const std::string left = bytes(file("results.h5.partial"));
  const ResultsFile results(file());
  EXPECT_EQ(results.put_aside(), file("results.h5.partial.2"));
  EXPECT_EQ(bytes(file("results.h5.partial.2")), left);
}

TEST_F(ResultsFileTest, WhatBeginsAnewHoldsNothingOfWhatWasGivenUp) {
  const Design design = made_up::design();
  ResultsFile results(file());
  results.begin(made_up::provenance(), design, made_up::analyses());
  results.write(made_up::trials(0, 5000));
  results.restart();
  results.begin(made_up::provenance(), design, made_up::analyses());
  results.write(made_up::trials(0, 100));
  results.finish(made_up::characteristics(design, 100), true);
  setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
  write_run(file("a.h5"), 100, 100);
  unsetenv("SOURCE_DATE_EPOCH");
  EXPECT_EQ(fs::file_size(file()), fs::file_size(file("a.h5")));
  EXPECT_EQ(files(), 2U);
}

TEST_F(ResultsFileTest, IsKnownByItsFormat) {
  EXPECT_FALSE(format_of(file()));
  std::ofstream(file()) << "earlier";
  EXPECT_FALSE(format_of(file()));
  write_run(file(), 10, 10);
  EXPECT_EQ(format_of(file()), results_format);
}

void expect_refused(const fs::path& file, const std::string& why) {
  try {
    const ResultsFile results(file);
    FAIL() << "was not refused";
  } catch (const InvalidInput& refusal) {
    ASSERT_EQ(refusal.problems().size(), 1U);
    const Problem& problem = refusal.problems().all().front();
    EXPECT_EQ(problem.what, "cannot write '" + file.string() + "'");
    EXPECT_EQ(problem.why, why);
    EXPECT_FALSE(problem.suggestion.empty());
  }
}

TEST_F(ResultsFileTest, RefusesAPlaceThatCannotBeWritten) {
  expect_refused(file("no/such/folder.h5"), "No such file or directory");
  std::ofstream(file("plain")) << "a file";
  expect_refused(file("plain") / "results.h5", "Not a directory");
  expect_refused(file("").parent_path(), "that is a folder");
  expect_refused(file(""), "that names no file");
}

/// Runs in a process of its own: the limit on file sizes stands for a disk that is full.
[[noreturn]] void fill_the_disk(const fs::path& file) {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{300'000, 300'000};
  setrlimit(RLIMIT_FSIZE, &limit);
  try {
    write_run(file, 100'000, 1000);
  } catch (const std::runtime_error& error) {
    const bool clean = std::string(error.what()).ends_with(": File too large") && !fs::exists(file) &&
                       fs::exists(file.string() + ".partial");
    std::fprintf(stderr, "%s\n", error.what());
    std::exit(clean ? 0 : 1);  // an ordinary end: HDF5 has nothing left to do that could fail
  }
  std::exit(2);
}

TEST_F(ResultsFileTest, SaysInOneSentenceThatTheDiskIsFull) {
  EXPECT_EXIT(fill_the_disk(file()), testing::ExitedWithCode(0), "^cannot [^\n]*: File too large\n$");
}

TEST_F(ResultsFileTest, HasTheSameBytesHoweverTheTrialsCame) {
  setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
  write_run(file("a.h5"), 10'000, 100);
  write_run(file("b.h5"), 10'000, 4097);
  unsetenv("SOURCE_DATE_EPOCH");
  const std::string a = bytes(file("a.h5"));
  EXPECT_NE(a.find("2023-11-14T22:13:20Z"), std::string::npos);
  EXPECT_TRUE(a == bytes(file("b.h5")));
}

TEST(ReplicateColumns, ChunksStayBelowHalfAMegabyte) {
  EXPECT_EQ(ReplicateColumns::chunk_rows(1), 4096U);
  EXPECT_EQ(ReplicateColumns::chunk_rows(16), 4096U);
  EXPECT_EQ(ReplicateColumns::chunk_rows(64), 1024U);
  EXPECT_EQ(ReplicateColumns::chunk_rows(1'000'000), 1U);
}

TEST(SoftwareVersion, IsNeverEmpty) {
  EXPECT_FALSE(software_version().empty());
  EXPECT_FALSE(software_git_hash().empty());
}

}  // namespace
}  // namespace equipoise
