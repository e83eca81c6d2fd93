#include "engine/base/printable.hpp"

#include <string>

#include <gtest/gtest.h>

#include "engine/base/problem.hpp"

namespace equipoise {
namespace {

TEST(Printable, NamesTheFirstCharacterThatIsObeyed) {
  EXPECT_EQ(control_character("a\x1b[31m"), "U+001B");
  EXPECT_EQ(control_character(std::string("a\0b", 3)), "U+0000");
  EXPECT_EQ(control_character("a\nb"), "U+000A");
  EXPECT_EQ(control_character("\x7f"), "U+007F");
  EXPECT_EQ(control_character("\u009b31m"), "U+009B");
  EXPECT_EQ(control_character("\u202eabc"), "U+202E");
  EXPECT_EQ(control_character("\u2066abc"), "U+2066");
  EXPECT_EQ(control_character("\u2028"), "U+2028");
}

TEST(Printable, LeavesLettersOfEveryScriptAlone) {
  for (const char* const text : {"", "MBSR \u2265 2 \u2013 \u201Cquoted\u201D \u2026", "\u00e9\u00df\u00a0",
                                 "\u75bc\u75db", "\u05db\u05d0\u05d1", "\U0001F600", "\u2027\u202f\u2065"}) {
    EXPECT_EQ(control_character(text), "") << text;
    EXPECT_EQ(printable(text), text);
  }
}

TEST(Printable, WritesTheOthersOut) {
  EXPECT_EQ(printable("a\x1b[31mb\u202e"), "a\\u001B[31mb\\u202E");
  const Problem problem{{"s.toml", 1, 2}, "'x\x1b[2J' is unknown", {}, {}};
  EXPECT_EQ(to_text(problem), "s.toml:1:2: 'x\\u001B[2J' is unknown");
}

}  // namespace
}  // namespace equipoise
