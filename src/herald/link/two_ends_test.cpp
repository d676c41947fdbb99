#include "herald/link/two_ends_test.h"

#include <fmt/format.h>

#include "herald/protocol/bb84/messages.h"
#include "herald/protocol/bb84/parties.h"

namespace herald::link {
namespace {

constexpr std::string_view kLink = "lab";

BitString block_bits(std::uint64_t block, std::uint64_t size) {
  SimulationRandom random(99, block);
  return random_bits(random, size);
}

// Every bit that was said, folded into the key.
struct Said {
  BitString fold;
  explicit Said(std::size_t size) : fold(size) {}
  void hear(BitView bits) {
    for (std::size_t i = 0; i < bits.size(); ++i)
      if (bits[i]) fold.flip((7 * i + bits.size()) % fold.size());
  }
};

BlockOutcome outcome_of(const ToyProtocol& protocol, std::uint64_t number, BitView shared, const Said& said) {
  BlockReport report;
  report.block = number;
  report.clicks = report.key_bits = report.secret_bits = shared.size();
  report.key_errors = shared.size() / 100;
  if (protocol.disturbed) return Aborted{Phase::estimation, "error rate 25.00 % in the test basis", report};
  SecretBits key = SecretBits::duplicate_secret(shared);
  key ^= said.fold;
  Provenance provenance;
  provenance.theorem = "bb84-finite";
  return Distilled{SecretKey::amplified(std::move(key), std::move(provenance)), report, Ledger()};
}

Party<BlockOutcome> toy_alice(Wire& bob, Wire& lab, ToyProtocol protocol, BlockContext block, SecretRandom& random) {
  Said said(protocol.bits);
  const auto seen = co_await bob.receive<bb84::Detections>();
  said.hear(seen.basis);
  bb84::SettingsRequest request;
  request.block = block.number;
  for (std::uint64_t pulse = 0; pulse < protocol.bits; ++pulse) request.pulses.push_back(pulse);
  lab.send(request);
  const auto sent = co_await lab.receive<bb84::SettingsReply>();
  if (sent.settings.bit.size() != protocol.bits)
    throw PartyFault{Error{ErrorCode::malformed, "the laboratory answers for other pulses"}};
  for (unsigned i = 0; i < protocol.rounds; ++i) {
    bb84::TestBits word;
    word.bits = random_bits(random, 200);
    said.hear(word.bits);
    bob.send(word);
    const auto answer = co_await bob.receive<bb84::TestBits>();
    said.hear(answer.bits);
  }
  co_return outcome_of(protocol, block.number, sent.settings.bit, said);
}

Party<BlockOutcome> toy_bob(Wire& alice, Wire& lab, ToyProtocol protocol, BlockContext block, SecretRandom& random) {
  Said said(protocol.bits);
  const bb84::ClicksRequest request(block.number);
  lab.send(request);
  const auto seen = co_await lab.receive<bb84::ClicksReply>();
  if (seen.clicks.bit.size() != protocol.bits)
    throw PartyFault{Error{ErrorCode::malformed, "the laboratory saw other pulses"}};
  bb84::Detections detections;
  detections.positions.assign(8, 7);
  detections.basis = random_bits(random, 200);
  said.hear(detections.basis);
  alice.send(detections);
  for (unsigned i = 0; i < protocol.rounds; ++i) {
    const auto word = co_await alice.receive<bb84::TestBits>();
    said.hear(word.bits);
    bb84::TestBits answer;
    answer.bits = random_bits(random, 100);
    said.hear(answer.bits);
    alice.send(answer);
  }
  co_return outcome_of(protocol, block.number, seen.clicks.bit, said);
}

}  // namespace

Result<Clicks> ToyLight::clicks(std::uint64_t block) {
  Clicks clicks;
  for (std::uint64_t pulse = 0; pulse < m_bits; ++pulse) clicks.pulse.push_back(pulse);
  clicks.basis = BitString(m_bits);
  clicks.bit = block_bits(block, m_bits);
  return clicks;
}

Result<Settings> ToyLight::settings(std::uint64_t block, std::span<const std::uint64_t> pulses) {
  Settings settings;
  settings.intensity.assign(pulses.size(), 0);
  settings.basis = BitString(pulses.size());
  settings.bit = block_bits(block, pulses.size());
  return settings;
}

std::string ToyProtocol::describe() const { return fmt::format("protocol = toy\nbits = {}\nnote = {}\n", bits, note); }

Party<BlockOutcome> ToyProtocol::alice(Wire& peer, Wire& lab, BlockContext block, SecretRandom& random) {
  return toy_alice(peer, lab, *this, block, random);
}

Party<BlockOutcome> ToyProtocol::bob(Wire& peer, Wire& lab, BlockContext block, SecretRandom& random) {
  return toy_bob(peer, lab, *this, block, random);
}

TestEnd::TestEnd(std::filesystem::path path, const store::SecretFile& psk, SessionConfig session, BlockProtocol& spoken)
    : config(std::move(session)),
      protocol(&spoken),
      gate_key(secret_slice(psk.bits, 0, 256)),
      database(std::move(path)) {
  store::KeyStore made = must(store::KeyStore::open_or_create(store::StoreFiles(database)));
  must(made.add_link(config.link, config.end));
  must(made.import_pre_shared_key(config.link, {psk.id, secret_slice(psk.bits, 256, psk.bits.size() - 256)}));
  m_store.emplace(std::move(made));
  restart();
}

void TestEnd::stop() {
  m_state.reset();
  m_pads.reset();
  m_store.reset();
}

void TestEnd::restart() {
  stop();
  m_store.emplace(must(store::KeyStore::open(store::StoreFiles(database))));
  m_pads = must(m_store->pads(config.link));
  m_state.reset(new EndState{config, *protocol, *m_store, *m_pads, secret_slice(gate_key, 0, 256), {}, events});
}

void PadWitness::see(ByteView from_alice) {
  if (!m_decoder.feed(from_alice)) return;
  while (const auto frame = m_decoder.next()) {
    std::optional<PadRange> range;
    if (const auto start = decode_frame<BlockStart>(frame->payload)) range = start->pad;
    if (const auto resolution = decode_frame<Resolution>(frame->payload)) range = resolution->pad;
    if (!range) continue;
    auto& named = m_named[range->segment];
    const std::uint64_t end = range->offset + range->length;
    const auto after = named.lower_bound(end);
    EXPECT_TRUE(after == named.begin() || std::prev(after)->second <= range->offset)
        << "pad bits from " << range->offset << " of " << to_string(range->segment) << " named twice";
    named[range->offset] = end;
    m_bits += range->length;
  }
}

store::SecretFile test_psk(std::size_t bits, std::uint64_t seed) {
  SimulationRandom random(seed);
  store::SecretFile psk;
  psk.bits = SecretBits::duplicate_secret(random_bits(random, bits));
  for (auto& byte : psk.id.bytes) byte = static_cast<std::uint8_t>(random.next_word());
  return psk;
}

SessionConfig Pair::test_session() {
  SessionConfig config;
  config.link = kLink;
  config.replenish_bits = 1024;
  return config;
}

namespace {

SessionConfig at(SessionConfig config, store::End end) {
  config.end = end;
  return config;
}

}  // namespace

Pair::Pair(std::size_t psk_bits, const SessionConfig& session)
    : alice(directory / "alice.db", test_psk(psk_bits), at(session, store::End::alice), alice_protocol),
      bob(directory / "bob.db", test_psk(psk_bits), at(session, store::End::bob), bob_protocol) {}

void Pair::restart() {
  alice.restart();
  bob.restart();
}

void expect_same_keys(Pair& pair) {
  std::set<Uuid> alice;
  must(pair.alice.store().list([&](const store::KeyInfo& key) { alice.insert(key.id); }));
  std::set<Uuid> bob;
  must(pair.bob.store().list([&](const store::KeyInfo& key) { bob.insert(key.id); }));
  EXPECT_EQ(alice, bob) << "a key in one store only";
  for (const Uuid& id : alice) {
    if (!bob.contains(id)) continue;
    const auto here = must(pair.alice.store().peek(id)), there = must(pair.bob.store().peek(id));
    EXPECT_TRUE(here.key == there.key) << "different keys under " << to_string(id);
  }
  for (TestEnd* end : {&pair.alice, &pair.bob}) EXPECT_TRUE(must(end->store().prepared(end->config.link)).empty());
}

void expect_same_pads(Pair& pair) {
  PadBook alice = must(PadBook::open(pair.alice.pads())), bob = must(PadBook::open(pair.bob.pads()));
  while (alice.largest_piece() != 0) {
    const PadRange range =
        must(alice.reserve(std::min<std::uint64_t>(512, alice.largest_piece()), PadPurpose::authentication));
    must(bob.claim(range, PadPurpose::authentication));
    EXPECT_TRUE(must(alice.take(range)) == must(bob.take(range)));
  }
}

Meeting::Meeting(Pair& pair, std::uint64_t seed, bb84::Light* light)
    : m_pair(pair),
      m_random(seed, 5),
      m_toy_light(pair.alice_protocol.bits),
      m_light(light != nullptr ? *light : m_toy_light),
      m_most(std::uint64_t{1} << m_random.next_below(light != nullptr ? 20 : 13)) {
  m_pair.witness.new_connection();
  for (const int i : {0, 1}) {
    Side& side = m_sides[i];
    const auto serve = [this, i](Wire& wire) {
      return i == 0 ? bb84::serve_transmitter(wire, m_light) : bb84::serve_receiver(wire, m_light);
    };
    side.lab = std::make_unique<LocalLab>(side.scheduler, serve);
    side.session = std::make_unique<Session>(m_pair.end(i == 0).state(), side.scheduler, *side.lab);
  }
}

Meeting::~Meeting() = default;

void Meeting::pump(int i) {
  Side& side = m_sides[i];
  if (side.crashed) return;
  try {
    side.session->pump();
    take_output(i);
  } catch (const Crash&) {
    side.crashed = true;  // what it would have sent goes with it
  }
}

void Meeting::take_output(int i) {
  Side& side = m_sides[i];
  Bytes bytes = side.session->take_output();
  if (bytes.empty()) return;
  if (i == 0) m_pair.witness.see(bytes);
  const Tamper& tamper = i == 0 ? tamper_with_alice : tamper_with_bob;
  if (tamper) tamper(side.sent, bytes);
  if (m_broken) return;
  side.sent += bytes.size();
  side.outbox.insert(side.outbox.end(), bytes.begin(), bytes.end());
}

void Meeting::fail(int i, const std::string& why) {
  if (m_sides[i].gone()) return;
  try {
    m_sides[i].session->fail(Error{ErrorCode::unavailable, why});
  } catch (const Crash&) {
    m_sides[i].crashed = true;
  }
}

void Meeting::hang_up() {
  m_broken = true;
  for (const int i : {0, 1}) fail(i, "the connection broke");
}

void Meeting::deliver(int from) {
  Side& sender = m_sides[from];
  Side& receiver = m_sides[1 - from];
  const std::uint64_t cut = from == 0 ? cut_alice : cut_bob;
  std::size_t size = 1 + m_random.next_below(std::min<std::uint64_t>(m_most, sender.outbox.size()));
  size = static_cast<std::size_t>(std::min<std::uint64_t>(size, cut - sender.arrived));
  const Bytes piece(sender.outbox.begin(), sender.outbox.begin() + static_cast<std::ptrdiff_t>(size));
  sender.outbox.erase(sender.outbox.begin(), sender.outbox.begin() + static_cast<std::ptrdiff_t>(size));
  sender.arrived += size;
  if (!receiver.crashed) receiver.session->receive(piece);
  if (m_random.next_below(64) == 0 && !sender.gone()) sender.session->say_alive();
  pump(1 - from);
  if (sender.arrived != cut) return;
  hang_up();
  sender.outbox.clear();
  receiver.outbox.clear();
}

Meeting::Ended Meeting::run() {
  pump(0);
  pump(1);
  for (;;) {
    each_step();
    pump(0);
    pump(1);
    std::vector<int> speaking;
    for (const int i : {0, 1})
      if (!m_sides[i].outbox.empty()) speaking.push_back(i);
    if (!speaking.empty()) {
      deliver(speaking[m_random.next_below(speaking.size())]);
      continue;
    }
    if (!m_sides[0].gone() && !m_sides[1].gone()) return Ended::stuck;
    for (const int i : {0, 1}) fail(i, "the connection was closed by the peer");
    return m_sides[0].crashed || m_sides[1].crashed ? Ended::crashed : Ended::over;
  }
}

void meet_honestly(Pair& pair, std::uint64_t seed, std::uint64_t blocks) {
  Meeting meeting(pair, seed);
  std::uint64_t distilled = 0;
  pair.alice.state().events.distilled = [&](const BlockReport&, const Ledger&) {
    if (++distilled == blocks) meeting.alice().stop("enough");
  };
  if (blocks == 0) pair.alice.state().events.opened = [&] { meeting.alice().stop("only to open"); };
  EXPECT_EQ(meeting.run(), Meeting::Ended::over);
  EXPECT_TRUE(meeting.alice().over() && meeting.alice().result()) << error_of(meeting.alice());
  EXPECT_TRUE(meeting.bob().over() && meeting.bob().result()) << error_of(meeting.bob());
  EXPECT_GE(distilled, blocks);
  pair.alice.state().events = pair.alice.events;
}

std::string error_of(const Session& session) {
  if (!session.over()) return "not over";
  return session.result() ? "" : session.result().error().message;
}

}  // namespace herald::link
