#pragma once

#include <atomic>
#include <csignal>
#include <thread>

namespace equipoise {

/// Listens for Ctrl-C (and a polite kill) while it lives: `asked` becomes true, nothing else is interrupted.
/// Make it before any other thread, so that they leave the signals to it. A second Ctrl-C ends the program at
/// once.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  [[nodiscard]] const std::atomic<bool>& asked() const { return asked_; }

 private:
  sigset_t signals_{};
  std::atomic<bool> asked_ = false;
  std::atomic<bool> done_ = false;
  std::thread listener_;
};

}  // namespace equipoise
