#pragma once

#include "engine/base/named.hpp"

namespace equipoise {

/// How an answer is printed: for people, or for programs.
enum class Format { table, json, csv };

template <>
struct NamesOf<Format> {
  static constexpr std::array<Named<Format>, 3> all{
      {{"table", Format::table}, {"json", Format::json}, {"csv", Format::csv}}};
};

}  // namespace equipoise
