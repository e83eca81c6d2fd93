#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/problem.hpp"
#include "engine/scenario/schema/document.hpp"
#include "engine/scenario/schema/keys.hpp"
#include "engine/scenario/schema/override.hpp"
#include "engine/scenario/schema/parameter.hpp"
#include "engine/scenario/schema/path.hpp"

namespace equipoise {
namespace {

std::vector<std::string> texts(const Problems& problems) {
  std::vector<std::string> lines;
  for (const Problem& problem : problems.all()) lines.push_back(to_text(problem));
  return lines;
}

std::string place_text(const Place& place) {
  return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

Value parsed(std::string_view text) {
  Problems problems;
  Value root = parse_toml(text, "f.toml", problems);
  EXPECT_TRUE(problems.empty()) << to_text(problems.all().front());
  return root;
}

enum class Colour { red, green };

}  // namespace

template <>
struct NamesOf<Colour> {
  static constexpr std::array<Named<Colour>, 2> all{{{"red", Colour::red}, {"green", Colour::green}}};
};

namespace {

struct Inner {
  double share = 0.5;
  std::vector<double> months;
};

struct Thing {
  std::string name;
  int count = 1;
};

struct Whole {
  std::string title;
  std::uint64_t trials = 10'000;
  Colour colour = Colour::green;
  std::optional<double> precision;
  Inner inner;
  std::vector<Thing> things;
};

Keys<Whole> whole_keys() {
  Keys<Inner> inner;
  inner.key("share", &Inner::share, {.doc = "A share.", .range = above_up_to(0, 1)})
      .key("months", &Inner::months, {.doc = "Some months.", .unit = "months", .range = above(0)});
  Keys<Thing> thing;
  thing.key("name", &Thing::name, {.doc = "What it is called.", .need = Need::required})
      .key("count", &Thing::count, {.doc = "How many.", .range = at_least(1)});
  Keys<Whole> whole;
  whole.key("title", &Whole::title, {.doc = "What it is.", .need = Need::required})
      .key("trials", &Whole::trials, {.doc = "How many.", .unit = "trials", .range = at_least(1)})
      .key("colour", &Whole::colour, {.doc = "Which."})
      .key("precision", &Whole::precision, {.doc = "How exact.", .range = above(0)})
      .table("inner", &Whole::inner, inner, {.doc = "An inner table.", .need = Need::required})
      .tables("thing", &Whole::things, thing, {.doc = "Things."});
  return whole;
}

TEST(TomlTree, KeepsTheOrderAndThePlacesOfTheFile) {
  const Value root = parsed(
      "zebra = 1\napple = [2.5,\n  'x']\n\n[table]\nb = true\na = { c = 3 }\n[[list]]\nk = 1\n[[list]]\n");
  ASSERT_EQ(root.items().size(), 4U);
  EXPECT_EQ(root.items()[0].key(), "zebra");
  EXPECT_EQ(root.items()[1].key(), "apple");
  EXPECT_EQ(place_text(root.items()[0].place()), "f.toml:1:9");
  EXPECT_EQ(place_text(root.items()[0].key_place()), "f.toml:1:1");
  EXPECT_EQ(place_text(root.items()[1].items()[1].place()), "f.toml:3:3");
  EXPECT_EQ(place_text(root.find("table")->place()), "f.toml:5:1");
  EXPECT_EQ(place_text(root.find("list")->items()[1].place()), "f.toml:10:1");
  EXPECT_EQ(place_text(find_path(root, "table.a.c")->place()), "f.toml:7:11");
  EXPECT_TRUE(root.find("table")->find("a")->is_inlined());
}

TEST(TomlTree, TextThatIsNotTomlIsAProblemWithItsPlace) {
  Problems problems;
  (void)parse_toml("a = 1\nb = = 2\n", "f.toml", problems);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems.all()[0].place.line, 2);
  (void)read_toml("/no/such/file.toml", problems);
  EXPECT_EQ(problems.size(), 2U);
}

TEST(TomlTree, IsWrittenAsItWasRead) {
  const std::string text =
      "title = \"a \\\"b\\\" \\\\\"\nwhole = 3\nreal = 3.0\nsmall = 1e-07\nlist = [1, 2.5, \"x\", [true]]\n"
      "inline = { a = 1, \"b c\" = { d = 2 } }\nempty = []\n\n[one]\nk = false\n\n[one.two]\nz = "
      "1\n\n[[arm]]\nname = \"x\"\n\n"
      "[arm.deep]\nq = 1\n\n[[arm]]\nname = \"y\"\n";
  EXPECT_EQ(to_toml(parsed(text)), text);
}

TEST(Paths, ReachTablesArraysByNameAndByNumber) {
  const Value root =
      parsed("[a]\nb = 1\n[[arm]]\nname = 'Usual care'\nn = 1\n[[arm]]\nname = 'v. 2'\nn = 2\n");
  EXPECT_EQ(find_path(root, "a.b")->integer(), 1);
  EXPECT_EQ(find_path(root, "arm.Usual care.n")->integer(), 1);
  EXPECT_EQ(find_path(root, "arm.\"v. 2\".n")->integer(), 2);
  EXPECT_EQ(find_path(root, "arm.2.n")->integer(), 2);
  EXPECT_EQ(find_path(root, "arm.3.n"), nullptr);
  EXPECT_EQ(find_path(root, "arm.0.n"), nullptr);
  EXPECT_EQ(join_path(split_path("arm.\"v. 2\".n")), "arm.\"v. 2\".n");
  EXPECT_EQ(leaf_paths(root), (std::vector<std::string>{"a.b", "arm.Usual care.name", "arm.Usual care.n",
                                                        "arm.\"v. 2\".name", "arm.\"v. 2\".n"}));
}

TEST(Paths, OfOneKeyAreOneWhenCanonical) {
  Problems problems;
  const Value root = parse_toml("[[arm]]\nname = 'A.1'\nallocation = 2\n[[arm]]\n", "s.toml", problems);
  for (const char* const path : {"arm.1.allocation", "arm.'A.1'.allocation", "arm.\"A.1\".allocation"}) {
    EXPECT_EQ(canonical_path(root, path), "arm.\"A.1\".allocation");
  }
  EXPECT_EQ(canonical_path(root, "arm.2.allocation"), "arm.2.allocation");
  EXPECT_EQ(canonical_path(root, "arm.3.allocation"), "arm.3.allocation");
  EXPECT_EQ(canonical_path(root, "therapy.cbt.sessions.value"), "therapy.cbt.sessions");
  EXPECT_EQ(canonical_path(root, "value"), "value");
}

TEST(Paths, SettingMakesTablesButNoElements) {
  Value root = parsed("[[arm]]\nname = 'CBT'\n");
  Problems problems;
  set_path(root, "groups.icc", Value::of(0.05), problems);
  set_path(root, "arm.CBT.allocation", Value::of(std::int64_t{2}), problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(to_toml(root), "\n[[arm]]\nname = \"CBT\"\nallocation = 2\n\n[groups]\nicc = 0.05\n");
  set_path(root, "arm.CTB.allocation", Value::of(std::int64_t{2}), problems);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems.all()[0].suggestion, "did you mean 'CBT'?");
}

TEST(Paths, SettingAParameterKeepsItsUnitAndSource) {
  Value root =
      parsed("[therapy.cbt.effect]\npain = { value = 0.3, unit = 'SD', status = 'assumed', source = 's' }\n");
  Problems problems;
  set_path(root, "therapy.cbt.effect.pain", Value::of(0.5), problems);
  EXPECT_EQ(to_toml(root),
            "\n[therapy.cbt.effect]\npain = { value = 0.5, unit = \"SD\", status = \"scenario\", source = "
            "\"s\" }\n");
  set_path(root, "therapy.cbt.effect.pain.value", Value::of(0.6), problems);
  EXPECT_EQ(find_path(root, "therapy.cbt.effect.pain.value")->number(), 0.6);
  EXPECT_EQ(find_path(root, "therapy.cbt.effect.pain.status")->text(), "scenario");
  EXPECT_TRUE(problems.empty());
}

TEST(Overrides, OfTheCommandLineTakeTomlOrABareWord) {
  Problems problems;
  EXPECT_EQ(parse_override("run.trials=200", problems)->value.integer(), 200);
  EXPECT_EQ(parse_override("cohort.profile = low_back", problems)->value.text(), "low_back");
  EXPECT_EQ(parse_override("title=Two arms, one year", problems)->value.text(), "Two arms, one year");
  EXPECT_EQ(parse_override("schedule.visits=[3, 6]", problems)->value.items().size(), 2U);
  EXPECT_EQ(parse_override("arm.\"a=b\".allocation=2", problems)->path, "arm.\"a=b\".allocation");
  EXPECT_TRUE(problems.empty());
  for (const char* wrong : {"nothing", "=3", "key=", "key=[3,"}) {
    Problems one;
    EXPECT_FALSE(parse_override(wrong, one)) << wrong;
    ASSERT_EQ(one.size(), 1U) << wrong;
    EXPECT_TRUE(one.all()[0].place.file.starts_with("--set")) << wrong;
  }
}

TEST(Overrides, OfATableAreDottedQuotedOrNested) {
  const Value root =
      parsed("[override]\n\"groups.icc\" = 0.1\ncohort.sites = 2\n[override.therapy.cbt]\neffect = 0.3\n");
  const std::vector<Override> overrides = overrides_in(*root.find("override"));
  ASSERT_EQ(overrides.size(), 3U);
  EXPECT_EQ(overrides[0].path, "groups.icc");
  EXPECT_EQ(overrides[1].path, "cohort.sites");
  EXPECT_EQ(overrides[2].path, "therapy.cbt.effect");
  EXPECT_EQ(place_text(overrides[0].place), "f.toml:2:1");
}

TEST(Overrides, OfWhatIsNotThereNameTheNearestOfEverything) {
  Value root = parsed("[therapy.cbt]\nsize = { value = 1, status = 'assumed' }\n");
  Problems problems;
  const std::vector<std::string> scenario_keys = {"groups.icc"};
  const Place place{"--set", 0, 0};
  const std::vector<Override> overrides = {{"therapy.cbt.sise", Value::of(2.0, place), place},
                                           {"group.icc", Value::of(0.1, place), place},
                                           {"therapy.cbt.size", Value::of(3.0, place), place}};
  apply_overrides(root, overrides, scenario_keys, problems);
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems.all()[0].suggestion, "did you mean 'therapy.cbt.size'?");
  EXPECT_EQ(problems.all()[1].suggestion, "did you mean 'groups.icc'?");
  EXPECT_EQ(find_path(root, "therapy.cbt.size.value")->number(), 3.0);
}

TEST(Keys, FillTheirMembersAndLeaveDefaults) {
  Problems problems;
  Whole whole;
  whole_keys().read(
      parsed(
          "title = 'x'\ntrials = 1e4\ncolour = 'red'\n[inner]\nmonths = [3, 6.5]\n[[thing]]\nname = 'n'\n"),
      whole, problems);
  ASSERT_TRUE(problems.empty()) << to_text(problems.all()[0]);
  EXPECT_EQ(whole.title, "x");
  EXPECT_EQ(whole.trials, 10'000U);
  EXPECT_EQ(whole.colour, Colour::red);
  EXPECT_FALSE(whole.precision);
  EXPECT_EQ(whole.inner.share, 0.5);
  EXPECT_EQ(whole.inner.months, (std::vector{3.0, 6.5}));
  ASSERT_EQ(whole.things.size(), 1U);
  EXPECT_EQ(whole.things[0].count, 1);
}

TEST(Keys, GatherEveryProblemWithItsPlace) {
  Problems problems;
  Whole whole;
  whole_keys().read(
      parsed("trials = 0\ncolour = 'gren'\nshare = 1\n[inner]\nshare = 1.5\nmonths = [3, 'x']\nmonts = 1\n"
             "[[thing]]\ncount = 2.5\n"),
      whole, problems);
  EXPECT_EQ(texts(problems), (std::vector<std::string>{
                                 "f.toml:1:1: 'title' is missing (What it is); add 'title = …'",
                                 "f.toml:1:10: 'trials' is 0 trials (it must be at least 1)",
                                 "f.toml:2:10: 'colour' is 'gren', which is not known; did you mean 'green'?",
                                 "f.toml:3:1: unknown key 'share'; it belongs in [inner]",
                                 "f.toml:5:9: 'inner.share' is 1.5 (it must be above 0, at most 1)",
                                 "f.toml:6:14: 'inner.months' must be a number (here it is a string)",
                                 "f.toml:7:1: unknown key 'inner.monts'; did you mean 'months'?",
                                 "f.toml:8:1: 'thing.name' is missing (What it is called); add 'name = …'",
                                 "f.toml:9:9: 'thing.count' must be a whole number (here it is a number)"}));
}

TEST(Keys, AMissingSectionIsOneProblem) {
  Problems problems;
  Whole whole;
  whole_keys().read(parsed("title = 'x'\n"), whole, problems);
  EXPECT_EQ(
      texts(problems),
      (std::vector<std::string>{"f.toml:1:1: [inner] is missing (An inner table); add a section [inner]"}));
}

TEST(Keys, PrintWhatTheyRead) {
  const std::vector<KeyRow> rows = whole_keys().rows();
  ASSERT_EQ(rows.size(), 10U);
  EXPECT_EQ(rows[0].default_text, "required");
  EXPECT_EQ(rows[1].path, "trials");
  EXPECT_EQ(rows[1].default_text, "10000");
  EXPECT_EQ(rows[1].range, "at least 1");
  EXPECT_EQ(rows[2].type, "red | green");
  EXPECT_EQ(rows[3].default_text, "none");
  EXPECT_TRUE(rows[4].section);
  EXPECT_EQ(rows[6].type, "list: number");
  EXPECT_EQ(rows[9].path, "thing.*.count");
  EXPECT_TRUE(is_declared(rows, "thing.any.count"));
  EXPECT_TRUE(is_declared(rows, "inner"));
  EXPECT_FALSE(is_declared(rows, "thing.any.size"));
  EXPECT_EQ(declared_paths(rows, parsed("[[thing]]\nname = 'a'\n")).back(), "thing.a.count");
}

struct Open {
  double share = 0.5;
  ByName<double> others;
};

TEST(Keys, MayLeaveRoomForOthers) {
  Keys<Open> keys;
  keys.key("share", &Open::share, {.doc = "A share."})
      .others(&Open::others, {.doc = "Anything else.", .range = above(0)});
  Problems problems;
  Open open;
  keys.read(parsed("share = 0.25\n'a.b' = 2\nc = -1\n"), open, problems);
  EXPECT_EQ(open.share, 0.25);
  EXPECT_EQ(open.others.names(), std::vector<std::string>{"a.b"});
  EXPECT_EQ(texts(problems), (std::vector<std::string>{"f.toml:3:5: 'c' is -1 (it must be above 0)"}));
  EXPECT_EQ(keys.names(), std::vector<std::string>{"share"});
  EXPECT_EQ(keys.rows().back().path, "*");
}

struct Part {
  Parameter<double> mean;
  std::optional<Parameter<double>> sd;
  ByName<Parameter<double>> effect;
};
struct Conditions {
  ByName<Part> parts;
};

Keys<Conditions> condition_keys() {
  Keys<Part> part;
  part.key("mean", &Part::mean, {.doc = "Mean.", .unit = "points", .need = Need::required})
      .key("sd", &Part::sd, {.doc = "SD.", .range = above(0)})
      .named("effect", &Part::effect, {.doc = "Effect."});
  Keys<Conditions> all;
  all.named("endpoint", &Conditions::parts, part, {.doc = "Endpoints.", .need = Need::required});
  return all;
}

TEST(Parameters, AreReadWithTheirLabels) {
  const Value root = parsed(
      "[endpoint.pain]\nmean = { value = 6.1, unit = 'points', status = 'reported', source = 'S1' }\n"
      "[endpoint.pain.effect]\ncbt = { value = 0.3, status = 'assumed' }\n");
  Problems problems;
  Conditions all;
  condition_keys().read(root, all, problems);
  ASSERT_TRUE(problems.empty()) << to_text(problems.all()[0]);
  const Part* pain = all.parts.find("pain");
  ASSERT_NE(pain, nullptr);
  EXPECT_EQ(pain->mean.value, 6.1);
  EXPECT_EQ(pain->mean.status, ParameterStatus::reported);
  EXPECT_FALSE(pain->sd);
  EXPECT_EQ(pain->effect.find("cbt")->value, 0.3);
  EXPECT_EQ(parameters_with(ParameterStatus::assumed, root),
            (std::vector<std::string>{"endpoint.pain.effect.cbt"}));
}

TEST(Parameters, WithoutAnOriginAreProblems) {
  Problems problems;
  Conditions all;
  condition_keys().read(
      parsed("[endpoint.a]\nmean = 6.1\nsd = { value = -1, status = 'assumed' }\n"
             "[endpoint.b]\nmean = { value = 6.1, unit = 'mm', status = 'reported', source = 'S' }\n"
             "sd = { value = 1, status = 'reported' }\n"
             "[endpoint.c]\nmean = { value = 6.1, unit = 'points', statu = 'assumed' }\n"),
      all, problems);
  std::vector<int> lines;
  for (const Problem& problem : problems.all()) lines.push_back(problem.place.line);
  EXPECT_EQ(lines, (std::vector{2, 3, 5, 6, 8, 8})) << texts(problems).back();
}

}  // namespace
}  // namespace equipoise
