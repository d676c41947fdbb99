#include "herald/protocol/fields.h"
#include "herald/protocol/relativistic/coin_flip_relativistic.h"
#include "herald/protocol/relativistic/places.h"

namespace herald {

void CoinBit::encode(Writer& writer) const { encode_bit(writer, bit); }
CoinBit CoinBit::decode(Reader& reader) { return CoinBit(decode_bit(reader)); }
void CoinNews::encode(Writer& writer) const { encode_bit(writer, bit); }
CoinNews CoinNews::decode(Reader& reader) { return CoinNews(decode_bit(reader)); }

}  // namespace herald

namespace herald::coin_flip_relativistic {
namespace {

Verdict coin_of(bool one, bool other) { return Verdict::accept(one != other ? 1 : 0); }

Party<Verdict> throws(Seat& seat, Peer& opponent, Peer& own, const RelativisticCoin& coin) {
  // 1. At the agreed time, a random bit.
  co_await seat.until(coin.start);
  const bool thrown = random_bit(seat.random);
  opponent.send(CoinBit(thrown));
  // 3. The agents of one party tell each other: the coin is the sum.
  own.send(CoinNews(thrown));
  const auto news = co_await own.receive<CoinNews>();
  co_return coin_of(thrown, news.bit);
}

Party<Verdict> catches(Peer& opponent, Peer& own, const RelativisticCoin& coin) {
  // 2. The other's bit, before light could have told of ours.
  const auto caught = co_await opponent.receive<CoinBit>(Deadline(coin.start + coin.window));
  if (arrived_before(opponent, coin.start - coin.window)) co_return Verdict::reject(CoinBit::kName, "came too early");
  own.send(CoinNews(caught.bit));
  const auto news = co_await own.receive<CoinNews>();
  co_return coin_of(caught.bit, news.bit);
}

Party<Verdict> waits(Peer& opponent, Peer& own, bool coin) {
  const auto news = co_await own.receive<CoinNews>();
  const bool thrown = news.bit != coin;
  opponent.send(CoinBit(thrown));
  own.send(CoinNews(thrown));
  co_return coin_of(thrown, news.bit);
}

}  // namespace

Party<Verdict> alice_1(Seat& seat, const RelativisticCoin& coin) {
  return throws(seat, seat.peer(0), seat.peer(1), coin);
}
Party<Verdict> bob_1(Seat& seat, const RelativisticCoin& coin) { return catches(seat.peer(0), seat.peer(2), coin); }
Party<Verdict> alice_2(Seat& seat, const RelativisticCoin& coin) { return catches(seat.peer(2), seat.peer(0), coin); }
Party<Verdict> bob_2(Seat& seat, const RelativisticCoin& coin) {
  return throws(seat, seat.peer(2), seat.peer(1), coin);
}

Party<Verdict> alice_1_waits(Seat& seat, const RelativisticCoin&) { return waits(seat.peer(0), seat.peer(1), false); }
Party<Verdict> bob_2_waits(Seat& seat, const RelativisticCoin&) { return waits(seat.peer(2), seat.peer(1), true); }

}  // namespace herald::coin_flip_relativistic
