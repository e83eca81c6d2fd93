#include "engine/study/cell_window.hpp"

#include <algorithm>

namespace equipoise {

CellWindow::CellWindow(const Cells& cells, std::size_t ahead, const std::atomic<bool>& stop)
    : cells_(cells), ahead_(ahead), stop_(stop) {}

std::shared_ptr<const Cell> CellWindow::get(std::size_t cell) {
  std::unique_lock lock(mutex_);
  while (true) {
    if (thrown_) std::rethrow_exception(thrown_);
    if (cell < first_) return nullptr;
    const auto entry = entries_.find(cell);
    if (entry != entries_.end() && entry->second.made) return entry->second.cell;
    if (entry == entries_.end()) {
      make(cell, lock);
    } else if (const auto another = next_unmade(cell)) {
      make(*another, lock);
    } else {
      changed_.wait(lock);
    }
  }
}

std::optional<std::size_t> CellWindow::next_unmade(std::size_t cell) const {
  const std::size_t end = std::min(cells_.count, cell + 1 + ahead_);
  for (std::size_t next = cell + 1; next < end; ++next) {
    if (!entries_.contains(next)) return next;
  }
  return std::nullopt;
}

void CellWindow::make(std::size_t cell, std::unique_lock<std::mutex>& lock) {
  entries_[cell] = {};
  lock.unlock();
  std::shared_ptr<const Cell> made;
  std::exception_ptr thrown;
  try {
    made = std::make_shared<const Cell>(cells_.make(cell));
  } catch (...) {
    thrown = std::current_exception();
  }
  lock.lock();
  if (thrown && !thrown_) thrown_ = thrown;
  // What was made while the stop was asked for may have been cut short.
  entries_[cell] = {true, stop_ ? nullptr : std::move(made)};
  changed_.notify_all();
}

void CellWindow::keep_from(std::size_t cell) {
  const std::scoped_lock lock(mutex_);
  first_ = cell;
  entries_.erase(entries_.begin(), entries_.lower_bound(cell));
}

}  // namespace equipoise
