#pragma once
// For the points of records: where a rate falls through zero.

namespace herald {

// f(low) > 0 >= f(high), f falling between; to the last bits of a double.
template <typename F>
double threshold(F f, double low, double high) {
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (f(middle) > 0 ? low : high) = middle;
  }
  return low;
}

}  // namespace herald
