#pragma once
// What a bank knows of a bill.

#include <fmt/format.h>

#include "herald/protocol/conjugate_coding/money.h"

namespace herald::money {

// What it writes down.
struct Note {
  std::uint64_t serial;
  BitString bits, bases;
};
inline Note draw_note(Seat& bank, std::size_t photons) {
  return {bank.random.next_word(), random_bits(bank.random, photons), random_bits(bank.random, photons)};
}
inline QubitString photons_of(const Note& note) { return prepare(note.bits, note.bases); }

inline Verdict refused(std::string_view phase, std::size_t bill, std::size_t wrong) {
  return Verdict::reject(phase, fmt::format("{} photons of bill {} are not what the bank made", wrong, bill + 1));
}

}  // namespace herald::money
