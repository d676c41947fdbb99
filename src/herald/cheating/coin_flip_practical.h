#pragma once
// The loss-tolerant coin flip with weak coherent light: Pappa, Chailloux, Diamanti, Kerenidis, PRA 84, 052305 (2011);
// Pappa et al., Nat. Commun. 5, 3717 (2014). Alice sends `rounds` phase-randomised pulses with the states of
// loss_tolerant_state; Bob names the first that clicked. docs/theory/mistrust.md derives Bob's bound.

#include "herald/cheating/coin_flip_strong.h"

namespace herald {

struct PracticalCoin {
  double y = 0.9;                 // the larger squared amplitude of the states, in [1/2, 1]
  double mean_photon_number = 0;  // of a pulse, as it leaves Alice
  double rounds = 1;              // K, pulses of one flip
  double transmittance = 1;       // from Alice's output through Bob's detector
  double dark_count = 0;          // probability of a dark click per pulse
  double error = 0;               // probability of a wrong outcome in Alice's basis, given a photon
};

// Upper bounds on both cheats. Alice: (3 + 2 sqrt(y(1-y)))/4, whatever light she makes. Bob, given all that leaves
// Alice and the photon numbers: 1/2 on vacuum alone; y on single photons; y on one pair and vacuum; y^2 (3 - 2 y) on
// one pair and some single photon; certainty on all the rest.
Result<CoinBias> practical_coin(const PracticalCoin& coin);
// The mean over photon numbers of the cases above, the last one left out: what Bob reaches at least.
Result<double> practical_coin_bob_attack(const PracticalCoin& coin);
// What he reaches by an attack that needs no memory and no joint measurement: he reads every photon in the basis |0>,
// |1>, over a perfect line, and names the pulse where one outcome came oftenest more than the other, d times more:
// right with y^d/(y^d + (1-y)^d). The same of the first pulse that has any photon.
Result<double> practical_coin_bob_reads_all(const PracticalCoin& coin);
Result<double> practical_coin_bob_reads_first(const PracticalCoin& coin);
// The probability that honest parties end without a coin, H: no click in all pulses, or a wrong outcome in the basis of
// the first click.
Result<double> practical_coin_abort(const PracticalCoin& coin);
// The y that makes both bounds equal, the rest as given; 1 where Bob's is below Alice's at every y.
Result<double> practical_coin_fair(PracticalCoin coin);

// What Bob makes of one pulse of two photons when he may fall back on another guess that is right with probability
// `fallback` in [1/2, 1]: the optimal measurement's mean success. With fallback y it is y^2 (3 - 2 y).
double two_photon_guess(double y, double fallback);

const CheatingTheorem& coin_flip_practical_theorem();

}  // namespace herald
