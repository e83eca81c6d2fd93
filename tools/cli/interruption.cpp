#include "tools/cli/interruption.hpp"

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include <unistd.h>

#include "tools/cli/command.hpp"

namespace equipoise {
namespace {

using Clock = std::chrono::steady_clock;

// How long the end of a program may wait for the listener to notice it.
constexpr timespec glance{0, 20'000'000};
// Signals so near to each other come of one wish.
constexpr std::chrono::seconds same_wish{1};

/// As the program may be in the middle of anything, nothing but the message is seen to.
[[noreturn]] void end_at_once(std::string_view message) {
  const ssize_t written = ::write(STDERR_FILENO, message.data(), message.size());
  (void)written;  // who would be told
  std::_Exit(exit_failure);
}

bool is_ignored(int signal) {
  struct sigaction action {};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

Interruption::Interruption() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  if (!is_ignored(SIGHUP)) sigaddset(&signals_, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  listener_ = std::thread([this] { listen(); });
}

void Interruption::listen() {
  Clock::time_point first;
  while (!done_) {
    if (sigtimedwait(&signals_, nullptr, &glance) < 0) continue;
    const Clock::time_point now = Clock::now();
    if (!keeps_) end_at_once("equipoise: interrupted before the first trials were done\n");
    if (asked_ && now - first > same_wish) {
      end_at_once(
          "equipoise: interrupted again and ended at once; a file that was being written is what its "
          "name with .partial holds\n");
    }
    if (!asked_) first = now;
    asked_ = true;
  }
}

Interruption::~Interruption() {
  done_ = true;
  listener_.join();
  pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
}

}  // namespace equipoise
