#include <fmt/format.h>

#include <algorithm>

#include "herald/protocol/fields.h"
#include "herald/protocol/storage/classical_storage.h"

namespace herald::classical_key {
namespace {

constexpr std::string_view kCommon = "common positions";

// Everybody hears what is said: the seats are Alice, Bob, Eve.
template <Message M>
void say(Seat& seat, const M& message) {
  for (std::size_t i = 0; i < seat.peers(); ++i) seat.peer(i).send(message);
}

}  // namespace

Party<Verdict> alice(Seat& seat, const ClassicalStorage& parameters, PassingString& string) {
  Peer& bob = seat.peer(0);
  // 1. The string passes by, and she keeps bits at positions of her own.
  const KeptBits kept = string.keep(random_positions(parameters.kept, parameters.string, seat.random));
  co_await seat.until(PassingString::kPassing);
  // 2. When it is gone she says which.
  say(seat, KeptPositions(kept.positions));
  // 4. The bits that both have, hashed, are the key.
  const auto common = co_await bob.receive<KeptPositions>();
  std::string wrong = fault(common, parameters.overlap, parameters.string);
  if (!wrong.empty()) co_return Verdict::reject(kCommon, std::move(wrong));
  BitString bits;
  for (const std::size_t place : common_places(kept.positions, common.positions)) bits.push_back(kept.bits[place]);
  if (bits.size() != parameters.overlap) co_return Verdict::reject(kCommon, "positions that she did not keep");
  const HashSeeds told = draw_hash_seeds(parameters, seat.random);
  say(seat, told);
  co_return Verdict::accept(0, hash_of(bits, told.seeds[0], parameters.length));
}

Party<Verdict> bob(Seat& seat, const ClassicalStorage& parameters, PassingString& string) {
  Peer& alice = seat.peer(0);
  // 1. He keeps bits at positions of his own.
  const KeptBits kept = string.keep(random_positions(parameters.kept, parameters.string, seat.random));
  const auto hers = co_await alice.receive<KeptPositions>();
  std::string wrong = fault(hers, parameters.kept, parameters.string);
  if (!wrong.empty()) co_return Verdict::reject(KeptPositions::kName, std::move(wrong));
  // 3. Some that both have, drawn at random.
  const std::vector<std::size_t> places = common_places(kept.positions, hers.positions);
  if (places.size() < parameters.overlap)
    co_return Verdict::reject(
        kCommon, fmt::format("{} common positions of {} that it takes", places.size(), parameters.overlap));
  std::vector<std::size_t> chosen;
  std::sample(places.begin(), places.end(), std::back_inserter(chosen), static_cast<std::ptrdiff_t>(parameters.overlap),
              seat.random);
  Positions common;
  BitString bits;
  for (const std::size_t place : chosen) {
    common.push_back(kept.positions[place]);
    bits.push_back(kept.bits[place]);
  }
  say(seat, KeptPositions(std::move(common)));
  const auto told = co_await alice.receive<HashSeeds>();
  wrong = fault(told, parameters);
  if (!wrong.empty()) co_return Verdict::reject(HashSeeds::kName, std::move(wrong));
  co_return Verdict::accept(0, hash_of(bits, told.seeds[0], parameters.length));
}

Party<Verdict> eve(Seat& seat, const ClassicalStorage& parameters, PassingString& string) {
  Peer& alice = seat.peer(0);
  Peer& bob = seat.peer(1);
  const KeptBeginning kept = string.keep_beginning(string.room());
  const auto hers = co_await alice.receive<KeptPositions>();
  const auto common = co_await bob.receive<KeptPositions>();
  const auto told = co_await alice.receive<HashSeeds>();
  std::string wrong = fault(hers, parameters.kept, parameters.string);
  if (wrong.empty()) wrong = fault(common, parameters.overlap, parameters.string);
  if (wrong.empty()) wrong = fault(told, parameters);
  if (!wrong.empty()) co_return Verdict::reject("listening", std::move(wrong));
  BitString bits;
  for (const std::uint64_t position : common.positions)
    bits.push_back(kept.knows(position) ? kept[position] : random_bit(seat.random));
  co_return Verdict::accept(0, hash_of(bits, told.seeds[0], parameters.length));
}

}  // namespace herald::classical_key
