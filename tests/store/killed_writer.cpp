/// Writes a made-up run and is killed in the middle of it: at its N-th access that changes a file.
///
///     killed_writer FILE CHUNKS N
///
/// Prints, a line each, after which access the run had begun, each chunk was written and all was done. N = 0
/// kills nobody.

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <string>

#include <sys/syscall.h>
#include <unistd.h>

#include "engine/store/replicate_columns.hpp"
#include "engine/store/results_file.hpp"
#include "tests/store/made_up_run.hpp"

namespace {

std::uint64_t accesses = 0;
std::uint64_t fatal_access = 0;

void count_access() {
  if (++accesses == fatal_access) std::raise(SIGKILL);
}

}  // namespace

// The program's own definitions come before the C library's, so that HDF5 calls these.
extern "C" ssize_t pwrite(int file, const void* bytes, std::size_t count, off_t offset) {
  count_access();
  return syscall(SYS_pwrite64, file, bytes, count, offset);
}

extern "C" int ftruncate(int file, off_t length) noexcept {
  count_access();
  return static_cast<int>(syscall(SYS_ftruncate, file, length));
}

int main(int count, char** arguments) {
  using namespace equipoise;
  if (count != 4) return 2;
  const std::uint64_t chunks = std::stoull(arguments[2]);
  fatal_access = std::stoull(arguments[3]);
  const Design design = made_up::design();
  const std::uint64_t chunk = ReplicateColumns::chunk_rows(design.hypotheses.size());
  ResultsFile results(arguments[1]);
  results.begin(made_up::provenance(), design, made_up::analyses());
  std::printf("%lu\n", accesses);
  for (std::uint64_t i = 0; i < chunks; ++i) {
    results.write(made_up::trials(i * chunk, chunk));
    std::printf("%lu\n", accesses);
  }
  results.finish(made_up::characteristics(design, chunks * chunk), true);
  std::printf("%lu\n", accesses);
  return 0;
}
