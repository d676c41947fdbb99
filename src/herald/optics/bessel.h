#pragma once

namespace herald {

// I0(x) - 1, the modified Bessel function of the first kind without its leading 1; a sum of positive terms, so that it
// keeps its relative accuracy for light that hardly arrives. |x| <= 700.
double bessel_i0_minus_one(double x);

// I0(2x) - 4 I0(x) + 3: what is left of two-photon interference where the leading terms cancel; again positive terms
// alone. |x| <= 350.
double bessel_i0_interference(double x);

}  // namespace herald
