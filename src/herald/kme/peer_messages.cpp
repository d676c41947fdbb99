#include "herald/kme/peer_messages.h"

#include <algorithm>

#include "herald/kme/etsi014.h"

namespace herald::kme {
namespace {

constexpr std::size_t kLongestRefusal = 500;

template <typename... F>
struct Overloaded : F... {
  using F::operator()...;
};

void encode_id(Writer& writer, const Uuid& id) { writer.raw(id.bytes); }

Uuid decode_id(Reader& reader) {
  Uuid id;
  const ByteView bytes = reader.raw(id.bytes.size());
  if (bytes.size() == id.bytes.size()) std::ranges::copy(bytes, id.bytes.begin());
  return id;
}

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

Hello decode_hello(Reader& reader) {
  Hello hello;
  hello.version = reader.fixed<std::uint16_t>();
  if (hello.version != kPeerVersion) reader.fault("another version of the protocol between KMEs");
  hello.kme = decode_name(reader);
  hello.head = JournalHead::decode(reader);
  hello.witnessed = JournalHead::decode(reader);
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
  assign.slaves.resize(decode_count(reader, kMostNamed));
  for (std::string& slave : assign.slaves) slave = decode_name(reader);
  assign.until = reader.varint();
  assign.keys.resize(decode_count(reader, kMostNamed));
  for (Assign::Key& key : assign.keys) {
    key.id = decode_id(reader);
    key.draw = Draw::decode(reader);
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

}  // namespace

Bytes encode(const PeerMessage& message) {
  Writer writer;
  writer.fixed(static_cast<std::uint8_t>(message.index()));
  std::visit(Overloaded{[&](const Hello& hello) {
                          writer.fixed(hello.version);
                          writer.text(hello.kme);
                          hello.head.encode(writer);
                          hello.witnessed.encode(writer);
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
                          writer.varint(assign.slaves.size());
                          for (const std::string& slave : assign.slaves) writer.text(slave);
                          writer.varint(assign.until);
                          writer.varint(assign.keys.size());
                          for (const Assign::Key& key : assign.keys) {
                            encode_id(writer, key.id);
                            key.draw.encode(writer);
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
    default: reader.fault("no such message");
  }
  HERALD_TRY_VOID(reader.finish("a message between KMEs"));
  return message;
}

}  // namespace herald::kme
