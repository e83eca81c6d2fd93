#include "engine/random/stream.hpp"

#include <Random123/philox.h>

namespace equipoise {

RandomBlock philox_block(const RandomBlock& counter, const RandomKey& key) {
  const r123::Philox4x64 philox;
  const r123::Philox4x64::ctr_type words =
      philox({{counter[0], counter[1], counter[2], counter[3]}}, {{key[0], key[1]}});
  return {words[0], words[1], words[2], words[3]};
}

}  // namespace equipoise
