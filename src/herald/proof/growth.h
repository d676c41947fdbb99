#pragma once
// How much more of the same would be needed.

#include <functional>

#include "herald/proof/claim.h"

namespace herald {

// The least factor >= 1, to a thousandth and rounded up, at which `length_at` leaves a key; infinite when none up to
// `largest` does. Assumes that more never hurts. Errors are those of length_at.
Result<double> growth_needed(const std::function<Result<KeyLength>(double factor)>& length_at, double largest);

// A leak that grows with the block.
Disclosure scaled(const Disclosure& disclosure, double factor);

}  // namespace herald
