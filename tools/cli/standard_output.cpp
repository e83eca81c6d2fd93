#include "tools/cli/standard_output.hpp"

#include <cstdio>

#include <poll.h>
#include <unistd.h>

namespace equipoise {

void print_answer(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

bool reader_has_gone() {
  pollfd output{STDOUT_FILENO, 0, 0};
  return ::poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

}  // namespace equipoise
