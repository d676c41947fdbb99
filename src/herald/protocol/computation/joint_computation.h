#pragma once
// Any boolean function of several parties' inputs by oblivious transfers: Goldreich, Micali, Wigderson, STOC 1987, 218,
// for two and more parties; that transfers are all it takes: Kilian, STOC 1988, 20. Each party holds an XOR share of
// every wire. Nobody learns more than the result, as long as everybody follows the steps: a party that deviates changes
// the result, unseen, and may learn from it.
//
// The transfers are quantum ones (oblivious_transfer/), each of one bit; or, extended, 128 quantum ones between each
// two parties are stretched by a cipher and a hash (Ishai, Kilian, Nissim, Petrank, CRYPTO 2003, LNCS 2729, 145): that
// is computational, and so is the whole run.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "herald/protocol/computation/shared_evaluation.h"
#include "herald/protocol/oblivious_transfer/oblivious_transfer.h"

namespace herald {

struct JointComputation {
  static constexpr std::size_t kMostParties = 5;

  // A group of inputs is a party's: the first group the first party's, and so on; parties beyond have none.
  const Circuit* circuit = nullptr;
  const Schedule* schedule = nullptr;
  std::size_t parties = 2;
  bool extended = false;
  ObliviousTransfer transfer;         // of one bit
  ObliviousTransfer seed_transfer;    // extended: of a seed of 128 bits
  std::span<const BitString> inputs;  // by group; whose is empty, or missing, draws its own
};

namespace joint_computation {

// A share of a party's input.
struct InputShare {
  static constexpr std::uint8_t kType = 9;
  static constexpr std::string_view kName = "input share";
  BitString share;

  InputShare() = default;
  explicit InputShare(BitString bits) : share(std::move(bits)) {}
  void encode(Writer& writer) const { writer.bits(share); }
  static InputShare decode(Reader& reader) { return InputShare(reader.bits(kMaxCircuitInputs)); }
};

// A share of the result.
struct ResultShare {
  static constexpr std::uint8_t kType = 10;
  static constexpr std::string_view kName = "result share";
  BitString share;

  ResultShare() = default;
  explicit ResultShare(BitString bits) : share(std::move(bits)) {}
  void encode(Writer& writer) const { writer.bits(share); }
  static ResultShare decode(Reader& reader) { return ResultShare(reader.bits(kMaxCircuitWires)); }
};

// Extension: what the receiver adds to the columns, column after column.
struct ExtensionColumns {
  static constexpr std::uint8_t kType = 11;
  static constexpr std::string_view kName = "columns of the extension";
  static constexpr std::size_t kMost = std::size_t{1} << 31;
  BitString columns;

  ExtensionColumns() = default;
  explicit ExtensionColumns(BitString all) : columns(std::move(all)) {}
  void encode(Writer& writer) const { writer.bits(columns); }
  static ExtensionColumns decode(Reader& reader) { return ExtensionColumns(reader.bits(kMost)); }
};

// Extension: both bits of each transfer, masked.
struct ExtendedBits {
  static constexpr std::uint8_t kType = 12;
  static constexpr std::string_view kName = "bits of the extension";
  static constexpr std::size_t kMost = std::size_t{1} << 25;
  BitString zero, one;

  ExtendedBits() = default;
  ExtendedBits(BitString first, BitString second) : zero(std::move(first)), one(std::move(second)) {}
  void encode(Writer& writer) const {
    writer.bits(zero);
    writer.bits(one);
  }
  static ExtendedBits decode(Reader& reader) {
    BitString zero = reader.bits(kMost);
    return {std::move(zero), reader.bits(kMost)};
  }
};

enum class Deviation : std::uint8_t {
  none,
  flips_result,     // gives the others a wrong share of the result's first bit
  spoils_transfer,  // as a sender, one bit of the first transfer: the product is wrong just when the other asked for it
  stores_photons,   // as a receiver, to get both bits of each transfer, and with them the sender's operands
};

// A party, in seat `me`, counted from 0. A verdict's output: its input, then the result, group after group; of a party
// that stores photons then also what it finds the first party's operands to be, left then right, round after round.
Party<Verdict> take_part(Seat& seat, const JointComputation& joint, std::size_t me, Deviation deviation);

}  // namespace joint_computation

// What a run of honest parties comes to: the result of any circuit, such as one of read_bristol(), on a string per
// input group, group after group. At most `parties` groups; the schedule is made here. Errors:
// invalid_argument for inputs that are not the circuit's, or a number of parties that is not 2 to 5; and what went
// wrong in the run.
struct JointOptions {
  std::size_t parties = 2;
  bool extended = false;
  std::uint64_t seed = 1;  // of the simulation
};
Result<std::vector<BitString>> compute_jointly(const Circuit& circuit, std::span<const BitString> inputs,
                                               const JointOptions& options);

// An input as people write it: 0x and hexadecimal digits, or a number in decimal digits, below 2^64; bit i weighs 2^i.
// Errors: invalid_argument, with what is wrong.
Result<BitString> read_input(std::string_view text, std::size_t bits);
// 0x and hexadecimal digits, as many as so many bits take.
std::string hexadecimal(BitView number);

// The transfers that are used unless said otherwise: of bits, and of seeds of 128 bits.
ObliviousTransfer transfer_of_bits();
ObliviousTransfer transfer_of_seeds();

const Protocol& two_party_computation_protocol();

}  // namespace herald
