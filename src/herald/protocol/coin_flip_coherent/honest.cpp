#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "herald/protocol/coin_flip_berlin/coin_flip_berlin.h"
#include "herald/protocol/coin_flip_coherent/coin_flip_coherent.h"
#include "herald/protocol/fields.h"
#include "herald/protocol/weak_pulses.h"

namespace herald {

std::size_t CoherentCoin::orders_for(double mean_photon_number, std::size_t pulses) {
  return photon_orders(mean_photon_number, pulses);
}

namespace coin_flip_coherent {
namespace {

using Photons = std::vector<std::optional<Qubit>>;

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

// The number of failures before the first success, kNone past `most`. p in [0, 1].
std::size_t until_success(double p, std::size_t most, SimulationRandom& random) {
  const double failures = std::log(random.next_double()) / std::log1p(-p);  // p = 0: without end
  return failures < static_cast<double>(most) ? static_cast<std::size_t>(failures) : kNone;
}

// Of a Poissonian number that is not 0.
std::size_t photon_number(double mean, SimulationRandom& random) {
  double left = random.next_double() * -std::expm1(-mean), p = mean * std::exp(-mean);
  std::size_t n = 1;
  for (; left > p && p > 0; p *= mean / static_cast<double>(n)) {
    left -= p;
    ++n;
  }
  return n;
}

QubitString empty_pulses(const CoherentCoin& coin, SimulationRandom& random) {
  QubitString empty = prepare(BitString(coin.pulses), Basis::z);
  lose(empty, 0, random);
  return empty;
}

// Pulses in states of coin_flip_berlin.h.
void send_pulses(Peer& bob, BitView bits, BitView bases, const CoherentCoin& coin, SimulationRandom& random) {
  std::vector<Photons> orders(coin.orders);
  const double filled = -std::expm1(-coin.mean_photon_number);
  std::size_t pulse = 0;
  for (;; ++pulse) {
    const std::size_t gap = until_success(filled, coin.pulses - pulse, random);
    if (gap == kNone) break;
    pulse += gap;
    const std::size_t photons = std::min(photon_number(coin.mean_photon_number, random), coin.orders);
    for (std::size_t m = 0; m < photons; ++m) {
      if (orders[m].empty()) orders[m].resize(coin.pulses);
      Qubit& photon = orders[m][pulse].emplace(Bb84State{Basis::z, bits[pulse]});
      apply(coin_flip_berlin::frame(coin.y, bases[pulse]), photon);
    }
  }
  for (Photons& photons : orders)
    bob.send(photons.empty() ? empty_pulses(coin, random) : put_together(std::move(photons)));
}

// The earliest pulse of which a photon arrived, and the first of those that did.
struct FirstClick {
  std::size_t pulse = kNone;
  std::optional<Qubit> photon;
};

FirstClick first_click(std::vector<Photons> orders) {
  FirstClick first;
  for (Photons& photons : orders) {
    const auto there = std::ranges::find_if(photons, [](const auto& photon) { return photon.has_value(); });
    const auto pulse = static_cast<std::size_t>(there - photons.begin());
    if (there == photons.end() || pulse >= first.pulse) continue;
    first.pulse = pulse;
    first.photon = std::move(*there);
  }
  return first;
}

}  // namespace

Verdict nothing_seen(const CoherentCoin& coin) {
  return Verdict::reject("light", fmt::format("no click in {} pulses", coin.pulses));
}

Party<Verdict> alice(Seat& seat, const CoherentCoin& coin) {
  Peer& bob = seat.peer();
  // 1. K weak pulses, a random bit in a random basis each.
  const BitString bits = random_bits(seat.random, coin.pulses), bases = random_bits(seat.random, coin.pulses);
  send_pulses(bob, bits, bases, coin, seat.random);
  const auto reply = co_await bob.receive<PulseReply>();
  if (!reply.detected) co_return nothing_seen(coin);
  if (reply.pulse >= coin.pulses)
    co_return Verdict::reject(PulseReply::kName, fmt::format("pulse {} of {}", reply.pulse, coin.pulses));
  // 4. She opens bit and basis of the pulse that he names.
  const bool bit = bits[reply.pulse];
  bob.send(CoinOpening(bit, bases[reply.pulse]));
  co_return strong_coin::tossed(bit, reply.bit);
}

Party<Verdict> bob(Seat& seat, const CoherentCoin& coin) {
  Peer& alice = seat.peer();
  std::vector<Photons> orders;
  for (std::size_t m = 0; m < coin.orders; ++m) {
    auto light = co_await alice.receive_light(coin.pulses);
    orders.push_back(take_apart(std::move(light)));
  }
  // 2. Each pulse in a random basis; what counts is the first click, a photon's or, before it, a dark one.
  const bool basis = random_bit(seat.random);
  FirstClick click = first_click(std::move(orders));
  const std::size_t dark = until_success(coin.dark_count, coin.pulses, seat.random);
  if (click.pulse == kNone && dark == kNone) {
    alice.send(PulseReply());
    co_return nothing_seen(coin);
  }
  const bool seen = dark < click.pulse
                        ? random_bit(seat.random)
                        : measure(std::move(*click.photon), coin_flip_berlin::frame(coin.y, basis), seat.random);
  // 3. He names the pulse, and a random bit.
  const bool bit = random_bit(seat.random);
  alice.send(PulseReply(std::min(dark, click.pulse), bit));
  // 5. In her basis he must have seen her bit; the coin is the sum of the bits.
  const auto opening = co_await alice.receive<CoinOpening>();
  if (opening.which == basis && opening.bit != seen)
    co_return Verdict::reject(CoinOpening::kName, "he saw the other bit in the basis that she names");
  co_return strong_coin::tossed(opening.bit, bit);
}

}  // namespace coin_flip_coherent
}  // namespace herald
