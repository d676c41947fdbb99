#pragma once
// Protocols that closed formulas exist for, as the prover takes them. In vectors of qubits |0> is H.

#include "herald/proof/prover/prover.h"
#include "herald/quantum/channel.h"

namespace herald {

// One basis of two or three is chosen at random by each, and kept when the same.
CharacterisedProtocol bb84_protocol();
CharacterisedProtocol six_state_protocol();
// Alice sends |0>, |1> and |+>; the key is of Z alone (Fung, Lo, PRA 74, 042342 (2006)).
CharacterisedProtocol three_state_protocol();
// Two states of scalar product `overlap` in (0, 1); Bob excludes one or the other at random (Bennett, PRL 68, 3121).
CharacterisedProtocol b92_protocol(double overlap);
// BB84 with a third dimension of Bob's for the lost photon; his detector for bit 1 has `ratio` times the efficiency of
// that for bit 0, which is 1, in both bases. ratio in (0, 1].
CharacterisedProtocol mismatched_bb84_protocol(double ratio);

// Joint probabilities of the outcomes, Alice's the slow index: each signal through the channel. Prepare-and-measure
// protocols alone.
std::vector<double> joint_through(const CharacterisedProtocol& protocol, const KrausChannel& channel);
// For a state of both.
std::vector<double> joint_of(const CharacterisedProtocol& protocol, const ComplexMatrix& state);

}  // namespace herald
