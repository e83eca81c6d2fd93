#include "engine/run/workers.hpp"

#ifdef __SANITIZE_THREAD__
#include <exception>
#include <mutex>
#include <thread>
#include <vector>
#else
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#endif

namespace equipoise {

#ifdef __SANITIZE_THREAD__

// The thread sanitizer cannot see how a TBB that was not built for it starts and joins threads, and would
// take everything that they share for a race. Under it the threads are the standard library's, and what our
// code does on them is checked.
void on_workers(int workers, const std::function<void()>& work) {
  std::mutex mutex;
  std::exception_ptr thrown;
  std::vector<std::thread> threads;
  for (int worker = 0; worker < workers; ++worker) {
    threads.emplace_back([&] {
      try {
        work();
      } catch (...) {
        const std::scoped_lock lock(mutex);
        thrown = std::current_exception();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  if (thrown) std::rethrow_exception(thrown);
}

#else

void on_workers(int workers, const std::function<void()>& work) {
  // One worker is whoever asks, who may be one of many already: no limit of one is put on them.
  if (workers == 1) return work();
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(workers));
  tbb::task_arena arena(workers);
  arena.execute([&] {
    tbb::parallel_for(
        0, workers, [&](int) { work(); }, tbb::simple_partitioner{});
  });
}

#endif

}  // namespace equipoise
