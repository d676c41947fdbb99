#pragma once
// The two ends of a link for tests: in memory, with bytes that travel in pieces of any size, and a protocol that costs
// nothing.

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "herald/base/random.h"
#include "herald/link/block_protocol.h"
#include "herald/link/lab.h"
#include "herald/link/session.h"
#include "herald/protocol/bb84/lab.h"
#include "herald/store/test_store.h"

namespace herald::link {

using store::must;

// Light without physics: Alice and Bob share every bit of a block, which depends on its number alone.
class ToyLight final : public bb84::Light {
 public:
  explicit ToyLight(std::uint64_t bits) : m_bits(bits) {}
  Origin origin() const override { return Origin::simulated; }
  Result<Clicks> clicks(std::uint64_t block) override;
  Result<Settings> settings(std::uint64_t block, std::span<const std::uint64_t> pulses) override;

 private:
  std::uint64_t m_bits;
};

// A conversation of the shape of BB84's without its work. The key is a function of every bit said, so that a change
// that nobody notices would give different keys.
struct ToyProtocol final : BlockProtocol {
  std::uint64_t bits = 2048;  // of a block's key
  unsigned rounds = 2;
  bool disturbed = false;      // both ends see too many errors
  std::string note = "plain";  // a parameter
  FailureProbability failure{1e-9};

  std::string describe() const override;
  ErrorRate first_error_rate() const override { return ErrorRate(0.02); }
  ErrorRate abort_error_rate() const override { return ErrorRate(0.08); }
  Epsilon epsilon() const override { return {failure, failure, failure}; }
  Party<BlockOutcome> alice(Wire& peer, Wire& lab, BlockContext block, SecretRandom& random) override;
  Party<BlockOutcome> bob(Wire& peer, Wire& lab, BlockContext block, SecretRandom& random) override;
};

// One end, with its files: what stays when its process goes.
class TestEnd {
 public:
  TestEnd(std::filesystem::path database, const store::SecretFile& psk, SessionConfig session, BlockProtocol& protocol);
  // As a process that starts again with the same files.
  void restart();
  void stop();  // closes the files

  SessionConfig config;
  BlockProtocol* protocol;
  SessionEvents events;
  SecretBits gate_key;
  EndState& state() { return *m_state; }
  store::KeyStore& store() { return *m_store; }
  PadStore& pads() { return *m_pads; }
  bool is_alice() const { return config.end == store::End::alice; }
  std::filesystem::path database;

 private:
  std::optional<store::KeyStore> m_store;
  std::unique_ptr<PadStore> m_pads;
  std::unique_ptr<EndState> m_state;
};

// Sees what is said on the wire, and remembers which pad bits were named. Fails the test when some are named twice.
class PadWitness {
 public:
  void see(ByteView from_alice);
  void new_connection() { m_decoder = {}; }
  std::uint64_t bits() const { return m_bits; }

 private:
  net::FrameDecoder m_decoder;
  std::map<Uuid, std::map<std::uint64_t, std::uint64_t>> m_named;  // segment → begin → end
  std::uint64_t m_bits = 0;
};

store::SecretFile test_psk(std::size_t bits, std::uint64_t seed = 1);

// Both ends of one link in a directory of their own.
struct Pair {
  ToyProtocol alice_protocol, bob_protocol;
  store::TestDirectory directory;
  TestEnd alice, bob;
  PadWitness witness;

  explicit Pair(std::size_t psk_bits = 1 << 16, const SessionConfig& session = test_session());
  static SessionConfig test_session();
  void restart();
  TestEnd& end(bool is_alice) { return is_alice ? alice : bob; }
};

// Every key is in both stores or in neither, under the same ID and with the same bits; no block's fate is open.
void expect_same_keys(Pair& pair);
// What a pad has left is the same at both ends. Uses it up.
void expect_same_pads(Pair& pair);

// Thrown from SessionEvents::reached: the process is no more.
struct Crash {};

// A connection between both ends, in memory.
class Meeting {
 public:
  enum class Ended { over, stuck, crashed };
  using Tamper = std::function<void(std::uint64_t offset,
                                    Bytes& bytes)>;  // of what one end sends, from this offset of the stream on

  // The light is a toy's unless given.
  Meeting(Pair& pair, std::uint64_t seed, bb84::Light* light = nullptr);
  ~Meeting();

  Tamper tamper_with_alice, tamper_with_bob;
  // Bytes of either direction that arrive before the connection breaks.
  std::uint64_t cut_alice = ~std::uint64_t{0}, cut_bob = ~std::uint64_t{0};
  std::function<void()> each_step = [] {};  // before a piece is delivered

  // Carries bytes in pieces, in whatever order, until both ends are over or neither says anything more. An end whose
  // peer is over hears that the connection is gone, after the peer's last words.
  Ended run();
  // Both ends hear that the connection broke.
  void hang_up();

  Session& alice() { return *m_sides[0].session; }
  Session& bob() { return *m_sides[1].session; }
  Session& side(bool is_alice) { return is_alice ? alice() : bob(); }
  std::uint64_t sent_by_alice() const { return m_sides[0].sent; }
  std::uint64_t sent_by_bob() const { return m_sides[1].sent; }

 private:
  struct Side {
    Scheduler scheduler;
    std::unique_ptr<LocalLab> lab;
    std::unique_ptr<Session> session;
    Bytes outbox;  // on the way to the peer
    std::uint64_t sent = 0, arrived = 0;
    bool crashed = false;
    bool gone() const { return crashed || session->over(); }
  };
  void take_output(int side);
  void pump(int side);
  void fail(int side, const std::string& why);
  void deliver(int from);

  Pair& m_pair;
  SimulationRandom m_random;
  ToyLight m_toy_light;
  bb84::Light& m_light;
  std::uint64_t m_most;  // bytes a piece
  bool m_broken = false;
  Side m_sides[2];  // 0: Alice
};

// A meeting where nobody interferes: opens, makes `blocks` blocks, parts.
void meet_honestly(Pair& pair, std::uint64_t seed, std::uint64_t blocks);

std::string error_of(const Session& session);

}  // namespace herald::link
