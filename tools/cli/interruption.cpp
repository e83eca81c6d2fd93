#include "tools/cli/interruption.hpp"

#include <cstdlib>
#include <ctime>

namespace equipoise {
namespace {

// How long the end of a program may wait for the listener to notice it.
constexpr timespec glance{0, 20'000'000};
constexpr int interrupted_twice = 1;

}  // namespace

Interruption::Interruption() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  listener_ = std::thread([this] {
    while (!done_) {
      if (sigtimedwait(&signals_, nullptr, &glance) < 0) continue;
      if (asked_) std::_Exit(interrupted_twice);
      asked_ = true;
    }
  });
}

Interruption::~Interruption() {
  done_ = true;
  listener_.join();
  pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
}

}  // namespace equipoise
