#pragma once
// One meeting of the two ends of a link, from hello to farewell: opens (who are you, do we agree, what became of the
// blocks under way when we parted), then runs blocks, several at once. Bytes in, bytes out; no sockets, no clock.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "herald/auth/pad_book.h"
#include "herald/auth/transcript.h"
#include "herald/link/block_protocol.h"
#include "herald/link/messages.h"
#include "herald/link/mux.h"
#include "herald/store/key_store.h"

namespace herald::link {

// Pad bits of a block, and of an opening: a tag's key for each end. Ranges are whole multiples of it within their
// segment, so that no bits ever serve in two roles.
inline constexpr std::uint64_t kBlockPadBits = 2 * kTagKeyBits;

struct SessionConfig {
  std::string link;  // its name, the same at both ends
  store::End end = store::End::alice;
  std::uint64_t key_bits = 256;              // of each key that a block is cut into
  std::uint64_t replenish_bits = 4096;       // of a block's secret bits, set aside for authentication
  std::uint64_t pad_reserve_bits = 1 << 18;  // nothing more is set aside while Alice has as many
  std::size_t blocks_in_flight = 3;
  std::uint64_t max_blocks = 0;       // stop after as many distilled blocks; 0: do not
  std::uint64_t until_keys = 0;       // stop when the store holds as many for this link; 0: do not
  FailureProbability lifetime{1e-3};  // epsilon that the link may spend before it stops
  unsigned give_up_after = 3;         // blocks aborted in a row
};

// Told what happens, in the session's thread. Nothing secret passes here.
struct SessionEvents {
  std::function<void()> opened = [] {};
  std::function<void(const BlockReport&, const Ledger&)> distilled = [](const BlockReport&, const Ledger&) {};
  std::function<void(const Aborted&)> aborted = [](const Aborted&) {};
  // A named point in a commit has been reached; tests kill the process here.
  std::function<void(std::string_view)> reached = [](std::string_view) {};
};

// What an end owns beyond one meeting.
struct EndState {
  SessionConfig config;
  BlockProtocol& protocol;
  store::KeyStore& store;
  PadStore& pads;
  SecretBits gate_key;  // 256 bits of the pre-shared key that are no pad
  SecretRandom random{};
  SessionEvents events{};
};

class Session {
 public:
  // What became of a block.
  struct Committed {
    BlockReport report;
    Ledger ledger;
  };
  using BlockEnd = std::variant<Committed, Aborted>;

  // `make_lab` is asked once, with the scheduler that runs the session's parties.
  Session(EndState& end, Scheduler& scheduler, Lab& lab);
  ~Session();

  // Bytes from the peer. The first error ends the session.
  void receive(ByteView bytes);
  Bytes take_output();
  // Runs whatever can go on. Call after receive(), and after the lab got bytes.
  void pump();
  // No new blocks; the session is over when those under way are done.
  void stop(std::string reason);
  // Tells the peer that this end is still there; now and then, so that only a broken connection is silent.
  void say_alive();
  // The connection is gone, or a timer says that the peer is silent.
  void fail(Error error);

  bool open() const { return m_open; }
  bool over() const { return m_result.has_value(); }
  // How it ended: ok after a farewell.
  const Result<void>& result() const { return *m_result; }
  // Why it takes no new blocks, once it does not.
  const std::optional<std::string>& stopping() const { return m_stopping; }

 private:
  struct Block;

  Party<std::uint64_t> open_as_alice(Wire& bob);
  Party<std::uint64_t> open_as_bob(Wire& alice);
  Party<void> greet(Wire& peer);
  Party<void> listen_to_control(Wire& peer);
  Party<BlockEnd> block_as_alice(Block& block);
  Party<BlockEnd> block_as_bob(Block& block);

  // The link's pads as they may be used: without those of unsettled blocks.
  class SettledPads final : public PadStore {
   public:
    explicit SettledPads(const Session& session) : m_session(session) {}
    Result<State> load() override;
    Result<void> append(const PadSegment& segment, BitView pad) override {
      return m_session.m_end.pads.append(segment, pad);
    }
    Result<void> spend(const PadRange& range, PadPurpose purpose) override {
      return m_session.m_end.pads.spend(range, purpose);
    }
    Result<SecretBits> take(const PadRange& range) override { return m_session.m_end.pads.take(range); }

   private:
    const Session& m_session;
  };

  bool is_alice() const { return m_end.config.end == store::End::alice; }
  Wire::Tap absorb_into(Transcript& transcript) const;
  void finish_opening();
  void start_blocks();
  bool accept_block(std::uint64_t stream);
  void start_block(std::uint64_t number);
  std::optional<std::string> too_long(const Transcript& transcript) const;
  Result<void> claim_block(std::uint64_t number);
  std::string budget_spent() const;
  bool spares_pads() const;
  void collect();
  void finish(Block& block, Result<BlockEnd> end);
  store::BlockRecord cut(std::uint64_t number, ErrorRate error_rate, std::uint64_t replenish_bits, SecretKey key) const;
  Result<void> forget_decided();
  void reload_pads();
  void end(Result<void> result);
  std::optional<std::string> reason_to_stop();
  std::string context(std::uint64_t stream) const;

  EndState& m_end;
  Scheduler& m_scheduler;
  Lab& m_lab;
  Mux m_mux;
  Wire& m_control;
  Transcript m_control_transcript;
  Bytes m_hellos;  // Alice's and Bob's, framed
  SettledPads m_settled_pads{*this};
  std::optional<PadBook> m_pads;
  std::optional<Party<std::uint64_t>> m_opening;
  std::optional<Party<void>> m_listening;
  std::map<std::uint64_t, std::unique_ptr<Block>> m_blocks;
  bool m_open = false;
  bool m_told_to_stop = false;  // Bob has told Alice that he stops
  bool m_ask_to_stop = true;    // something has happened that may be a reason
  bool m_farewell = false;      // Alice's was heard
  std::optional<std::string> m_stopping;
  std::set<std::uint64_t>
      m_unsettled;  // blocks that Alice committed and Bob has not settled: he may not have their pads yet
  std::set<std::uint64_t> m_aborted;  // their streams may still bring what was under way
  std::optional<Error> m_stray;       // a frame came for a stream that has none
  std::uint64_t m_next_block = 0;
  std::uint64_t m_forgotten_before = 0;
  std::uint64_t m_distilled = 0;
  unsigned m_aborted_in_a_row = 0;
  std::uint64_t m_count_from = 0;  // the first block whose abort counts
  ErrorRate m_expected_error_rate;
  std::optional<Result<void>> m_result;
};

// A block under way. Its party is gone before its wires.
struct Session::Block {
  std::uint64_t number;
  Wire* peer;
  Wire* lab;
  Transcript transcript;
  bool prepared = false;  // the peer may have committed it: only an authenticated word may drop it
  std::optional<Party<BlockEnd>> party;
};

}  // namespace herald::link
