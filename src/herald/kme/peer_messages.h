#pragma once
// What two KMEs say to each other, over a connection that knows who is at its other end. Version 1.
//
// A request that removes keys is carried out at the asking side first, told with that side's journal head, carried out
// at the other side, which bears witness to the head, and answered: what then leaves is removed at both ends, and
// neither can be put back to an earlier state unnoticed.

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "herald/base/codec.h"
#include "herald/base/uuid.h"
#include "herald/kme/journal.h"
#include "herald/kme/pool.h"

namespace herald::kme {

inline constexpr std::uint16_t kPeerVersion = 1;

struct LotName {
  std::uint64_t number = 0, size = 0, used = 0;  // bytes
  bool operator==(const LotName&) const = default;
};

// The first message of each side.
struct Hello {
  std::uint16_t version = kPeerVersion;
  std::string kme;
  JournalHead head;       // of the sender
  JournalHead witnessed;  // the receiver's, as the sender knows it
};
// The sender's journal goes on from what the receiver knew of it: `head` is what the receiver's Hello called witnessed,
// found in the sender's own journal. Only now may the receiver take the sender's present head for its word: a site put
// back to an earlier state may have written on since, and by number be ahead of what is known.
struct Agreed {
  JournalHead head;
};
// All lots that the sender has, of the pool from the sender or of the pool to it, whose numbers lie in (after, last].
struct Lots {
  bool from_sender = false;
  std::uint64_t after = 0, last = 0;
  std::vector<LotName> lots;
};
inline constexpr std::size_t kMostLots = 4096;  // a message
// The sender has drawn these keys for `master`: the receiver is to hold them for the slaves.
struct Assign {
  struct Key {
    Uuid id;
    Draw draw;
  };
  std::uint64_t request = 0;
  JournalHead head;
  std::string master;
  std::vector<std::string> slaves;
  std::uint64_t until = 0;  // seconds since 1970
  std::vector<Key> keys;
};
// The sender has taken keys that the receiver drew, for a slave.
struct Fetched {
  std::uint64_t request = 0;
  JournalHead head;
};
// The answer to either: done, or why not.
struct Done {
  std::uint64_t request = 0;
  JournalHead head;
  std::string refusal;
};
using PeerMessage = std::variant<Hello, Agreed, Lots, Assign, Fetched, Done>;

Bytes encode(const PeerMessage& message);
// Errors: malformed (also: a text too long, too many of anything).
Result<PeerMessage> decode_peer_message(ByteView bytes);

}  // namespace herald::kme
