#include "engine/store/software_version.hpp"

namespace equipoise {

std::string_view software_version() {
  return EQUIPOISE_VERSION;
}

std::string_view software_git_hash() {
  return EQUIPOISE_GIT_HASH;
}

}  // namespace equipoise
