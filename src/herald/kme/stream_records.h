#pragma once
// Key streams (ETSI GS QKD 004) among a KME's records: each KME of the two applications has its own.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "herald/kme/etsi004.h"
#include "herald/store/record_store.h"

namespace herald::kme {

struct Stream {
  Uuid id;    // Key_stream_ID
  Uuid salt;  // no two streams have the same keys' IDs, even where a stream's ID comes again
  std::string master, slave;
  std::string peer;     // the KME of the other application
  bool is_ours = true;  // the master, who opened it first, is ours: we draw its keys
  Qos qos;
  std::uint64_t until = 0;  // seconds since 1970
  std::uint64_t next = 0;   // lowest index that our application was not given yet
  std::uint64_t end = 0;    // the same of the other, as its KME told when it closed
  bool ours_open = false, other_open = false;
  const std::string& application() const { return is_ours ? master : slave; }
  const std::string& other() const { return is_ours ? slave : master; }
};
inline constexpr std::size_t kMostStreams = 64;  // of a master

// The ID of a chunk's key: both KMEs know it without talking about it.
Uuid chunk_id(const Stream& stream, std::uint32_t index);

Result<std::optional<Stream>> find_stream(store::Records& records, const Uuid& id);
// A new one. Errors: disagreement (there is one of this ID), exhausted (its master has too many).
Result<void> add_stream(store::Records& records, const Stream& stream);
// Changes one that is there.
void keep_stream(store::Records& records, const Stream& stream);
Result<void> erase_stream(store::Records& records, const Stream& stream);
// Erases those whose other application is at `peer`.
Result<void> erase_streams_with(store::Records& records, std::string_view peer);
// Erases streams whose time is over, at most `most`; they are returned.
Result<std::vector<Stream>> expire_streams(store::Records& records, std::uint64_t now, std::size_t most);

// A chunk of a stream, in the transaction that gives it to our application: indices rise, each is given once. Errors:
// disagreement (it was given before), unavailable (the stream is over).
struct Chunk {
  Uuid stream;
  std::uint32_t index = 0;
  Uuid key;
  std::uint64_t until = 0;  // the stream's
};
Result<void> give_chunk(store::Records& records, const Chunk& chunk);
// Undoes it, where nothing was given after it.
Result<void> take_chunk_back(store::Records& records, const Chunk& chunk);

}  // namespace herald::kme
