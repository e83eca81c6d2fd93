#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include <boost/random/normal_distribution.hpp>

#include "engine/random/laws.hpp"
#include "engine/random/unit_interval.hpp"

namespace equipoise {
namespace {

// The words drawn ahead fit in the fastest cache beside the numbers that they become.
constexpr std::size_t buffer_words = 512;

/// A stream read ahead, as far as the numbers still wanted need it at the least.
class WordsAhead {
 public:
  using result_type = std::uint64_t;

  WordsAhead(Stream& stream, std::size_t wanted) : stream_(stream) { refill(wanted); }

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

  [[nodiscard]] std::span<const std::uint64_t> ahead() const { return ahead_; }
  void skip(std::size_t words) { ahead_ = ahead_.subspan(words); }

  void refill(std::size_t wanted) {
    const std::span<std::uint64_t> words(buffer_.data(), std::min(wanted, buffer_words));
    stream_.fill(words);
    ahead_ = words;
  }

  result_type operator()() {
    if (ahead_.empty()) refill(1);
    const result_type word = ahead_.front();
    skip(1);
    return word;
  }

 private:
  Stream& stream_;
  std::array<std::uint64_t, buffer_words> buffer_;
  std::span<const std::uint64_t> ahead_;
};

/// The ziggurat's first try (Boost's tables and use of the word's bits): where it holds, as it does 97 times
/// of 100, the word alone makes the number.
bool first_try(std::uint64_t word, double& number) {
  const double* const edges = boost::random::detail::normal_table<double>::table_x;
  const std::size_t layer = (word >> 1U) & 0x7fU;
  // Bit 11 is left out, so that 56 bits rounded to the 53 of a double stay below 1.
  const auto fraction = static_cast<std::int64_t>((word & ~(std::uint64_t{1} << 11U)) >> 8U);
  const double distance = static_cast<double>(fraction) * 0x1p-56 * edges[layer];
  const std::uint64_t sign = (~word & 1U) << 63U;
  number = std::bit_cast<double>(std::bit_cast<std::uint64_t>(distance) | sign) + 0.0;
  return distance < edges[layer + 1];
}

}  // namespace

void fill_normal(Stream stream, std::span<double> column) {
  if (column.empty()) return;
  WordsAhead words(stream, column.size());
  std::size_t done = 0;
  while (done < column.size()) {
    if (words.ahead().empty()) words.refill(column.size() - done);
    const std::span<const std::uint64_t> ahead = words.ahead();
    const std::size_t tries = std::min(ahead.size(), column.size() - done);
    std::size_t k = 0;
    while (k < tries && first_try(ahead[k], column[done + k])) ++k;
    words.skip(k);
    done += k;
    // The rejected word is read again, by a sampler that knows what to do with it.
    if (k < tries) column[done++] = boost::random::normal_distribution<double>()(words);
  }
}

void fill_uniform(Stream stream, std::span<double> column) {
  std::array<std::uint64_t, buffer_words> words;
  for (std::size_t done = 0; done < column.size(); done += buffer_words) {
    const std::size_t count = std::min(buffer_words, column.size() - done);
    stream.fill({words.data(), count});
    for (std::size_t k = 0; k < count; ++k) column[done + k] = unit_interval(words[k]);
  }
}

}  // namespace equipoise
