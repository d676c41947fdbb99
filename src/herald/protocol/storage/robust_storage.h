#pragma once
// Oblivious transfer against a limited quantum memory over a line that loses and disturbs photons, with a source of
// single photons or an attenuated laser: Wehner, Curty, Schaffner, Lo, PRA 81, 052336 (2010), in the steps of
// Schaffner, PRA 82, 032308 (2010). Bob says which pulses came before the bases are told, and a fixed number of them
// counts; errors are corrected by syndromes that travel one way. The memory takes so many qubits (Damgaard et al.
// 2007), each of which it may disturb (Wehner, Schaffner, Terhal 2008).

#include "herald/protocol/storage/noisy_storage.h"
#include "herald/protocol/weak_pulses.h"

namespace herald {

struct RobustStorage {
  std::size_t pulses = 100;
  std::size_t counted = 100;  // so many of those that came make the strings; fewer, and Alice gives up
  std::size_t length = 8;     // bits of either string
  double errors = 0;          // share of errors that the syndromes correct
  std::size_t memory = 90;    // qubits that a cheat keeps
  double storage = 1;         // r: each is kept with this probability, and else replaced by an even mixture
  double waiting = 1e-3;      // s
  double mean_photon_number = 0;
  std::size_t orders = 1;      // strings of photons (weak_pulses.h)
  bool single_photons = true;  // one a pulse, in place of a laser's
  PulseReceiver receiver;
};

namespace robust_transfer {

// Outputs are as in noisy_storage.h. Alice's value: kGuesses and kGuessedOne of a cheat; then two bits for either
// basis: whether any pulse that counts was sent in it, and the first one's bit. Bob's: his choice; then those of its
// basis as he saw them.
inline constexpr std::uint64_t kGuesses = 1, kGuessedOne = 2;
inline constexpr unsigned kAliceFirsts = 2, kBobFirst = 1;  // places of those two bits

Party<Verdict> alice(Seat& seat, const RobustStorage& transfer);
Party<Verdict> bob(Seat& seat, const RobustStorage& transfer);

// Spoils the syndrome of one string: Bob would need it, or not.
Party<Verdict> alice_spoils_a_syndrome(Seat& seat, const RobustStorage& transfer);
// Fills all pulses with many photons in one basis, so that in the other both detectors fire; a Bob who drops such
// pulses reports few, and tells her his basis.
Party<Verdict> alice_sends_bright(Seat& seat, const RobustStorage& transfer);
// Over a line of his own without loss: reads pulses of several photons in both bases, keeps single photons as far as
// his memory goes, measures others halfway between the bases, and says that the rest did not come: as many as Alice
// lets pass.
Party<Verdict> bob_hides_in_losses(Seat& seat, const RobustStorage& transfer);
// The same, but says that all that he could neither read nor keep did not come.
Party<Verdict> bob_picks(Seat& seat, const RobustStorage& transfer);

// The parts of the steps that cheats share with honest parties -------------------------------------------------------

// All pulses, with single photons or weak; for the other to receive by receive_pulses.
void send_pulses(Peer& bob, BitView bits, BitView bases, const RobustStorage& transfer, SimulationRandom& random);
Party<std::vector<QubitString>> receive_pulses(Peer& alice, const RobustStorage& transfer);
// Why a stranger's arrivals are none of `pulses`, or too few for `counted`; empty when they will do.
std::string fault(const Arrivals& arrivals, std::size_t pulses, std::size_t counted);
// The first so many of those that came: these count.
BitString first_of(BitView arrived, std::size_t count);
// 2 and the bit of the first counted pulse that was sent in that basis; 0 when there is none.
std::uint64_t first_in_basis(BitView bits, const BasesAndHashes& told, BitView counted, unsigned which);

}  // namespace robust_transfer

const Protocol& robust_transfer_protocol();
const Protocol& coherent_transfer_protocol();

}  // namespace herald
