#pragma once
// Bennett and Brassard's coin flip when Bob lets errors pass: his comparison of an opened string with both of his
// tables, for photons that are alike and independent. docs/theory/mistrust.md derives it.

#include "herald/cheating/coin_flip_bb84.h"

namespace herald {

// That a photon which Bob measured differs from the opened bit: had he measured it in the opened basis, and in the
// other one. 1/2: they have nothing to do with each other.
struct TableErrors {
  double opened = 0, other = 0.5;
};
TableErrors errors_honest();
// Sent honestly and opened in the other basis: no error in the table that he does not compare.
TableErrors errors_lie();
TableErrors errors_mixture();
TableErrors errors_breidbart();
// Halves of pairs whose others are measured with this efficiency. Errors: outside [0, 1].
Result<TableErrors> errors_epr(double efficiency);
// The photons on their way replaced by an even mixture with this probability. Errors: outside [0, 1].
Result<TableErrors> depolarised(const TableErrors& errors, double probability);

// Where nobody compares with the other table.
inline constexpr double kNoCorrelationTest = 1e15;
struct Comparison {
  double tolerated = 0;  // share of errors in the opened table that passes, 0 to 1
  // A string is refused when its agreement with the other table has, by chance, a probability below 2^-this
  // (Hoeffding's inequality, two-sided).
  double correlation_bits = 64;
};
// The probability that at least rule.fewest_clicks of rule.pulses photons arrive, each with `transmittance`, and that
// the string passes: of E entries in the opened table at most tolerated E errors, and no correlation with the O others,
//   sum over E + O >= fewest of n!/(E! O! (n-E-O)!) (t/2)^(E+O) (1-t)^(n-E-O) P[Bin(E, opened) <= tolerated E]
//   P[|Bin(O, other)/O - 1/2| <= sqrt((correlation_bits + 1) ln 2/(2 O))].
// Up to 10^5 pulses.
Result<double> pass_comparison(const HoleRule& rule, double transmittance, const TableErrors& errors,
                               const Comparison& comparison);

const CheatingTheorem& coin_flip_errors_theorem();

}  // namespace herald
