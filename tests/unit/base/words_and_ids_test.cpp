#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/expects.hpp"
#include "engine/base/fit_status.hpp"
#include "engine/base/id.hpp"
#include "engine/base/named.hpp"

namespace equipoise {
namespace {

using Apple = Id<struct AppleTag>;
using Pear = Id<struct PearTag>;

static_assert(!std::is_convertible_v<Apple, Pear>);
static_assert(!std::is_convertible_v<int, Apple>);
static_assert(sizeof(Apple) == sizeof(std::uint32_t));

TEST(Id, IsAPositionWithAnOrder) {
  const auto third = id_at<Apple>(2);
  EXPECT_EQ(third.value, 2U);
  EXPECT_EQ(third.index(), 2U);
  EXPECT_EQ(third, Apple{2});
  EXPECT_LT(id_at<Apple>(1), third);
  EXPECT_EQ(Apple{}, id_at<Apple>(0));
}

TEST(Named, GoesFromValueToWordAndBack) {
  for (const Named<FitStatus>& named : NamesOf<FitStatus>::all) {
    EXPECT_EQ(name_of(named.value), named.name);
    EXPECT_EQ(value_of<FitStatus>(named.name), named.value);
  }
  EXPECT_EQ(name_of(FitStatus::not_converged), "not_converged");
}

TEST(Named, KnowsNoOtherWords) {
  EXPECT_EQ(value_of<FitStatus>("fine"), std::nullopt);
  EXPECT_EQ(value_of<FitStatus>(""), std::nullopt);
  EXPECT_EQ(value_of<FitStatus>("OK"), std::nullopt);
}

TEST(Named, ListsItsWordsInOrder) {
  EXPECT_EQ(names_of<FitStatus>(), (std::vector<std::string>{"ok", "boundary", "not_converged", "singular",
                                                             "separated", "too_few"}));
}

TEST(FitStatus, EveryValueHasItsPlace) {
  for (std::size_t i = 0; i < fit_status_count; ++i) {
    EXPECT_EQ(static_cast<std::size_t>(NamesOf<FitStatus>::all[i].value), i);
  }
}

TEST(Expects, SaysWhatWasExpectedAndWhere) {
  EXPECT_DEATH(EQUIPOISE_EXPECTS(1 + 1 == 3),
               "internal error at .*words_and_ids_test.cpp:.*: expected 1 \\+ 1 == 3");
  EQUIPOISE_EXPECTS(1 + 1 == 2);
}

}  // namespace
}  // namespace equipoise
