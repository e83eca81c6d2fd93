#pragma once

#include <cstddef>
#include <cstring>
#include <span>

namespace equipoise {

/// A running sum in sixteen interleaved chains. The order of its additions depends on how many terms there
/// are and on nothing else, so the same terms give the same bits on any machine; it rounds off less than one
/// chain would, and the chains fill vector registers, which a compiler may not do by itself to a plain loop.
class PackedSum {
 public:
  /// Four doubles that are added, subtracted and multiplied together (an extension that GCC and Clang share).
  using Pack = double __attribute__((vector_size(4 * sizeof(double))));

  /// `add_pack(total, i)` adds the four terms that start at i to the pack, `term(i)` is one of the odd terms
  /// left.
  template <class AddPack, class Term>
  static double over(std::size_t count, AddPack&& add_pack, Term&& term) {
    Pack a{};
    Pack b{};
    Pack c{};
    Pack d{};
    std::size_t i = 0;
    for (; i + 16 <= count; i += 16) {
      add_pack(a, i);
      add_pack(b, i + 4);
      add_pack(c, i + 8);
      add_pack(d, i + 12);
    }
    for (; i + 4 <= count; i += 4) add_pack(a, i);
    for (std::size_t lane = 0; i < count; ++i, ++lane) b[lane] += term(i);
    const Pack all = (a + c) + (b + d);
    return (all[0] + all[2]) + (all[1] + all[3]);
  }
};

/// The sum of x[i] - origin.
[[nodiscard]] inline double sum_beyond(std::span<const double> x, double origin) {
  const auto add_pack = [x, origin](PackedSum::Pack& total, std::size_t i) {
    PackedSum::Pack part;
    std::memcpy(&part, &x[i], sizeof part);
    total += part - origin;
  };
  return PackedSum::over(x.size(), add_pack, [x, origin](std::size_t i) { return x[i] - origin; });
}

[[nodiscard]] inline double sum(std::span<const double> x) {
  return sum_beyond(x, 0.0);
}

/// The inner product of two columns of the same length.
[[nodiscard]] inline double dot(std::span<const double> x, std::span<const double> y) {
  const auto add_pack = [x, y](PackedSum::Pack& total, std::size_t i) {
    PackedSum::Pack of_x;
    PackedSum::Pack of_y;
    std::memcpy(&of_x, &x[i], sizeof of_x);
    std::memcpy(&of_y, &y[i], sizeof of_y);
    total += of_x * of_y;
  };
  return PackedSum::over(x.size(), add_pack, [x, y](std::size_t i) { return x[i] * y[i]; });
}

/// Subtracts a column's own mean and returns it. The mean is taken of the distances from the first value, so
/// that a constant column becomes exactly zero and a large common part costs no digits.
inline double centre(std::span<double> x) {
  if (x.empty()) return 0.0;
  const double first = x[0];
  const double beyond_first = sum_beyond(x, first) / static_cast<double>(x.size());
  for (double& value : x) value = (value - first) - beyond_first;
  return first + beyond_first;
}

}  // namespace equipoise
