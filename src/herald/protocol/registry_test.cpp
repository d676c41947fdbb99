// What must hold for every protocol of the registry, whoever plays.

#include "herald/protocol/registry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "herald/protocol/meeting.h"

namespace herald {
namespace {

Party<Verdict> silent(Seat&) { co_return Verdict::accept(); }

Party<Verdict> gives_up(Seat& seat) {
  for (std::size_t i = 0; i < seat.peers(); ++i) seat.peer(i).send(Abort("tired"));
  co_return Verdict::accept();
}

Party<Verdict> sends_garbage(Seat& seat) {
  for (int round = 0; round < 12; ++round)
    for (std::size_t i = 0; i < seat.peers(); ++i) {
      Bytes frame(seat.random.next_below(40));
      for (std::uint8_t& byte : frame) byte = static_cast<std::uint8_t>(seat.random.next_word());
      // Half of them with a type that may be right.
      if (!frame.empty() && seat.random.next_bernoulli(0.5)) frame[0] = static_cast<std::uint8_t>(1 + round % 8);
      seat.peer(i).messages.send_frame(std::move(frame));
      seat.peer(i).send(prepare(random_bits(seat.random, seat.random.next_below(300)), Basis::z));
    }
  co_return Verdict::accept();
}

Party<Verdict> sends_no_qubits(Seat& seat) {
  for (int round = 0; round < 4; ++round)
    for (std::size_t i = 0; i < seat.peers(); ++i) {
      seat.peer(i).send(QubitString());
      seat.peer(i).messages.send_frame({});
    }
  co_return Verdict::accept();
}

// For ever, while others may wait for it.
Party<Verdict> naps(Seat& seat) {
  for (;;) co_await seat.until(seat.now() + 1);
  co_return Verdict::accept();
}

TEST(Registry, NamesAreUniqueAndHonestComesFirst) {
  std::set<std::string_view> names;
  for (const Protocol* protocol : protocols()) {
    EXPECT_TRUE(names.insert(protocol->name).second) << protocol->name;
    EXPECT_FALSE(protocol->steps.empty() || protocol->events.empty()) << protocol->name;
    EXPECT_LE(protocol->events.size(), 64u);
    for (const Role& role : protocol->roles) EXPECT_EQ(role.strategies.front().name, "honest") << protocol->name;
    for (const ProtocolParameter& parameter : protocol->parameters) {
      EXPECT_LE(parameter.least, parameter.standard) << protocol->name << " " << parameter.name;
      EXPECT_LE(parameter.standard, parameter.most) << protocol->name << " " << parameter.name;
    }
    for (const Event& event : protocol->events)
      EXPECT_TRUE(event.given.empty() || std::ranges::count(protocol->events, event.given, &Event::name) == 1);
  }
}

TEST(Registry, NamesNearbyAreSuggested) {
  const auto none = find_protocol("coinflip");
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().message.find("did you mean coin-flip"), std::string::npos) << none.error().message;
}

TEST(Registry, ImpossibleParametersAreRefusedWithWhatIsPossible) {
  for (const Protocol* protocol : protocols()) {
    Casting casting = Casting::standard(*protocol);
    for (const ProtocolParameter& parameter : protocol->parameters) {
      for (const double value : {std::nextafter(parameter.most, 1e300), std::nextafter(parameter.least, -1e300),
                                 std::numeric_limits<double>::quiet_NaN(), 1e301, -1e301}) {
        const auto set = casting.set(parameter.name, value);
        ASSERT_FALSE(set) << protocol->name << " " << parameter.name << " " << value;
        EXPECT_NE(set.error().message.find("possible is"), std::string::npos);
      }
      if (parameter.whole) {
        EXPECT_FALSE(casting.set(parameter.name, parameter.least + 0.5));
      }
    }
    EXPECT_FALSE(casting.set("no such parameter", 1));
    EXPECT_FALSE(casting.cast("nobody", "honest"));
    EXPECT_FALSE(casting.cast(protocol->roles.front().name, "no such way"));
  }
}

TEST(Registry, TheSameSeedGivesTheSameRun) {
  for (const Protocol* protocol : protocols()) {
    const Casting casting = Casting::standard(*protocol);
    auto one = protocol->set_up(casting), other = protocol->set_up(casting);
    ASSERT_TRUE(one && other) << protocol->name;
    (*other)->play(3, 5);
    for (std::uint64_t run = 0; run < 5; ++run) EXPECT_EQ((*one)->play(3, run), (*other)->play(3, run));
  }
}

TEST(Registry, WithoutCheatsEverybodyAccepts) {
  for (const Protocol* protocol : protocols()) {
    auto game = protocol->set_up(Casting::standard(*protocol));
    ASSERT_TRUE(game) << protocol->name << ": " << game.error().message;
    for (std::uint64_t run = 0; run < 20; ++run) {
      (*game)->play(1, run);
      for (const Verdict& verdict : (*game)->verdicts())
        EXPECT_TRUE(verdict.accepted) << protocol->name << ": " << verdict.phase << ": " << verdict.reason;
    }
  }
}

// Whoever takes any one seat, the others end, and whoever rejects says at what and why.
TEST(Registry, WhoNapsForEverIsLeftSleeping) {
  for (const Protocol* protocol : {*find_protocol("coin-flip"), *find_protocol("commit-relativistic")}) {
    auto game = protocol->set_up(Casting::standard(*protocol));
    (*game)->seat_stranger(0, naps);
    (*game)->play(7, 0);
    EXPECT_FALSE((*game)->verdicts()[0].accepted);
    for (const Verdict& verdict : (*game)->verdicts())
      EXPECT_TRUE(verdict.accepted || !(verdict.phase.empty() || verdict.reason.empty())) << protocol->name;
  }
}

TEST(Registry, StrangersEndARunWithAVerdict) {
  for (const Protocol* protocol : protocols())
    for (const Stranger stranger : {silent, gives_up, sends_garbage, sends_no_qubits}) {
      auto game = protocol->set_up(Casting::standard(*protocol));
      ASSERT_TRUE(game);
      const std::size_t seats = (*game)->seats().size();
      for (std::size_t seat = 0; seat < seats; ++seat) {
        auto again = protocol->set_up(Casting::standard(*protocol));
        (*again)->seat_stranger(seat, stranger);
        for (std::uint64_t run = 0; run < 25; ++run) {
          (*again)->play(7, run);
          for (const Verdict& verdict : (*again)->verdicts())
            if (!verdict.accepted) {
              EXPECT_FALSE(verdict.phase.empty() || verdict.reason.empty()) << protocol->name << " seat " << seat;
            }
        }
      }
    }
}

}  // namespace
}  // namespace herald
