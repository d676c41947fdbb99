#include "herald/kme/peer_messages.h"

#include <algorithm>

#include "herald/base/key_codec.h"
#include "herald/kme/etsi014.h"

namespace herald::kme {
namespace {

constexpr std::size_t kLongestRefusal = 500;
constexpr std::size_t kMostDraws = 8192;  // that one key is of

template <typename... F>
struct Overloaded : F... {
  using F::operator()...;
};

std::string decode_name(Reader& reader) {
  std::string name = reader.text();
  if (!check_sae_id(name)) reader.fault("a name that is none");
  return name;
}

// How many follow; each takes at least a byte.
std::size_t decode_count(Reader& reader, std::size_t most) {
  const std::uint64_t count = reader.varint();
  if (count > std::min(most, reader.remaining())) reader.fault("too many");
  return reader.ok() ? static_cast<std::size_t>(count) : 0;
}

std::vector<std::string> decode_names(Reader& reader, std::size_t most) {
  std::vector<std::string> names(decode_count(reader, most));
  for (std::string& name : names) name = decode_name(reader);
  return names;
}

void encode_names(Writer& writer, std::span<const std::string> names) {
  writer.varint(names.size());
  for (const std::string& name : names) writer.text(name);
}

std::vector<Draw> decode_draws(Reader& reader) {
  std::vector<Draw> draws(decode_count(reader, kMostDraws));
  for (Draw& draw : draws) draw = Draw::decode(reader);
  if (draws.empty()) reader.fault("bytes of no lot");
  return draws;
}

void encode_draws(Writer& writer, std::span<const Draw> draws) {
  writer.varint(draws.size());
  for (const Draw& draw : draws) draw.encode(writer);
}

template <std::size_t size>
std::array<std::uint8_t, size> decode_array(Reader& reader) {
  std::array<std::uint8_t, size> array{};
  const ByteView bytes = reader.raw(size);
  if (bytes.size() == size) std::ranges::copy(bytes, array.begin());
  return array;
}

Bytes decode_bytes(Reader& reader) {
  const ByteView bytes = reader.counted();
  return {bytes.begin(), bytes.end()};
}

OneTimeSealed decode_sealed(Reader& reader) {
  OneTimeSealed sealed;
  sealed.ciphertext = decode_bytes(reader);
  sealed.tag = decode_array<sizeof(Tag)>(reader);
  return sealed;
}

void encode_sealed(Writer& writer, const OneTimeSealed& sealed) {
  writer.counted(sealed.ciphertext);
  writer.raw(sealed.tag);
}

Hello decode_hello(Reader& reader) {
  Hello hello;
  hello.version = reader.fixed<std::uint16_t>();
  if (hello.version != kPeerVersion) reader.fault("another version of the protocol between KMEs");
  hello.kme = decode_name(reader);
  hello.head = JournalHead::decode(reader);
  hello.witnessed = JournalHead::decode(reader);
  hello.kem = decode_bytes(reader);
  hello.generation = reader.varint();
  return hello;
}

Lots decode_lots(Reader& reader) {
  Lots lots;
  lots.from_sender = reader.fixed<std::uint8_t>() != 0;
  lots.after = reader.varint();
  lots.last = reader.varint();
  lots.lots.resize(decode_count(reader, kMostLots));
  std::uint64_t before = lots.after;
  for (LotName& lot : lots.lots) {
    lot.number = reader.varint();
    lot.size = reader.varint();
    lot.used = reader.varint();
    if (lot.used > lot.size) reader.fault("more used than there is");
    if (lot.number <= before || lot.number > lots.last) reader.fault("lots out of order");
    before = lot.number;
  }
  return lots;
}

Assign decode_assign(Reader& reader) {
  Assign assign;
  assign.request = reader.varint();
  assign.head = JournalHead::decode(reader);
  assign.master = decode_name(reader);
  assign.slaves = decode_names(reader, kMostNamed);
  assign.until = reader.varint();
  assign.keys.resize(decode_count(reader, kMostNamed));
  for (Assign::Key& key : assign.keys) {
    key.id.bytes = decode_array<16>(reader);
    key.draws = decode_draws(reader);
    if (reader.fixed<std::uint8_t>() != 0) key.sealed = decode_sealed(reader);
  }
  if (reader.fixed<std::uint8_t>() != 0) {
    Encapsulation hybrid;
    hybrid.ciphertext = decode_bytes(reader);
    hybrid.wrapped = decode_array<32>(reader);
    assign.hybrid = std::move(hybrid);
  }
  if (assign.slaves.empty() || assign.keys.empty()) reader.fault("an assignment of nothing");
  return assign;
}

Done decode_done(Reader& reader) {
  Done done;
  done.request = reader.varint();
  done.head = JournalHead::decode(reader);
  done.refusal = printable(reader.text(), kLongestRefusal);
  return done;
}

Uuid decode_uuid(Reader& reader) { return Uuid{decode_array<16>(reader)}; }

std::array<std::uint32_t*, 7> numbers_of(Qos& qos) {
  return {&qos.chunk_bytes, &qos.most_bps, &qos.least_bps, &qos.jitter, &qos.priority, &qos.timeout_ms, &qos.ttl_s};
}

StreamOffer decode_offer(Reader& reader) {
  StreamOffer offer;
  offer.request = reader.varint();
  offer.stream = decode_uuid(reader);
  offer.salt = decode_uuid(reader);
  offer.master = decode_name(reader);
  offer.slave = decode_name(reader);
  for (std::uint32_t* const each : numbers_of(offer.qos)) *each = reader.fixed<std::uint32_t>();
  offer.qos.mimetype = reader.text();
  if (offer.qos.mimetype.size() >= kMimetypeField) reader.fault("a mimetype that is too long");
  offer.until = reader.varint();
  return offer;
}

void encode_offer(Writer& writer, StreamOffer offer) {
  writer.varint(offer.request);
  writer.raw(offer.stream.bytes);
  writer.raw(offer.salt.bytes);
  writer.text(offer.master);
  writer.text(offer.slave);
  for (const std::uint32_t* const each : numbers_of(offer.qos)) writer.fixed(*each);
  writer.text(offer.qos.mimetype);
  writer.varint(offer.until);
}

StreamNews decode_news(Reader& reader) {
  StreamNews news;
  news.request = reader.varint();
  news.stream = decode_uuid(reader);
  news.is_open = reader.fixed<std::uint8_t>() != 0;
  news.next = reader.varint();
  return news;
}

void encode_about(Writer& writer, const Relay& relay) {
  relay.head.encode(writer);
  writer.text(relay.origin);
  writer.text(relay.destination);
  encode_names(writer, relay.route);
  writer.varint(relay.lot);
  writer.varint(relay.share);
  writer.varint(relay.shares);
  encode_provenance(writer, relay.provenance);
  encode_draws(writer, relay.draws);
}

Relay decode_relay(Reader& reader) {
  Relay relay;
  relay.head = JournalHead::decode(reader);
  relay.origin = decode_name(reader);
  relay.destination = decode_name(reader);
  relay.route = decode_names(reader, kMostHops);
  relay.lot = reader.varint();
  relay.share = reader.varint();
  relay.shares = reader.varint();
  if (relay.shares > kMostShares || relay.share >= relay.shares) reader.fault("a share of none");
  relay.provenance = decode_provenance(reader);
  relay.draws = decode_draws(reader);
  relay.sealed = decode_sealed(reader);
  return relay;
}

LinkState decode_link_state(Reader& reader) {
  LinkState state;
  state.kme = decode_name(reader);
  state.sequence = reader.varint();
  state.is_drained = reader.fixed<std::uint8_t>() != 0;
  for (std::size_t n = decode_count(reader, kMostLinks); n > 0 && reader.ok(); --n) {
    std::string name = decode_name(reader);
    state.levels[std::move(name)] = reader.varint();
  }
  return state;
}

DeviceLot decode_device_lot(Reader& reader) {
  DeviceLot keys;
  keys.lot = reader.varint();
  keys.provenance = decode_provenance(reader);
  keys.ids.resize(decode_count(reader, kMostDeviceKeys));
  for (Uuid& id : keys.ids) id.bytes = decode_array<16>(reader);
  if (keys.ids.empty()) reader.fault("a lot of no keys");
  return keys;
}

}  // namespace

Bytes about_sealed(const Assign& assign, const Uuid& id) {
  Writer writer;
  writer.text("assign");
  writer.text(assign.master);
  encode_names(writer, assign.slaves);
  writer.varint(assign.until);
  writer.raw(id.bytes);
  return std::move(writer).take();
}

Bytes about_sealed(const Relay& relay) {
  Writer writer;
  writer.text("relay");
  encode_about(writer, relay);
  return std::move(writer).take();
}

Bytes encode(const PeerMessage& message) {
  Writer writer;
  writer.fixed(static_cast<std::uint8_t>(message.index()));
  std::visit(Overloaded{[&](const Hello& hello) {
                          writer.fixed(hello.version);
                          writer.text(hello.kme);
                          hello.head.encode(writer);
                          hello.witnessed.encode(writer);
                          writer.counted(hello.kem);
                          writer.varint(hello.generation);
                        },
                        [&](const Agreed& agreed) { agreed.head.encode(writer); },
                        [&](const Lots& lots) {
                          writer.fixed(static_cast<std::uint8_t>(lots.from_sender ? 1 : 0));
                          writer.varint(lots.after);
                          writer.varint(lots.last);
                          writer.varint(lots.lots.size());
                          for (const LotName& lot : lots.lots) {
                            writer.varint(lot.number);
                            writer.varint(lot.size);
                            writer.varint(lot.used);
                          }
                        },
                        [&](const Assign& assign) {
                          writer.varint(assign.request);
                          assign.head.encode(writer);
                          writer.text(assign.master);
                          encode_names(writer, assign.slaves);
                          writer.varint(assign.until);
                          writer.varint(assign.keys.size());
                          for (const Assign::Key& key : assign.keys) {
                            writer.raw(key.id.bytes);
                            encode_draws(writer, key.draws);
                            writer.fixed(static_cast<std::uint8_t>(key.sealed ? 1 : 0));
                            if (key.sealed) encode_sealed(writer, *key.sealed);
                          }
                          writer.fixed(static_cast<std::uint8_t>(assign.hybrid ? 1 : 0));
                          if (assign.hybrid) {
                            writer.counted(assign.hybrid->ciphertext);
                            writer.raw(assign.hybrid->wrapped);
                          }
                        },
                        [&](const Fetched& fetched) {
                          writer.varint(fetched.request);
                          fetched.head.encode(writer);
                        },
                        [&](const Done& done) {
                          writer.varint(done.request);
                          done.head.encode(writer);
                          writer.text(printable(done.refusal, kLongestRefusal));
                        },
                        [&](const Relay& relay) {
                          encode_about(writer, relay);
                          encode_sealed(writer, relay.sealed);
                        },
                        [&](const Arrived& arrived) {
                          writer.varint(arrived.lot);
                          encode_provenance(writer, arrived.provenance);
                        },
                        [&](const Proof& proof) {
                          writer.varint(proof.lot);
                          writer.raw(proof.point);
                          writer.raw(proof.tag);
                        },
                        [&](const LinkState& state) {
                          writer.text(state.kme);
                          writer.varint(state.sequence);
                          writer.fixed(static_cast<std::uint8_t>(state.is_drained ? 1 : 0));
                          writer.varint(state.levels.size());
                          for (const auto& [neighbour, level] : state.levels) {
                            writer.text(neighbour);
                            writer.varint(level);
                          }
                        },
                        [&](const DeviceLot& keys) {
                          writer.varint(keys.lot);
                          encode_provenance(writer, keys.provenance);
                          writer.varint(keys.ids.size());
                          for (const Uuid& id : keys.ids) writer.raw(id.bytes);
                        },
                        [&](const DeviceRefusal& refusal) {
                          writer.varint(refusal.lot);
                          writer.text(printable(refusal.why, kLongestRefusal));
                        },
                        [&](const StreamOffer& offer) { encode_offer(writer, offer); },
                        [&](const StreamNews& news) {
                          writer.varint(news.request);
                          writer.raw(news.stream.bytes);
                          writer.fixed(static_cast<std::uint8_t>(news.is_open ? 1 : 0));
                          writer.varint(news.next);
                        }},
             message);
  return std::move(writer).take();
}

Result<PeerMessage> decode_peer_message(ByteView bytes) {
  Reader reader(bytes);
  PeerMessage message;
  switch (reader.fixed<std::uint8_t>()) {
    case 0: message = decode_hello(reader); break;
    case 1: message = Agreed{JournalHead::decode(reader)}; break;
    case 2: message = decode_lots(reader); break;
    case 3: message = decode_assign(reader); break;
    case 4: {
      Fetched fetched;
      fetched.request = reader.varint();
      fetched.head = JournalHead::decode(reader);
      message = fetched;
      break;
    }
    case 5: message = decode_done(reader); break;
    case 6: message = decode_relay(reader); break;
    case 7: {
      Arrived arrived;
      arrived.lot = reader.varint();
      arrived.provenance = decode_provenance(reader);
      message = std::move(arrived);
      break;
    }
    case 8: {
      Proof proof;
      proof.lot = reader.varint();
      proof.point = decode_array<16>(reader);
      proof.tag = decode_array<sizeof(Tag)>(reader);
      message = proof;
      break;
    }
    case 9: message = decode_link_state(reader); break;
    case 10: message = decode_device_lot(reader); break;
    case 11: {
      DeviceRefusal refusal;
      refusal.lot = reader.varint();
      refusal.why = printable(reader.text(), kLongestRefusal);
      message = std::move(refusal);
      break;
    }
    case 12: message = decode_offer(reader); break;
    case 13: message = decode_news(reader); break;
    default: reader.fault("no such message");
  }
  HERALD_TRY_VOID(reader.finish("a message between KMEs"));
  return message;
}

}  // namespace herald::kme
