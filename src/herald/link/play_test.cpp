// Two parties in two threads, each as in a process of its own, and a desk in a third.

#include "herald/link/play.h"

#include <gtest/gtest.h>

#include <csignal>
#include <future>
#include <thread>

#include "herald/link/desk_line.h"
#include "herald/protocol/registry.h"

namespace herald::link {
namespace {

using namespace std::chrono_literals;

// Until the end of its life, by the signal that ends it as a process.
class DeskThread {
 public:
  explicit DeskThread(std::uint64_t seed = 1) {
    std::promise<std::uint16_t> port;
    auto listening = port.get_future();
    m_thread = std::jthread([this, seed, port = std::move(port)]() mutable {
      served = serve_desk({"127.0.0.1", 0}, seed, [&](std::uint16_t taken) { port.set_value(taken); });
    });
    at = {"127.0.0.1", listening.get()};
  }
  ~DeskThread() {
    ::raise(SIGTERM);
    m_thread.join();
    EXPECT_TRUE(served);
  }
  net::Endpoint at;
  Result<void> served;

 private:
  std::jthread m_thread;
};

struct Played {
  Result<void> done;
  std::vector<Verdict> verdicts;
  std::string told;  // of the last run
};

// Both ends of a game. `change` may set one of them up differently.
std::array<Played, 2> play(const Casting& casting, std::uint64_t runs, const net::Endpoint& desk,
                           const std::function<void(std::array<PlayOptions, 2>&)>& change = {}) {
  std::array<PlayOptions, 2> options;
  std::array<Played, 2> played;
  std::promise<std::uint16_t> port;
  for (std::size_t seat = 0; seat < 2; ++seat) {
    options[seat].casting = casting;
    options[seat].seat = seat;
    options[seat].desk = desk;
    options[seat].runs = runs;
    options[seat].seed = 5 + seat;
    options[seat].patience = 10s;
    options[seat].verdict = [&played, seat](std::uint64_t, const Verdict& verdict, const std::string& told) {
      played[seat].verdicts.push_back(verdict);
      played[seat].told = told;
    };
  }
  options[0].listens = true;
  options[0].peer = {"127.0.0.1", 0};
  options[0].listening = [&](std::uint16_t taken) { port.set_value(taken); };
  if (change) change(options);
  std::jthread alice([&] { played[0].done = play_with_peer(options[0]); });
  options[1].peer = {"127.0.0.1", port.get_future().get()};
  played[1].done = play_with_peer(options[1]);
  alice.join();
  return played;
}

Casting flip(std::string_view alice, double photons) {
  Casting casting = Casting::standard(**find_protocol("coin-flip"));
  EXPECT_TRUE(casting.cast("alice", alice));
  EXPECT_TRUE(casting.set("photons", photons));
  return casting;
}

TEST(Play, HonestPartiesAgreeOnEveryCoin) {
  const DeskThread desk;
  const auto [alice, bob] = play(flip("honest", 100), 30, desk.at);
  ASSERT_TRUE(alice.done) << alice.done.error().message;
  ASSERT_TRUE(bob.done) << bob.done.error().message;
  ASSERT_EQ(alice.verdicts.size(), 30u);
  ASSERT_EQ(bob.verdicts.size(), 30u);
  std::uint64_t bobs = 0;
  for (std::size_t run = 0; run < 30; ++run) {
    EXPECT_TRUE(alice.verdicts[run].accepted && bob.verdicts[run].accepted) << bob.verdicts[run].reason;
    EXPECT_EQ(alice.verdicts[run].value, bob.verdicts[run].value);
    bobs += bob.verdicts[run].value;
  }
  EXPECT_TRUE(bobs > 0 && bobs < 30);  // fails with probability 2^-29
}

TEST(Play, EntanglementCheatsAcrossProcessesToo) {
  const DeskThread desk;
  const auto [alice, bob] = play(flip("cheat-epr", 60), 20, desk.at);
  ASSERT_TRUE(alice.done && bob.done);
  for (const Verdict& verdict : bob.verdicts) {
    EXPECT_TRUE(verdict.accepted) << verdict.reason;
    EXPECT_EQ(verdict.value, 0u);
  }
}

TEST(Play, ALieIsCaught) {
  const DeskThread desk;
  const auto [alice, bob] = play(flip("cheat-lie", 200), 20, desk.at);
  ASSERT_TRUE(alice.done && bob.done);
  std::size_t caught = 0;
  for (const Verdict& verdict : bob.verdicts) caught += verdict.accepted ? 0 : 1;
  EXPECT_GT(caught, 0u);  // of 20 that are right or lies by halves: fails with probability 2^-20
}

TEST(Play, OtherParametersOrTheSameSeatAreRefused) {
  const DeskThread desk;
  const auto other =
      play(flip("honest", 10), 1, desk.at, [](auto& options) { options[1].casting = flip("honest", 11); });
  EXPECT_EQ(other[0].done.error().code, ErrorCode::disagreement);
  EXPECT_EQ(other[1].done.error().code, ErrorCode::disagreement);
  const auto same = play(flip("honest", 10), 1, desk.at, [](auto& options) { options[1].seat = 0; });
  EXPECT_EQ(same[1].done.error().code, ErrorCode::disagreement);
}

// Two processes play what one does, or are told at once why not.
TEST(Play, EveryProtocolTravelsOrSaysWhyNot) {
  const DeskThread desk;
  for (const Protocol* protocol : protocols()) {
    const Casting casting = Casting::standard(*protocol);
    const auto game = protocol->set_up(casting);
    ASSERT_TRUE(game);
    const auto can = two_processes(casting, **game);
    if (!can) {
      EXPECT_NE(can.error().message.find("one process only: "), std::string::npos);
      EXPECT_NE(can.error().message.find("Two processes can play"), std::string::npos);
      continue;
    }
    const auto [first, second] = play(casting, 2, desk.at);
    for (const Played& played : {first, second}) {
      ASSERT_TRUE(played.done) << protocol->name << ": " << played.done.error().message;
      ASSERT_EQ(played.verdicts.size(), 2u) << protocol->name;
      for (const Verdict& verdict : played.verdicts)
        EXPECT_TRUE(verdict.accepted) << protocol->name << ": " << verdict.phase << ": " << verdict.reason;
    }
  }
}

// Each has its own input and nothing of the other's.
TEST(Play, AComputationOfTwoProcesses) {
  const DeskThread desk;
  for (const double extended : {0, 1}) {
    Casting casting = Casting::standard(**find_protocol("two-party-computation"));
    EXPECT_TRUE(casting.set("commitment", 1) && casting.set("circuit", 3) && casting.set("bits", 32));
    EXPECT_TRUE(casting.set("extended", extended));
    const auto [alice, bob] = play(casting, 1, desk.at, [](auto& options) {
      EXPECT_TRUE(options[0].casting.input("alice", "0xdeadbeef"));
      EXPECT_TRUE(options[1].casting.input("bob", "4000000000"));
    });
    for (const Played& played : {alice, bob}) {
      ASSERT_TRUE(played.done) << played.done.error().message;
      EXPECT_EQ(played.told, "result 0x1cd18e6ef") << played.verdicts[0].reason;
    }
  }
}

TEST(Play, WhatLightSuffersIsTheDesksBusiness) {
  const DeskThread desk;
  Casting half = flip("honest", 400);
  EXPECT_TRUE(half.set("transmittance", 0.5) && half.set("holes", 1));
  const auto [alice, bob] = play(half, 5, desk.at);
  ASSERT_TRUE(alice.done && bob.done);
  for (const Verdict& verdict : bob.verdicts) EXPECT_TRUE(verdict.accepted) << verdict.reason;
  // Whoever hides in the holes has a line of her own, without loss: the desk is not asked for two.
  Casting hides = half;
  EXPECT_TRUE(hides.cast("alice", "cheat-holes"));
  const auto two = play(half, 1, desk.at, [&](auto& options) { options[0].casting = hides; });
  ASSERT_FALSE(two[0].done);
  EXPECT_EQ(two[1].done.error().code, ErrorCode::disagreement);
  EXPECT_NE(two[1].done.error().message.find("path: transmittance 0.5"), std::string::npos)
      << two[1].done.error().message;
}

TEST(Play, WithoutADeskOrAPeerItSaysSo) {
  PlayOptions options;
  options.casting = flip("honest", 10);
  options.desk = {"127.0.0.1", 1};
  options.patience = 300ms;
  const auto no_desk = play_with_peer(options);
  ASSERT_FALSE(no_desk);
  EXPECT_NE(no_desk.error().message.find("herald desk"), std::string::npos) << no_desk.error().message;
  const DeskThread desk;
  options.desk = desk.at;
  options.listens = true;
  options.peer = {"127.0.0.1", 0};
  const auto no_peer = play_with_peer(options);
  ASSERT_FALSE(no_peer);
  EXPECT_EQ(no_peer.error().code, ErrorCode::unavailable);
}

TEST(Play, ASignalInterrupts) {
  const DeskThread desk;
  const std::atomic<bool> stop = true;
  PlayOptions options;
  options.casting = flip("honest", 10);
  options.desk = desk.at;
  options.listens = true;
  options.peer = {"127.0.0.1", 0};
  options.stop = &stop;
  const auto done = play_with_peer(options);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::interrupted);
}

}  // namespace
}  // namespace herald::link
