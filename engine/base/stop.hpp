#pragma once

#include <atomic>
#include <exception>

namespace equipoise {

/// Long work was given up because somebody asked it to end.
class Interrupted : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "interrupted"; }
};

/// Whether somebody wants long work to end; by itself nobody ever does. Looking costs a load from memory.
class StopFlag {
 public:
  StopFlag() = default;
  /// `stop` must outlive the flag.
  explicit StopFlag(const std::atomic<bool>& stop) : stop_(&stop) {}

  [[nodiscard]] bool asked() const { return stop_ != nullptr && stop_->load(std::memory_order_relaxed); }
  /// Throws Interrupted where somebody does.
  void check() const {
    if (asked()) throw Interrupted();
  }

 private:
  const std::atomic<bool>* stop_ = nullptr;
};

}  // namespace equipoise
