#include <array>
#include <cmath>
#include <cstdio>

#include "engine/numeric/student_t.hpp"
#include "engine/random/laws.hpp"
#include "engine/random/stream.hpp"
#include "engine/testing/multiplicity.hpp"

int main() {
  using namespace equipoise;
  const Streams streams(1, 0);
  Stream first = streams.at(Purpose::test, 7);
  Stream again = streams.at(Purpose::test, 7);
  const double drawn = Normal{}(first);
  const bool same = drawn == Normal{}(again);

  // Holm's steps by hand: 3 x 0.01, then 2 x 0.02, then the largest so far.
  const std::array<double, 3> p{0.01, 0.04, 0.02};
  std::array<double, 3> adjusted{};
  Multiplicity::Scratch scratch;
  Multiplicity{MultiplicityMethod::holm}(p, {}, adjusted, scratch);
  const bool holm = std::abs(adjusted[0] - 0.03) < 1e-15 && std::abs(adjusted[1] - 0.04) < 1e-15 &&
                    std::abs(adjusted[2] - 0.04) < 1e-15;

  // With one degree of freedom the t distribution is Cauchy's: a quarter lies above 1.
  const bool cauchy = std::abs(student_upper_tail(1.0, 1.0) - 0.25) < 1e-14;

  std::printf("normal %.6f, reproducible %d, holm %d, cauchy %d\n", drawn, same, holm, cauchy);
  return same && holm && cauchy ? 0 : 1;
}
