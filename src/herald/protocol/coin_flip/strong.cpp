#include "herald/protocol/coin_flip/strong.h"

#include <fmt/format.h>

#include "herald/protocol/fields.h"

namespace herald {

void CoinReply::encode(Writer& writer) const {
  encode_bit(writer, arrived);
  encode_bit(writer, bit);
}
CoinReply CoinReply::decode(Reader& reader) {
  CoinReply reply;
  reply.arrived = decode_bit(reader);
  reply.bit = decode_bit(reader);
  if (!reply.arrived && reply.bit) reader.fault("a bit for a photon that did not arrive");
  return reply;
}

void CoinOpening::encode(Writer& writer) const {
  encode_bit(writer, bit);
  encode_bit(writer, which);
}
CoinOpening CoinOpening::decode(Reader& reader) {
  const bool bit = decode_bit(reader);
  return {bit, decode_bit(reader)};
}

namespace strong_coin {

Verdict too_much_lost(std::size_t attempts) {
  return Verdict::reject("light", fmt::format("nothing arrived in {} attempts", attempts));
}

Events score(const std::array<Verdict, 2>& verdicts, bool wanted) {
  enum : unsigned { kZero, kOne, kNoCoin, kAsWanted };
  const auto& [alice, bob] = verdicts;
  const bool tossed = alice.accepted && bob.accepted && alice.value == bob.value;
  const bool one = bob.value == 1;
  return event_if(tossed && !one, kZero) | event_if(tossed && one, kOne) | event_if(!tossed, kNoCoin) |
         event_if(tossed && one == wanted, kAsWanted);
}

PathNoise path(const Casting& casting, const PathNoise& honest) {
  return casting.strategy("alice") == 0 && casting.strategy("bob") == 0 ? honest : PathNoise{};
}

}  // namespace strong_coin
}  // namespace herald
