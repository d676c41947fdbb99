// A hostile peer. Either it says anything from the first byte on, or it is an honest one whose words are changed on
// their way, before the opening or after. Whatever it does, Bob never holds a key that Alice does not hold too.
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp

#include <filesystem>

#include "herald/auth/memory_pad_store.h"
#include "herald/link/lab.h"
#include "herald/link/session.h"
#include "herald/protocol/bb84/messages.h"

namespace {

using namespace herald;

constexpr std::size_t kBits = 512;

// A block of three messages; the key is what was said.
Party<BlockOutcome> say(Wire& peer, std::uint64_t number) {
  bb84::TestBits word;
  SimulationRandom random(number);
  word.bits = random_bits(random, kBits);
  peer.send(word);
  const auto answer = co_await peer.receive<bb84::TestBits>();
  BlockReport report;
  report.block = number;
  if (answer.bits.size() != kBits) co_return Aborted{Phase::sifting, "not as many bits", report};
  BitString key = word.bits;
  key ^= answer.bits;
  co_return Distilled{SecretKey::amplified(SecretBits::duplicate_secret(key), Provenance()), report, Ledger()};
}

struct Talk final : link::BlockProtocol {
  std::string describe() const override { return "protocol = talk\n"; }
  ErrorRate first_error_rate() const override { return ErrorRate(0.02); }
  ErrorRate abort_error_rate() const override { return ErrorRate(0.08); }
  Epsilon epsilon() const override {
    return {FailureProbability(1e-300), FailureProbability(1e-300), FailureProbability(1e-15)};
  }
  Party<BlockOutcome> alice(Wire& peer, Wire&, link::BlockContext block, SecretRandom&) override {
    return say(peer, block.number);
  }
  Party<BlockOutcome> bob(Wire& peer, Wire&, link::BlockContext block, SecretRandom&) override {
    return say(peer, block.number);
  }
};

// Both ends' stores, made once.
struct Stores {
  std::filesystem::path directory;
  std::optional<store::KeyStore> alice, bob;

  Stores() {
    std::string name = "/dev/shm/herald-fuzz-XXXXXX";
    HERALD_CHECK(mkdtemp(name.data()) != nullptr);
    directory = name;
    for (const bool is_alice : {true, false}) {
      auto made = store::KeyStore::open_or_create(store::StoreFiles(directory / (is_alice ? "alice" : "bob")));
      HERALD_CHECK(made && made->add_link("lab", is_alice ? store::End::alice : store::End::bob));
      (is_alice ? alice : bob).emplace(std::move(*made));
    }
  }
  ~Stores() {
    alice.reset();
    bob.reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory, ignored);
  }
};

struct End {
  Talk protocol;
  MemoryPadStore pads;
  link::EndState state;
  Scheduler scheduler;
  link::LocalLab lab{scheduler, [](Wire& wire) { return idle(wire); }};
  link::Session session{state, scheduler, lab};

  static Party<void> idle(Wire& wire) { static_cast<void>(co_await wire.receive<bb84::TestBits>()); }
  static link::SessionConfig config(store::End end) {
    link::SessionConfig config;
    config.link = "lab";
    config.end = end;
    config.replenish_bits = 0;
    config.max_blocks = 2;
    return config;
  }
  PadStore& filled(bool is_alice) {
    Uuid id;
    id.bytes[0] = 1;
    HERALD_CHECK(
        pads.append({id, 1 << 14, is_alice ? PadOwner::self : PadOwner::peer}, BitString(1 << 14)).has_value());
    return pads;
  }
  End(store::KeyStore& store, bool is_alice)
      : state{config(is_alice ? store::End::alice : store::End::bob),
              protocol,
              store,
              filled(is_alice),
              SecretBits(256),
              {},
              {}} {}
  Bytes words() {
    session.pump();
    return session.take_output();
  }
};

// Changes some bytes of a stream: pairs of a distance from the last change and what to xor.
class Changes {
 public:
  explicit Changes(ByteView bytes) : m_reader(bytes) { next(); }
  void apply(Bytes& bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i)
      if (m_left-- == 0) {
        bytes[i] = static_cast<std::uint8_t>(bytes[i] ^ m_mask);
        next();
      }
  }

 private:
  void next() {
    const bool more = m_reader.remaining() >= 3;
    m_left = more ? m_reader.fixed<std::uint16_t>() % 2048 : ~std::uint64_t{0};
    m_mask = more ? m_reader.fixed<std::uint8_t>() : std::uint8_t{0};
  }
  Reader m_reader;
  std::uint64_t m_left = 0;
  std::uint8_t m_mask = 0;
};

void talk_to_a_stranger(Stores& stores, bool is_alice, ByteView bytes) {
  End end(is_alice ? *stores.alice : *stores.bob, is_alice);
  end.words();
  end.session.receive(bytes);
  end.words();
  HERALD_CHECK(!end.session.open());
}

void meet(Stores& stores, bool change_alice, ByteView changes_of) {
  End alice(*stores.alice, true), bob(*stores.bob, false);
  Changes changes(changes_of);
  for (;;) {
    Bytes from_alice = alice.words(), from_bob = bob.words();
    if (from_alice.empty() && from_bob.empty()) break;
    changes.apply(change_alice ? from_alice : from_bob);
    bob.session.receive(from_alice);
    alice.session.receive(from_bob);
  }
  const Error gone{ErrorCode::unavailable, "the connection broke"};
  alice.session.fail(gone);
  bob.session.fail(gone);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auto stores = std::make_unique<Stores>();
  static int runs = 0;
  if (++runs % 500 == 0) stores = std::make_unique<Stores>();
  if (size == 0) return 0;
  const ByteView rest(data + 1, size - 1);
  if (data[0] % 4 == 0) {
    talk_to_a_stranger(*stores, data[0] % 8 == 0, rest);
    return 0;
  }
  const std::uint64_t first = stores->alice->link("lab")->next_block;
  meet(*stores, data[0] % 2 == 0, rest);
  for (std::uint64_t block = first; block < first + 16; ++block)
    if (stores->bob->decision("lab", block).value() == store::BlockState::committed)
      HERALD_CHECK(stores->alice->decision("lab", block).value() == store::BlockState::committed);
  return 0;
}
