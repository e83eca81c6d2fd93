#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "engine/study/run_cells.hpp"

namespace equipoise {

/// The cells that are being worked on, and a few after them. Whoever needs a cell that nobody makes yet makes
/// it; whoever needs one that another thread is making makes one of the next meanwhile.
class CellWindow {
 public:
  /// `ahead`: so many cells after the one asked for may be made while it is waited for.
  CellWindow(const Cells& cells, std::size_t ahead, const std::atomic<bool>& stop);

  /// The cell; null where all before `keep_from` is asked for or where `stop` was set while it was made.
  [[nodiscard]] std::shared_ptr<const Cell> get(std::size_t cell);
  /// The cells before this one are done with.
  void keep_from(std::size_t cell);

 private:
  struct Entry {
    bool made = false;
    std::shared_ptr<const Cell> cell;  // null although made: interrupted
  };

  /// What the thread that waits for `cell` can make meanwhile.
  [[nodiscard]] std::optional<std::size_t> next_unmade(std::size_t cell) const;
  void make(std::size_t cell, std::unique_lock<std::mutex>& lock);

  const Cells& cells_;
  std::size_t ahead_;
  const std::atomic<bool>& stop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::size_t, Entry> entries_;  // those under way or made
  std::size_t first_ = 0;
  std::exception_ptr thrown_;
};

}  // namespace equipoise
