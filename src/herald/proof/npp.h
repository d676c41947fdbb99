#pragma once
// Twin-field QKD without phase post-selection, with infinitely long keys: key bits are coherent states of two phases,
// tested with phase-randomised pulses. The names of the bases are the paper's: X makes the key, Z tests.

#include <array>
#include <span>

#include "herald/proof/claim.h"

namespace herald {

// The photon-number amplitudes of the signal, c_n = e^(-mu/2) mu^(n/2)/sqrt(n!), n = 0 to 59, and what each parity
// leaves from n on: the tail of the sums below.
class CatAmplitudes {
 public:
  static constexpr unsigned kMost = 60;
  static constexpr double kMostMean = 8;  // beyond, the amplitudes left out could matter
  // Errors: invalid_argument, for a mean that is not above 0 and at most kMostMean.
  static Result<CatAmplitudes> of(MeanPhotonNumber mean);
  double operator()(unsigned n) const { return m_amplitude[n]; }
  double from(unsigned n) const { return m_tail[n]; }  // c_n + c_(n+2) + c_(n+4) + ...

 private:
  CatAmplitudes() = default;
  std::array<double, kMost> m_amplitude{};
  std::array<double, kMost + 2> m_tail{};
};

// e_Z <= sum over j = 0, 1 of [sum over n, m = j mod 2 of c_n c_m sqrt(p(n, m))]^2 / p_XX, at most 1/2; photon numbers
// with n + m > most count with p = 1. yields[n * (most + 1) + m]: an upper bound on p(n, m), the probability that the
// announced outcome follows n photons from Alice and m from Bob; of n + m <= most, n = m mod 2 are read. `conclusive`
// is p_XX, the probability of that outcome for signals. Errors: invalid_argument. Curty, Azuma, Lo, npj Quantum Inf. 5,
// 64 (2019).
Result<ErrorRate> npp_phase_error(MeanPhotonNumber signal, Probability conclusive, std::span<const double> yields,
                                  unsigned most);

// p_XX [1 - f h(e_X) - h(e_Z)] per pair of pulses for each of the outcomes, of which `outcomes` alike are added.
// Errors: invalid_argument.
Result<double> npp_rate(Probability conclusive, ErrorRate bit, ErrorRate phase, double f, unsigned outcomes = 2);

// A line that does nothing but lose, threshold detectors that never err: Eve keeps what is lost, and the rate is exact.
// G [1 - h((1 - e^(-4 mu)/(1-G))/2)], G the gain of both outcomes together, at most 1 - e^(-2 mu).
// Errors: invalid_argument. Lin, Luetkenhaus, PRA 98, 042332 (2018).
Result<double> npp_loss_only_rate(MeanPhotonNumber signal, Probability gain);

const Theorem& npp_theorem();
const Theorem& npp_loss_only_theorem();

}  // namespace herald
