#pragma once

#include <functional>

namespace equipoise {

/// The x in [low, high] at which an increasing or decreasing function crosses 0, to full double precision
/// where the function allows it (Alefeld, Potra and Shi's algorithm 748). The end nearer to 0 where it
/// crosses nowhere between.
[[nodiscard]] double find_root(const std::function<double(double)>& function, double low, double high);

}  // namespace equipoise
