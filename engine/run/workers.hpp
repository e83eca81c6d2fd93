#pragma once

#include <functional>

namespace equipoise {

/// Does the same work on so many threads at once and waits for all of them. What one of them throws is thrown
/// here.
void on_workers(int workers, const std::function<void()>& work);

}  // namespace equipoise
