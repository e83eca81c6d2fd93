#pragma once

#include <optional>
#include <string>

#include "engine/scenario/schema/codec.hpp"

namespace equipoise {

/// A value that is read later, when it is known what it stands for.
template <>
struct Codec<Value> {
  static std::string type() { return "as the key it names"; }
  static std::optional<Value> read(const Value& value, const std::string&, const KeyInfo&, Problems&) {
    return value;
  }
};

}  // namespace equipoise
