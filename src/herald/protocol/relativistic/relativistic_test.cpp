// Who is too early, too late or inconsistent, and what the honest agents say to it.

#include <gtest/gtest.h>

#include <tuple>

#include "herald/protocol/relativistic/coin_flip_relativistic.h"
#include "herald/protocol/relativistic/commit_relativistic.h"
#include "herald/protocol/relativistic/commit_rounds.h"

namespace herald {
namespace {

// Of the agent in `judge` when a stranger sits in `seat`.
Verdict verdict_beside(const Protocol& protocol, std::size_t seat, Stranger stranger, std::size_t judge,
                       std::string_view alice = "honest") {
  Casting casting = Casting::standard(protocol);
  EXPECT_TRUE(casting.cast("alice", alice));
  auto game = protocol.set_up(casting);
  if (stranger != nullptr) (*game)->seat_stranger(seat, stranger);
  (*game)->play(1, 0);
  return (*game)->verdicts()[judge];
}

void expect_rejected(const Verdict& verdict, std::string_view phase, std::string_view reason) {
  EXPECT_FALSE(verdict.accepted);
  EXPECT_EQ(verdict.phase, phase);
  EXPECT_NE(verdict.reason.find(reason), std::string::npos) << verdict.reason;
}

// Who throws a bit at `time`, to the agent that catches it (its peer `to`), and tells its own.
template <std::size_t to>
Party<Verdict> throws_at(Seat& seat, double time) {
  co_await seat.until(time);
  seat.peer(to).send(CoinBit(true));
  seat.peer(1).send(CoinNews(true));
  co_return Verdict::accept();
}

// The bits are due 0.3 to 0.9 ms after the meeting began, from either party's agent.
TEST(CoinFlipRelativistic, ABitThatComesTooEarlyOrTooLateIsRefused) {
  const Protocol& protocol = coin_flip_relativistic_protocol();
  const auto alice = [&](Stranger alice_1) { return verdict_beside(protocol, 0, alice_1, 1); };
  const auto bob = [&](Stranger bob_2) { return verdict_beside(protocol, 3, bob_2, 2); };
  expect_rejected(alice([](Seat& seat) { return throws_at<0>(seat, 0.00029); }), "coin bit", "too early");
  expect_rejected(alice([](Seat& seat) { return throws_at<0>(seat, 0.00091); }), "coin bit", "too late");
  EXPECT_TRUE(alice([](Seat& seat) { return throws_at<0>(seat, 0.00089); }).accepted);
  expect_rejected(bob([](Seat& seat) { return throws_at<2>(seat, 0.00029); }), "coin bit", "too early");
  expect_rejected(bob([](Seat& seat) { return throws_at<2>(seat, 0.00091); }), "coin bit", "too late");
  EXPECT_TRUE(bob([](Seat& seat) { return throws_at<2>(seat, 0.00089); }).accepted);
}

// An agent of Alice's who opens what she says, but at `time`.
template <std::size_t bob>
Party<Verdict> opens_at(Seat& seat, double time) {
  auto opening = co_await seat.peer(0).receive<MeasuredOpening>();
  co_await seat.until(time);
  seat.peer(bob).send(std::move(opening));
  co_return Verdict::accept();
}
template <std::size_t bob>
Party<Verdict> opens_blindly(Seat& seat) {
  seat.peer(bob).send(MeasuredOpening(false, BitString(100)));
  co_return Verdict::accept();
}

// Light takes 15.6 ms to either place; the photons leave when it has gone three times, and the slack is 1 us.
TEST(CommitRelativistic, EachAgentsOpeningHasItsTime) {
  const Protocol& protocol = commit_relativistic_protocol();
  constexpr double kDue = 4 * 4677e3 / kSpeedOfLight;
  static constexpr double kJust = kDue + 0.9e-6, kLate = kDue + 1.1e-6;
  expect_rejected(verdict_beside(protocol, 2, opens_blindly<2>, 3), "opening", "before light");
  expect_rejected(verdict_beside(protocol, 4, opens_blindly<4>, 5), "opening", "before light");
  const Stranger late_1 = [](Seat& seat) { return opens_at<2>(seat, kLate); };
  const Stranger late_2 = [](Seat& seat) { return opens_at<4>(seat, kLate); };
  expect_rejected(verdict_beside(protocol, 2, late_1, 3), "opening", "too late");
  expect_rejected(verdict_beside(protocol, 4, late_2, 5), "opening", "too late");
  const Stranger just_1 = [](Seat& seat) { return opens_at<2>(seat, kJust); };
  const Stranger just_2 = [](Seat& seat) { return opens_at<4>(seat, kJust); };
  EXPECT_TRUE(verdict_beside(protocol, 2, just_1, 1).accepted);
  EXPECT_TRUE(verdict_beside(protocol, 4, just_2, 1).accepted);
  // The judge in the middle hears nothing from an agent who gave up.
  for (const std::size_t seat : {2, 4})
    expect_rejected(verdict_beside(protocol, seat, seat == 2 ? late_1 : late_2, 1), "opening", "sent nothing");
}

// An Alice who commits to 0, and what she says of which photons came.
Party<Verdict> alice_reports(Seat& seat, std::size_t of, std::size_t missing, double after) {
  auto photons = co_await seat.peer(0).receive_light(100);
  const Detections seen = measure(std::move(photons), Basis::z, seat.random);
  for (std::size_t agent = 1; agent <= 3; agent += 2) seat.peer(agent).send(MeasuredOpening(false, seen.bits));
  BitString arrived(of);
  for (std::size_t i = missing; i < of; ++i) arrived.set(i, true);
  co_await seat.until(seat.now() + after);
  seat.peer(0).send(ArrivedPhotons(std::move(arrived)));
  co_return Verdict::accept();
}

TEST(CommitRelativistic, WhichPhotonsCameIsSaidAtOnceAndOfEnoughOfThem) {
  const auto bob = [](Stranger alice, std::string_view strategy = "honest") {
    Casting casting = Casting::standard(commit_relativistic_protocol());
    EXPECT_TRUE(casting.cast("bob", strategy) && casting.set("holes", 0.1));
    auto game = casting.protocol->set_up(casting);
    (*game)->seat_stranger(0, alice);
    (*game)->play(1, 0);
    return (*game)->verdicts()[1];
  };
  EXPECT_TRUE(bob([](Seat& seat) { return alice_reports(seat, 100, 10, 0.9e-6); }).accepted);
  for (const std::string_view strategy : {"honest", "cheat-look"}) {
    expect_rejected(bob([](Seat& seat) { return alice_reports(seat, 100, 11, 0); }, strategy), "arrivals",
                    "11 of 100 photons are missing");
    expect_rejected(bob([](Seat& seat) { return alice_reports(seat, 101, 0, 0); }, strategy), "arrivals",
                    "of 101 photons; sent were 100");
    expect_rejected(bob([](Seat& seat) { return alice_reports(seat, 100, 0, 1.1e-6); }, strategy), "arrivals",
                    "too late");
  }
}

// Of a tenth of the outcomes wrong, half are compared: enough for one who lets nothing pass.
TEST(CommitRelativistic, WrongOutcomesAreCounted) {
  const Stranger flips = [](Seat& seat) -> Party<Verdict> {
    auto photons = co_await seat.peer(0).receive_light(100);
    Detections seen = measure(std::move(photons), Basis::z, seat.random);
    for (std::size_t i = 0; i < 20; ++i) seen.bits.flip(i);
    for (std::size_t agent = 1; agent <= 3; agent += 2) seat.peer(agent).send(MeasuredOpening(false, seen.bits));
    seat.peer(0).send(ArrivedPhotons(seen.detected));
    co_return Verdict::accept();
  };
  expect_rejected(verdict_beside(commit_relativistic_protocol(), 0, flips, 1), "opening",
                  "outcomes in her basis are wrong");
  Casting casting = Casting::standard(commit_relativistic_protocol());
  ASSERT_TRUE(casting.set("errors", 0.5));
  auto game = casting.protocol->set_up(casting);
  (*game)->seat_stranger(0, flips);
  (*game)->play(1, 0);
  EXPECT_TRUE((*game)->verdicts()[1].accepted);
}

TEST(CommitRelativistic, ALateOpeningIsRefused) {
  expect_rejected(verdict_beside(commit_relativistic_protocol(), 0, nullptr, 3, "cheat-delay"), "opening", "too late");
}

TEST(CommitRelativistic, PlacesThatAreToldDifferentThingsAreCompared) {
  expect_rejected(verdict_beside(commit_relativistic_protocol(), 0, nullptr, 1, "cheat-differ"), "opening",
                  "different things");
}

TEST(CommitRelativistic, OutcomesOfAnotherNumberOfPhotonsAreRefused) {
  const Stranger short_of_one = [](Seat& seat) -> Party<Verdict> {
    auto photons = co_await seat.peer(0).receive_light(100);
    for (std::size_t agent = 1; agent <= 3; agent += 2) seat.peer(agent).send(MeasuredOpening(false, BitString(99)));
    BitString arrived(100);
    for (std::size_t i = 0; i < 100; ++i) arrived.set(i, true);
    seat.peer(0).send(ArrivedPhotons(std::move(arrived)));
    co_return Verdict::accept(photons.size());
  };
  expect_rejected(verdict_beside(commit_relativistic_protocol(), 0, short_of_one, 1), "opening", "99 outcomes of 100");
}

TEST(CommitRounds, FieldsAreFields) {
  for (unsigned n = 1; n <= 8; ++n) {
    const std::uint64_t size = std::uint64_t{1} << n;
    for (std::uint64_t a = 1; a < size; ++a) {
      std::vector<bool> seen(size);
      for (std::uint64_t b = 0; b < size; ++b) {
        const FieldWord product = field_product(a, b, n);
        ASSERT_TRUE(product < size);
        EXPECT_FALSE(seen[static_cast<std::size_t>(product)]) << n << ": " << a << " " << b;
        seen[static_cast<std::size_t>(product)] = true;
        EXPECT_TRUE(product == field_product(b, a, n));
        EXPECT_TRUE((product ^ a) == field_product(a, b ^ 1, n));
      }
    }
  }
  SimulationRandom random(5);
  for (unsigned n = 9; n <= kMostFieldBits; ++n) {
    const auto element = [&] {
      const FieldWord word = (FieldWord{random.next_word()} << 64) | random.next_word();
      return word >> (kMostFieldBits - n);
    };
    for (int i = 0; i < 20; ++i) {
      const FieldWord a = element(), b = element(), c = element();
      EXPECT_TRUE(field_product(field_product(a, b, n), c, n) == field_product(a, field_product(b, c, n), n));
      EXPECT_TRUE((field_product(a, c, n) ^ field_product(b, c, n)) == field_product(a ^ b, c, n));
      // Fermat: a^(2^n) = a, of every element where the polynomial is irreducible; and the inverse is a^(2^n - 2).
      FieldWord power = a, inverse = 1;
      for (unsigned k = 0; k < n; ++k) {
        if (k > 0) inverse = field_product(inverse, power, n);
        power = field_product(power, power, n);
      }
      EXPECT_TRUE(power == a) << n;
      EXPECT_TRUE(a == 0 || field_product(a, inverse, n) == 1) << n;
    }
  }
}

// x^128 + x^7 + x^2 + x + 1, as in GCM: x^127 x = x^7 + x^2 + x + 1.
TEST(CommitRounds, TheFieldOf128BitsIsTheUsualOne) {
  EXPECT_TRUE(field_product(FieldWord{1} << 127, 2, 128) == 0x87);
  const FieldWord word = (FieldWord{7} << 100) | 9;
  Writer writer;
  encode_word(writer, word);
  Reader reader(writer.bytes());
  EXPECT_TRUE(decode_word(reader) == word);
}

// An agent of Alice's (whose peer `bob` asks) who answers its first challenge so much later, by so much more.
template <std::size_t bob>
Party<Verdict> answers(Seat& seat, double later, std::uint64_t more) {
  const auto challenge = co_await seat.peer(bob).receive<RoundChallenge>();
  co_await seat.until(seat.now() + later);
  seat.peer(bob).send(RoundAnswer(challenge.value + more));
  co_return Verdict::accept();
}
template <std::size_t bob>
Party<Verdict> answers_unasked(Seat& seat) {
  seat.peer(bob).send(RoundAnswer(1));
  co_return Verdict::accept();
}

TEST(CommitRounds, EachAgentsAnswerBeforeItsChallengeOrLateOrTooLongIsRefused) {
  const Protocol& protocol = commit_relativistic_rounds_protocol();
  const Stranger late[]{[](Seat& seat) { return answers<0>(seat, 1.1e-6, 0); },
                        [](Seat& seat) { return answers<2>(seat, 1.1e-6, 0); }};
  const Stranger too_long[]{[](Seat& seat) { return answers<0>(seat, 0, 256); },
                            [](Seat& seat) { return answers<2>(seat, 0, 256); }};
  const Stranger before[]{answers_unasked<0>, answers_unasked<2>};
  for (const std::size_t place : {0, 1}) {
    const std::size_t alice = 2 * place, bob = alice + 1;
    expect_rejected(verdict_beside(protocol, alice, before[place], bob), "answer", "before the challenge");
    expect_rejected(verdict_beside(protocol, alice, late[place], bob), "answer", "too late");
    expect_rejected(verdict_beside(protocol, alice, too_long[place], bob), "answer", "too long");
  }
}

// What a wrong answer, in whatever round, does to the opening.
TEST(CommitRounds, AWrongAnswerIsFoundAtTheOpening) {
  const Stranger wrong = [](Seat& seat) -> Party<Verdict> {
    seat.peer(1).send(SustainedPad(false, {1, 2, 3, 4, 5}));
    for (std::uint64_t round = 0; round < 3; ++round) {
      const auto challenge = co_await seat.peer(0).receive<RoundChallenge>();
      seat.peer(0).send(RoundAnswer(challenge.value));
    }
    co_return Verdict::accept();
  };
  const Protocol& protocol = commit_relativistic_rounds_protocol();
  for (const std::size_t bob : {1, 3})
    expect_rejected(verdict_beside(protocol, 0, wrong, bob), "opening", "not the one of her bit");
}

// Answers all rounds of a place, and opens at `time`.
template <std::size_t bob>
Party<Verdict> opens_rounds_at(Seat& seat, int rounds, double time) {
  for (int round = 0; round < rounds; ++round) {
    const auto challenge = co_await seat.peer(bob).receive<RoundChallenge>();
    seat.peer(bob).send(RoundAnswer(challenge.value));
  }
  co_await seat.until(time);
  seat.peer(bob).send(SustainedOpening(false, 0));
  co_return Verdict::accept();
}

// With five rounds the second place opens, with four the first.
TEST(CommitRounds, EachAgentsOpeningBeforeItsTimeOrAfterItIsRefused) {
  const auto bob_beside = [](double rounds, std::size_t seat, Stranger alice) {
    Casting casting = Casting::standard(commit_relativistic_rounds_protocol());
    EXPECT_TRUE(casting.set("rounds", rounds));
    auto game = casting.protocol->set_up(casting);
    (*game)->seat_stranger(seat, alice);
    (*game)->play(1, 0);
    return (*game)->verdicts()[seat + 1];
  };
  // The first round begins when light has gone twice; the answer time is 1 us.
  static constexpr double kStart = 2 * 7e3 / kSpeedOfLight, kRound = 17.28e-6;
  const Stranger early_2 = [](Seat& seat) { return opens_rounds_at<2>(seat, 2, 0); };
  const Stranger late_2 = [](Seat& seat) { return opens_rounds_at<2>(seat, 2, kStart + 5 * kRound + 1.1e-6); };
  const Stranger early_1 = [](Seat& seat) { return opens_rounds_at<0>(seat, 2, 0); };
  const Stranger late_1 = [](Seat& seat) { return opens_rounds_at<0>(seat, 2, kStart + 4 * kRound + 1.1e-6); };
  expect_rejected(bob_beside(5, 2, early_2), "opening", "too early");
  expect_rejected(bob_beside(5, 2, late_2), "opening", "too late");
  expect_rejected(bob_beside(4, 0, early_1), "opening", "too early");
  expect_rejected(bob_beside(4, 0, late_1), "opening", "too late");
}

TEST(CommitRounds, LightMustNotCrossInARound) {
  Casting casting = Casting::standard(commit_relativistic_rounds_protocol());
  for (const auto& [round, answer, possible] :
       {std::tuple{22.3e-6, 1e-6, true}, {22.4e-6, 1e-6, false}, {17e-6, 6.4e-6, false}, {1e-6, 2e-6, false}}) {
    ASSERT_TRUE(casting.set("round-time", round) && casting.set("answer-time", answer));
    const auto game = commit_relativistic_rounds_protocol().set_up(casting);
    EXPECT_EQ(game.has_value(), possible) << round << " " << answer;
    if (!game) {
      EXPECT_NE(game.error().message.find("possible is"), std::string::npos);
    }
  }
}

TEST(CommitRounds, SubplanesHaveAsManyIncidencesAsTheyShould) {
  for (unsigned n = 2; n <= commit_rounds::kMostSubplaneBits; n += 2) {
    const SecondRoundGuesses guesses = commit_rounds::subplane_guesses(n);
    const std::uint64_t size = std::uint64_t{1} << n, r = std::uint64_t{1} << (n / 2);
    std::uint64_t right = 0;
    for (std::uint64_t x = 0; x < size; ++x)
      for (std::uint64_t b = 0; b < size; ++b)
        if ((guesses.secrets[x] ^ guesses.answers[b]) == field_product(x, b, n)) ++right;
    EXPECT_EQ(right, r * r * r + r - 1) << n;
  }
  Casting casting = Casting::standard(commit_relativistic_rounds_protocol());
  ASSERT_TRUE(casting.cast("alice", "cheat-subplane"));
  EXPECT_TRUE(commit_relativistic_rounds_protocol().set_up(casting));
  for (const auto& [name, value] : {std::pair{"bits", 7.0}, std::pair{"bits", 12.0}, std::pair{"rounds", 1.0}}) {
    Casting impossible = casting;
    ASSERT_TRUE(impossible.set(name, value));
    EXPECT_FALSE(commit_relativistic_rounds_protocol().set_up(impossible)) << name;
  }
}

TEST(CommitRounds, APadOfAnotherFieldOrLengthIsRefusedByWhoGetsIt) {
  // Alice's agents are each other's second peer: the seats are alice-1, bob-1, alice-2, bob-2.
  const Stranger too_long = [](Seat& seat) -> Party<Verdict> {
    seat.peer(1).send(SustainedPad(true, std::vector<FieldWord>(5, 1 << 8)));
    co_return Verdict::accept();
  };
  const Stranger too_short = [](Seat& seat) -> Party<Verdict> {
    seat.peer(1).send(SustainedPad(true, {1, 2}));
    co_return Verdict::accept();
  };
  for (const std::string_view alice : {"honest", "cheat-hope", "cheat-wait", "cheat-subplane"}) {
    const Protocol& protocol = commit_relativistic_rounds_protocol();
    expect_rejected(verdict_beside(protocol, 0, too_long, 2, alice), "pad", "too long");
    expect_rejected(verdict_beside(protocol, 0, too_short, 2, alice), "pad", "of another length");
  }
}

TEST(CommitRounds, MessagesRefuseWhatTheyCannotMean) {
  EXPECT_FALSE(decode_frame<SustainedPad>(Bytes{5, 0, 4, 1, 2}));  // four elements in two bytes
  EXPECT_FALSE(decode_frame<SustainedPad>(Bytes{5, 2, 0}));
  EXPECT_FALSE(decode_frame<SustainedOpening>(Bytes{4, 2, 0}));
  const auto pad = decode_frame<SustainedPad>(encode_frame(SustainedPad(true, {7, 1 << 20})));
  ASSERT_TRUE(pad);
  EXPECT_TRUE(pad->bit);
  EXPECT_TRUE((pad->secrets == std::vector<FieldWord>{7, 1 << 20}));
  SustainedReport report;
  report.challenges = {1, 2};
  report.answers = {3, 4};
  report.opened = true;
  report.opening = SustainedOpening(true, 9);
  const auto again = decode_frame<SustainedReport>(encode_frame(report));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->answers == report.answers);
  EXPECT_TRUE(again->opening.secret == 9);
}

}  // namespace
}  // namespace herald
