#include <fmt/format.h>

#include <algorithm>

#include "herald/protocol/fields.h"
#include "herald/protocol/storage/classical_storage.h"

namespace herald {

void KeptPositions::encode(Writer& writer) const {
  writer.varint(positions.size());
  for (const std::uint64_t position : positions) writer.varint(position);
}
KeptPositions KeptPositions::decode(Reader& reader) {
  const std::uint64_t count = reader.varint();
  if (count > reader.remaining()) reader.fault("more positions than bytes");
  KeptPositions told;
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) told.positions.push_back(reader.varint());
  return told;
}

void HashSeeds::encode(Writer& writer) const {
  for (const BitString& seed : seeds) writer.bits(seed);
}
HashSeeds HashSeeds::decode(Reader& reader) {
  HashSeeds told;
  for (BitString& seed : told.seeds) seed = reader.bits(kMostBits);
  return told;
}

std::string fault(const KeptPositions& told, std::size_t count, std::uint64_t string) {
  if (told.positions.size() != count) return fmt::format("{} positions instead of {}", told.positions.size(), count);
  if (std::ranges::adjacent_find(told.positions, std::greater_equal()) != told.positions.end())
    return "positions that do not rise";
  if (!told.positions.empty() && told.positions.back() >= string)
    return fmt::format("position {} in a string of {} bits", told.positions.back(), string);
  return {};
}

std::string fault(const HashSeeds& told, const ClassicalStorage& parameters) {
  const std::size_t needed = hash_seed_bits(parameters.overlap, parameters.length);
  for (const BitString& seed : told.seeds)
    if (seed.size() != needed)
      return fmt::format("a hash function of {} bits where {} are needed", seed.size(), needed);
  return {};
}

HashSeeds draw_hash_seeds(const ClassicalStorage& parameters, SimulationRandom& random) {
  const std::size_t size = hash_seed_bits(parameters.overlap, parameters.length);
  return HashSeeds({random_bits(random, size), random_bits(random, size)});
}

Party<Verdict> while_string_passes(Seat& seat, const ClassicalStorage& parameters, StringProgram program,
                                   StringMemory memory) {
  PublicString string;
  if (seat.name() == "alice") {
    string = PublicString(seat.random.next_word());
    for (std::size_t i = 0; i < seat.peers(); ++i) seat.peer(i).send(string);
  } else {
    const auto begins = co_await seat.peer(0).receive<PublicString>();
    string = begins;
  }
  const std::uint64_t room = memory == StringMemory::honest  ? parameters.kept
                             : memory == StringMemory::cheat ? parameters.memory
                                                             : 0;
  PassingString passing(string, parameters.string, room, seat);
  auto verdict = co_await program(seat, parameters, passing);
  co_return verdict;
}

}  // namespace herald
