#pragma once
// What honest and dishonest parties of the transfer have in common.

#include "herald/protocol/oblivious_transfer/oblivious_transfer.h"

namespace herald::oblivious_transfer {

// Ends the party: its peer's message is not what it must be.
[[noreturn]] void refuse(std::string_view phase, std::string reason);

// `count` of `size`, any of them equally likely.
BitString random_subset(std::size_t size, std::size_t count, SimulationRandom& random);
BitString all_ones(std::size_t size);
// What is in `within` and not in `without`.
BitString difference(BitView within, BitView without);

// That enough photons came; and the transfer of those alone.
void check_arrivals(const ArrivedPhotons& arrivals, const ObliviousTransfer& transfer);
ObliviousTransfer of_arrived(const ArrivedPhotons& arrivals, const ObliviousTransfer& transfer);
MeasuredTable of_arrived(const ArrivedPhotons& arrivals, const MeasuredTable& table);

// Alice's test: the opened values are what she sent wherever the bases agree, but for the errors that she permits.
void test(const MeasuredTable& opened, const MeasuredTable& sent, BitView tested, double errors);
// That the sets are two of one size, of untested photons, without a common one, and large enough.
void check_sets(const PositionSets& sets, BitView tested, const ObliviousTransfer& transfer);
// The strings under the hashes of what she sent, with its syndromes where there are errors.
MaskedStrings mask(const StringPair& strings, const PositionSets& sets, BitView sent, double errors,
                   SimulationRandom& random);

void check_tested(const TestedPositions& tested, const ObliviousTransfer& transfer);
void check_bases(const BasisTable& announced, const ObliviousTransfer& transfer);
// Sets of one size, the largest that is possible, from what Bob knows and what he does not.
PositionSets sets_by_choice(BitView known, BitView unknown, bool choice);
void check_strings(const MaskedStrings& masked, const PositionSets& sets, const ObliviousTransfer& transfer);
// One of the strings, from bits of Bob's, corrected where there are errors.
BitString unmask(const MaskedStrings& masked, const PositionSets& sets, BitView bits, double errors, bool which);

}  // namespace herald::oblivious_transfer
