#pragma once

#include <atomic>
#include <csignal>
#include <thread>

namespace equipoise {

/// Listens for Ctrl-C, a polite kill and the end of the terminal (unless that is to be survived: nohup) while
/// it lives. Make it before any other thread, so that they leave the signals to it.
///
/// At first such a signal ends the program at once: nothing would be lost. Once there is something to keep
/// `asked` becomes true, and nothing else is interrupted. Signals within a second of the first say the same
/// again, as when a terminal ends and its shell, too; a later one ends the program at once.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  /// From now on there is: whoever calls this looks at asked() from time to time.
  void keep_what_is_done() { keeps_ = true; }

  [[nodiscard]] const std::atomic<bool>& asked() const { return asked_; }

 private:
  void listen();

  sigset_t signals_{};
  std::atomic<bool> keeps_ = false;
  std::atomic<bool> asked_ = false;
  std::atomic<bool> done_ = false;
  std::thread listener_;
};

}  // namespace equipoise
