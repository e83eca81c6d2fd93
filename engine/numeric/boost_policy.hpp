#pragma once

#include <boost/math/policies/policy.hpp>

namespace equipoise {

/// Doubles stay doubles (long double costs a factor of ten and buys nothing here), and a value outside of a
/// function's domain is a NaN for the caller to see, never an exception in the middle of a run.
using QuietDoubles = boost::math::policies::policy<
    boost::math::policies::promote_double<false>,
    boost::math::policies::domain_error<boost::math::policies::ignore_error>,
    boost::math::policies::pole_error<boost::math::policies::ignore_error>,
    boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
    boost::math::policies::evaluation_error<boost::math::policies::ignore_error>>;

}  // namespace equipoise
