#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/scenario/other_words.hpp"
#include "engine/scenario/scenario_keys.hpp"
#include "engine/scenario/schema/document.hpp"
#include "engine/scenario/schema/nesting.hpp"
#include "engine/scenario/schema/override.hpp"
#include "engine/scenario/schema/path.hpp"

namespace equipoise {
namespace {

std::string told(const std::string& text) {
  Problems problems;
  (void)parse_toml(text, "s.toml", problems);
  std::string all;
  for (const Problem& problem : problems.all()) all += to_text(problem) + "\n";
  return all;
}

std::string repeated(const std::string& piece, std::size_t times) {
  std::string text;
  for (std::size_t k = 0; k < times; ++k) text += piece;
  return text;
}

TEST(Slips, AreToldWithWhatToWriteInstead) {
  const std::vector<std::pair<std::string, std::string>> slips{
      {"condition = textbook", "write condition = \"textbook\", in quotes"},
      {"condition = ./mine", "write condition = \"./mine\", in quotes"},
      {"icc = 0,05", "write 0.05, with a point"},
      {"trials = 10,000", "write 10000, or 10_000"},
      {"icc = .5", "write 0.5"},
      {"icc = 5.", "write 5 or 5.0"},
      {"retention = 80%", "write a share, such as 0.2 for 20 %"},
      {"replicates = True", "write replicates = true"},
      {"replicates = yes", "write true or false"},
      {"title = \u201CMy trial\u201D", "write straight quotes"},
      {"title = \"My trial", "close the text with \""},
      {"visits = [3 6 9]", "put commas between the values"},
      {"visits = [3, 6", "close it with ']'"},
      {"enrolment rate = 40", "a key is one word: enrolment_rate"},
      {"title: \"x\"", "write title = \"x\""},
      {"participants 60", "write KEY = VALUE"},
      {"participants =", "write participants = VALUE"},
      {"// what it is", "a comment begins with #"},
      {"[arm]\nname = 'A'\n[arm]\nname = 'B'", "write [[arm]] each time"},
      {"seed = 1\nseed = 2", "a key stands once"},
  };
  for (const auto& [text, remedy] : slips) {
    EXPECT_NE(told(text).find("not valid TOML"), std::string::npos) << text;
    EXPECT_NE(told(text).find(remedy), std::string::npos) << text << "\n" << told(text);
  }
  EXPECT_EQ(told("\ttitle = 'x'\t# tabs do no harm\n"), "");
}

TEST(Slips, NothingIsNestedDeeperThanReadersGo) {
  constexpr std::size_t many = 100'000;
  EXPECT_NE(told(repeated("a.", many) + "a = 1").find("s.toml:1:64: a key of more than 32 pieces"),
            std::string::npos)
      << told(repeated("a.", many) + "a = 1").substr(0, 200);
  EXPECT_NE(told("[" + repeated("a.", many) + "a]").find("a key of more than 32 pieces"), std::string::npos);
  EXPECT_NE(told("a = " + repeated("[", many)).find("brackets within more than 32 others"),
            std::string::npos);
  EXPECT_NE(told("a = " + repeated("{a=", many)).find("brackets within more than 32 others"),
            std::string::npos);
  EXPECT_NE(told("a = [\n" + repeated("[ # [\n", many)).find("brackets within"), std::string::npos);
  // Brackets and dots in texts and comments are none, and as deep as 32 is deep enough.
  EXPECT_EQ(told("a = '" + repeated("[", many) + "'\nb = \"\\\"" + repeated("a.", many) + "\" # " +
                 repeated("{", many)),
            "");
  EXPECT_EQ(told("a = '''\n" + repeated("[\n", many) + "'''"), "");
  EXPECT_EQ(told("a = " + repeated("[", 32) + repeated("]", 32)), "");
  EXPECT_EQ(told(repeated("a.", 31) + "a = 1.5"), "");
  Problems problems;
  (void)parse_toml_value(repeated("[", many), {"--set a", 0, 0}, problems);
  EXPECT_EQ(problems.size(), 1U);
  EXPECT_FALSE(parse_override(repeated("a.", many) + "a=1", problems));
  EXPECT_EQ(problems.size(), 2U);
}

TEST(Slips, ATextThatIsObeyedIsRefused) {
  EXPECT_EQ(told("title = \"a\\u001b[31m\"\n"),
            "s.toml:1:9: a text with the character U+001B (it is no letter: whoever prints it obeys it); "
            "take it out\n");
  EXPECT_NE(told("title = \"a\\u202eb\"\n").find("U+202E"), std::string::npos);
  EXPECT_NE(told("title = \"a\\u0000b\"\n").find("U+0000"), std::string::npos);
  EXPECT_NE(told("\"a\\u001bb\" = 1\n").find("U+001B"), std::string::npos);
  Problems problems;
  (void)parse_override("title=\"a\\u001bb\"", problems);
  (void)parse_override("title=a\x1b[2Jb", problems);
  ASSERT_EQ(problems.size(), 2U);
  for (const Problem& problem : problems.all()) EXPECT_EQ(problem.what, "a text with the character U+001B");
}

TEST(Slips, ATitleAndANameStandInALine) {
  Problems problems;
  Scenario scenario;
  const Value tree =
      parse_toml("title = \"two\\nlines\"\n[[arm]]\nname = \"a\\tb\"\ntherapy = 't'\n", "s.toml", problems);
  ASSERT_TRUE(problems.empty());
  scenario_keys().read(tree, scenario, problems);
  std::string all;
  for (const Problem& problem : problems.all()) all += to_text(problem) + "\n";
  EXPECT_NE(all.find("s.toml:1:9: 'title' has a line break or a tab"), std::string::npos) << all;
  EXPECT_NE(all.find("s.toml:3:8: 'arm.name' has a line break or a tab"), std::string::npos) << all;
}

TEST(OtherWords, MeanKeysThatThereAre) {
  const std::vector<KeyRow> rows = scenario_keys().rows();
  std::vector<std::string> names;
  for (const KeyRow& row : rows) names.push_back(split_path(row.path).back());
  for (const OtherWord& other : other_words()) {
    EXPECT_TRUE(other.path.empty() || is_declared(rows, other.path)) << other.path;
    EXPECT_TRUE(!other.path.empty() || !other.remark.empty()) << other.word;
    EXPECT_EQ(std::ranges::count(other_words(), other.word, &OtherWord::word), 1) << other.word;
  }
}

TEST(OtherWords, AreToldWithTheKeyThatIsMeant) {
  Problems problems;
  Scenario scenario;
  scenario_keys().read(
      parse_toml("n = 100\n[dropout]\nattrition = 0.2\n[schedule]\neffect = 1\n", "s.toml", problems),
      scenario, problems, other_words());
  std::string all;
  for (const Problem& problem : problems.all()) all += to_text(problem) + "\n";
  EXPECT_NE(all.find("unknown key 'n'; it is called 'participants' and belongs in [cohort]"),
            std::string::npos)
      << all;
  EXPECT_NE(
      all.find(
          "unknown key 'dropout.attrition'; it is called 'retention' and belongs in [dropout], the share "
          "that stays, 1 minus the share lost"),
      std::string::npos)
      << all;
  EXPECT_NE(all.find("unknown key 'schedule.effect'; it is a parameter of the condition"), std::string::npos)
      << all;
}

}  // namespace
}  // namespace equipoise
