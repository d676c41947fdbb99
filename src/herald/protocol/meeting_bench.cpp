// What the party interface costs, beside a plain twin that does the same on two-vectors of Eigen.

#include <benchmark/benchmark.h>

#include <Eigen/Dense>
#include <numbers>

#include "herald/protocol/game.h"
#include "herald/protocol/registry.h"

namespace herald {
namespace {

// Right whatever its value, or judged as if it had come as bytes.
template <bool is_any>
struct Ping {
  static constexpr bool kAnyValue = is_any;
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "ping";
  std::uint64_t value = 0;
  Ping() = default;
  explicit Ping(std::uint64_t v) : value(v) {}
  void encode(Writer& writer) const { writer.varint(value); }
  static Ping decode(Reader& reader) { return Ping(reader.varint()); }
};

constexpr std::array<std::string_view, 2> kTwo{"alice", "bob"};
constexpr int kRounds = 1000;

void hold(Meeting& meeting, std::uint64_t run, Stranger alice, Stranger bob) {
  meeting.begin(1, run);
  std::array<Party<Verdict>, 2> parties{alice(meeting.seat(0)), bob(meeting.seat(1))};
  std::array<Verdict, 2> verdicts;
  meeting.hold(parties, verdicts);
  HERALD_CHECK(verdicts[0].accepted && verdicts[1].accepted);
}

template <bool is_any>
Party<Verdict> asks(Seat& seat) {
  for (int i = 0; i < kRounds; ++i) {
    seat.peer().send(Ping<is_any>(1));
    const auto answer = co_await seat.peer().receive<Ping<is_any>>();
    HERALD_CHECK(answer.value == 2);
  }
  co_return Verdict::accept();
}
template <bool is_any>
Party<Verdict> answers(Seat& seat) {
  for (int i = 0; i < kRounds; ++i) {
    const auto question = co_await seat.peer().receive<Ping<is_any>>();
    seat.peer().send(Ping<is_any>(question.value + 1));
  }
  co_return Verdict::accept();
}

// Send, suspend, resume.
template <bool is_any>
void messages(benchmark::State& state) {
  Meeting meeting(kTwo);
  std::uint64_t run = 0;
  for (auto _ : state) hold(meeting, run++, asks<is_any>, answers<is_any>);
  state.SetItemsProcessed(state.iterations() * 2 * kRounds);
}
BENCHMARK(messages<true>)->Name("messages");
BENCHMARK(messages<false>)->Name("messages_judged");

// Complete flips of 100 photons, both honest.
void coin_flips(benchmark::State& state) {
  const Protocol& protocol = **find_protocol("coin-flip");
  const auto game = *protocol.set_up(Casting::standard(protocol));
  std::uint64_t run = 0;
  for (auto _ : state) benchmark::DoNotOptimize(game->play(1, run++));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(coin_flips);

constexpr std::size_t kString = 1 << 16;

// BB84's light: random bits in random bases, sent, measured in random bases.
void bb84_qubits(benchmark::State& state) {
  Meeting meeting(kTwo);
  std::uint64_t run = 0;
  for (auto _ : state)
    hold(
        meeting, run++,
        [](Seat& seat) -> Party<Verdict> {
          const BitString bits = random_bits(seat.random, kString), bases = random_bits(seat.random, kString);
          seat.peer().send(prepare(bits, bases));
          co_return Verdict::accept();
        },
        [](Seat& seat) -> Party<Verdict> {
          auto light = co_await seat.peer().receive_light(kString);
          const BitString bases = random_bits(seat.random, kString);
          Detections seen = measure(std::move(light), bases, seat.random);
          co_return Verdict::accept(0, std::move(seen.bits));
        });
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kString));
}
BENCHMARK(bb84_qubits);

// One half sent, both measured in random bases.
void epr_pairs_measured(benchmark::State& state) {
  Meeting meeting(kTwo);
  std::uint64_t run = 0;
  for (auto _ : state)
    hold(
        meeting, run++,
        [](Seat& seat) -> Party<Verdict> {
          auto [mine, yours] = epr_pairs(kString);
          seat.peer().send(std::move(yours));
          const BitString bases = random_bits(seat.random, kString);
          Detections seen = measure(std::move(mine), bases, seat.random);
          co_return Verdict::accept(0, std::move(seen.bits));
        },
        [](Seat& seat) -> Party<Verdict> {
          auto light = co_await seat.peer().receive_light(kString);
          const BitString bases = random_bits(seat.random, kString);
          Detections seen = measure(std::move(light), bases, seat.random);
          co_return Verdict::accept(0, std::move(seen.bits));
        });
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kString));
}
BENCHMARK(epr_pairs_measured);

// The twin of coin_flips: no parties, a two-vector a photon.
void coin_flips_on_vectors(benchmark::State& state) {
  constexpr std::size_t kPhotons = 100;
  const double half = 1 / std::numbers::sqrt2;
  Eigen::Matrix2cd frames[2];
  frames[0] << 1, 0, 0, 1;
  frames[1] << half, half, half, -half;
  SimulationRandom random(1);
  for (auto _ : state) {
    const std::size_t basis = random.next_word() & 1;
    std::array<bool, kPhotons> bits{}, seen{};
    std::array<std::size_t, kPhotons> bases{};
    for (std::size_t i = 0; i < kPhotons; ++i) {
      bits[i] = (random.next_word() & 1) != 0;
      const Eigen::Vector2cd photon = frames[basis].col(bits[i] ? 1 : 0);
      bases[i] = random.next_word() & 1;
      const Eigen::Vector2cd turned = frames[bases[i]].adjoint() * photon;
      seen[i] = random.next_bernoulli(std::norm(turned(1)));
    }
    bool right = true;
    for (std::size_t i = 0; i < kPhotons; ++i) right = right && (bases[i] != basis || seen[i] == bits[i]);
    HERALD_CHECK(right);
    benchmark::DoNotOptimize(random.next_word());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(coin_flips_on_vectors);

}  // namespace
}  // namespace herald
