// A stranger takes one seat of a protocol of the registry and sends what the input says: messages of any bytes and
// light of any length. The others must end, and whoever rejects must say at what and why.

#include <cstdint>
#include <map>
#include <memory>

#include "herald/protocol/meeting.h"
#include "herald/protocol/registry.h"

namespace herald {
namespace {

ByteView input;

// A byte says to whom and what, the next how much; then the bytes of a message.
Party<Verdict> stranger(Seat& seat) {
  Reader reader(input);
  while (reader.remaining() >= 2) {
    const auto what = reader.fixed<std::uint8_t>(), size = reader.fixed<std::uint8_t>();
    Peer& peer = seat.peer((what >> 2) % seat.peers());
    if ((what & 3) == 0) {
      peer.send(prepare(BitString(size), Basis::z));
    } else {
      const ByteView frame = reader.raw(std::min<std::size_t>(size, reader.remaining()));
      peer.messages.send_frame(Bytes(frame.begin(), frame.end()));
    }
  }
  co_return Verdict::accept();
}

Game& game_of(std::size_t index, std::size_t seat) {
  static std::map<std::pair<std::size_t, std::size_t>, std::unique_ptr<Game>> games;
  auto& game = games[{index, seat}];
  if (game == nullptr) {
    const Protocol& protocol = *protocols()[index];
    game = std::move(*protocol.set_up(Casting::standard(protocol)));
    game->seat_stranger(seat % game->seats().size(), stranger);
  }
  return *game;
}

}  // namespace
}  // namespace herald

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace herald;
  if (size < 2) return 0;
  Game& game = game_of(data[0] % protocols().size(), data[1] % 8);
  input = ByteView(data + 2, size - 2);
  game.play(1, data[1]);
  for (const Verdict& verdict : game.verdicts())
    if (!verdict.accepted) HERALD_CHECK(!verdict.phase.empty() && !verdict.reason.empty());
  return 0;
}
