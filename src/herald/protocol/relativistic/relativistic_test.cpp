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

TEST(CoinFlipRelativistic, ABitThatComesTooEarlyOrTooLateIsRefused) {
  const Stranger early = [](Seat& seat) -> Party<Verdict> {
    seat.peer(0).send(CoinBit(true));
    co_return Verdict::accept();
  };
  // The window closes 0.9 ms after the meeting began.
  const Stranger late = [](Seat& seat) -> Party<Verdict> {
    co_await seat.until(0.00091);
    seat.peer(0).send(CoinBit(true));
    co_return Verdict::accept();
  };
  const Stranger just_in_time = [](Seat& seat) -> Party<Verdict> {
    co_await seat.until(0.00089);
    seat.peer(0).send(CoinBit(true));
    seat.peer(1).send(CoinNews(true));
    co_return Verdict::accept();
  };
  const Protocol& protocol = coin_flip_relativistic_protocol();
  expect_rejected(verdict_beside(protocol, 0, early, 1), "coin bit", "too early");
  expect_rejected(verdict_beside(protocol, 0, late, 1), "coin bit", "too late");
  EXPECT_TRUE(verdict_beside(protocol, 0, just_in_time, 1).accepted);
}

TEST(CommitRelativistic, AnOpeningBeforeLightCouldBringItIsRefused) {
  const Stranger early = [](Seat& seat) -> Party<Verdict> {
    seat.peer(2).send(MeasuredOpening(false, BitString(100)));
    co_return Verdict::accept();
  };
  const Protocol& protocol = commit_relativistic_protocol();
  expect_rejected(verdict_beside(protocol, 2, early, 3), "opening", "before light");
  // The judge in the middle hears nothing from there.
  expect_rejected(verdict_beside(protocol, 2, early, 1), "opening", "sent nothing");
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
        const std::uint64_t product = field_product(a, b, n);
        ASSERT_LT(product, size);
        EXPECT_FALSE(seen[product]) << n << ": " << a << " " << b;
        seen[product] = true;
        EXPECT_EQ(product, field_product(b, a, n));
        EXPECT_EQ(product ^ a, field_product(a, b ^ 1, n));
      }
    }
  }
  SimulationRandom random(5);
  for (unsigned n = 9; n <= 32; ++n)
    for (int i = 0; i < 20; ++i) {
      const std::uint64_t a = random.next_word() >> (64 - n), b = random.next_word() >> (64 - n),
                          c = random.next_word() >> (64 - n);
      EXPECT_EQ(field_product(field_product(a, b, n), c, n), field_product(a, field_product(b, c, n), n));
      // Fermat: a^(2^n) = a, of every element where the polynomial is irreducible.
      std::uint64_t power = a;
      for (unsigned k = 0; k < n; ++k) power = field_product(power, power, n);
      EXPECT_EQ(power, a);
    }
}

TEST(CommitRounds, AnAnswerBeforeItsChallengeOrLateOrTooLongIsRefused) {
  const Stranger before = [](Seat& seat) -> Party<Verdict> {
    seat.peer(0).send(RoundAnswer(1));
    co_return Verdict::accept();
  };
  const Stranger late = [](Seat& seat) -> Party<Verdict> {
    const auto challenge = co_await seat.peer(0).receive<RoundChallenge>();
    co_await seat.until(seat.now() + 1.1e-6);
    seat.peer(0).send(RoundAnswer(challenge.value));
    co_return Verdict::accept();
  };
  const Stranger too_long = [](Seat& seat) -> Party<Verdict> {
    const auto challenge = co_await seat.peer(0).receive<RoundChallenge>();
    seat.peer(0).send(RoundAnswer(challenge.value + 256));
    co_return Verdict::accept();
  };
  const Protocol& protocol = commit_relativistic_rounds_protocol();
  expect_rejected(verdict_beside(protocol, 0, before, 1), "answer", "before the challenge");
  expect_rejected(verdict_beside(protocol, 0, late, 1), "answer", "too late");
  expect_rejected(verdict_beside(protocol, 0, too_long, 1), "answer", "too long");
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

// With five rounds, the second place opens.
TEST(CommitRounds, AnOpeningBeforeItsTimeOrAfterItIsRefused) {
  const Stranger early = [](Seat& seat) -> Party<Verdict> {
    for (int round = 0; round < 2; ++round) {
      const auto challenge = co_await seat.peer(2).receive<RoundChallenge>();
      seat.peer(2).send(RoundAnswer(challenge.value));
    }
    seat.peer(2).send(SustainedOpening(false, 0));
    co_return Verdict::accept();
  };
  const Stranger late = [](Seat& seat) -> Party<Verdict> {
    for (int round = 0; round < 2; ++round) {
      const auto challenge = co_await seat.peer(2).receive<RoundChallenge>();
      seat.peer(2).send(RoundAnswer(challenge.value));
    }
    co_await seat.until(1);
    seat.peer(2).send(SustainedOpening(false, 0));
    co_return Verdict::accept();
  };
  const Protocol& protocol = commit_relativistic_rounds_protocol();
  expect_rejected(verdict_beside(protocol, 2, early, 3), "opening", "too early");
  expect_rejected(verdict_beside(protocol, 2, late, 3), "opening", "too late");
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
    seat.peer(1).send(SustainedPad(true, std::vector<std::uint64_t>(5, std::uint64_t{1} << 8)));
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
  EXPECT_EQ(pad->secrets, (std::vector<std::uint64_t>{7, 1 << 20}));
  SustainedReport report;
  report.challenges = {1, 2};
  report.answers = {3, 4};
  report.opened = true;
  report.opening = SustainedOpening(true, 9);
  const auto again = decode_frame<SustainedReport>(encode_frame(report));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->answers, report.answers);
  EXPECT_EQ(again->opening.secret, 9u);
}

}  // namespace
}  // namespace herald
