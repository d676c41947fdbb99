#pragma once
// The order of the photons, as honest and dishonest readers undo it.

#include "herald/protocol/conjugate_coding/conjugate_coding.h"

namespace herald::conjugate_coding {

// Bits i and n + i change places where order[i] is 1: both ways.
BitString reordered(BitView bits, BitView order);
// By photon, 1: Basis::x.
BitString bases_of(BitView order);
// What a measurement showed, and a random bit where no photon came.
BitString seen_or_guessed(Detections seen, Seat& seat);
// What a reader makes of one bit a photon. Rejects an order of another length.
Verdict in_order(BitView seen, const PhotonOrder& order, bool wanted);

}  // namespace herald::conjugate_coding
