// Key streams (ETSI GS QKD 004). A chunk is a key like any other, drawn for the master and held for the slave under an
// ID that both KMEs derive from stream and index: what is promised of keys holds of chunks. Beside them the two KMEs
// tell each other which streams there are, and who has opened them.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "herald/kme/delivery_state.h"

namespace herald::kme {

using Json = nlohmann::json;
using store::Records;
using MaybeStream = std::optional<Stream>;

namespace {

constexpr std::uint32_t kLongestWait = 60'000;  // ms
constexpr std::uint64_t kLastIndex = 0xffff'ffff;
constexpr std::size_t kMostExpired = 64;        // a tick
constexpr std::uint64_t kMostForgotten = 1024;  // chunks of a stream that ends; later ones end with their time
constexpr std::ptrdiff_t kMostWaiting = 16;     // calls of an application
constexpr std::size_t kLongestWhy = 180;

StreamReply refused(StreamStatus status, std::string why) {
  StreamReply reply;
  reply.status = status;
  reply.why = std::move(why);
  return reply;
}

StreamReply opened(StreamStatus status, const Stream& stream) {
  StreamReply reply;
  reply.status = status;
  reply.qos = stream.qos;
  reply.stream = stream.id;
  return reply;
}

// What can be had of it. Less than was asked is no longer the same, but where waiting and living are bounded.
struct Granted {
  Qos qos;
  std::string lacks;  // what was asked and cannot be
};
Granted granted(const Qos& asked, const DeliverySettings& settings, std::uint64_t hold_s) {
  Granted granted{asked, {}};
  Qos& qos = granted.qos;
  const auto bytes = [](std::uint64_t bits) { return static_cast<std::uint32_t>(bits / 8); };
  if (asked.chunk_bytes == 0) qos.chunk_bytes = bytes(settings.key_bits);
  qos.chunk_bytes = std::clamp(qos.chunk_bytes, bytes(settings.min_key_bits + 7), bytes(settings.max_key_bits));
  if (asked.chunk_bytes != 0 && qos.chunk_bytes != asked.chunk_bytes) granted.lacks = "Key_chunk_size";
  if (qos.most_bps != 0 && qos.least_bps > qos.most_bps) {
    qos.least_bps = qos.most_bps;
    granted.lacks = "a Min_bps above Max_bps";
  }
  if (!qos.mimetype.empty() && qos.mimetype != kStreamMimetype) {
    qos.mimetype = kStreamMimetype;
    granted.lacks = "Metadata_mimetype";
  }
  qos.timeout_ms = std::min(qos.timeout_ms, kLongestWait);
  const auto longest = static_cast<std::uint32_t>(std::min<std::uint64_t>(hold_s, kLastIndex));
  qos.ttl_s = asked.ttl_s == 0 ? longest : std::min(asked.ttl_s, longest);
  return granted;
}

StreamReply unmet(const Granted& granted) {
  StreamReply reply = refused(StreamStatus::qos_not_met, granted.lacks + " cannot be met; the reply says what can");
  reply.qos = granted.qos;
  return reply;
}

std::string metadata_of(const DeliveredKey& key) {
  Json metadata{{"key_ID", to_string(key.id)}};
  for (const Extension& each : key.extensions) metadata[each.name] = Json::parse(each.value);
  std::string text = metadata.dump();
  HERALD_CHECK(text.size() <= kMetadataBytes);
  return text;
}

// Of the slave's chunks in [stream.next, stream.end), which it will not fetch any more.
Result<void> forget_chunks(Records& records, const Stream& stream) {
  for (std::uint64_t i = stream.next; i < std::min(stream.end, stream.next + kMostForgotten); ++i) {
    const Uuid id = chunk_id(stream, static_cast<std::uint32_t>(i));
    const auto taken = take_held(records, {&id, 1}, stream.slave, stream.master);
    if (!taken && taken.error().code != ErrorCode::not_found) return std::unexpected(taken.error());
  }
  return {};
}

// One of its two applications has closed it.
Result<void> keep_or_end(Records& records, const Stream& stream) {
  if (stream.ours_open || stream.other_open) {
    keep_stream(records, stream);
    return {};
  }
  if (!stream.is_ours) HERALD_TRY_VOID(forget_chunks(records, stream));
  return erase_stream(records, stream);
}

Json about(const Stream& stream) {
  return {{"stream", to_string(stream.id)}, {"master", stream.master}, {"slave", stream.slave}};
}

}  // namespace

void Delivery::call(const std::string& caller, const StreamRequest& what, const OnStreamReply& answer) {
  State& state = *m_state;
  const auto* const close = std::get_if<CloseStream>(&what);
  if (close != nullptr) return state.close_stream(caller, *close, answer);
  const auto* const open = std::get_if<OpenConnect>(&what);
  if (const auto admitted = state.admit(caller); !admitted) {
    const bool is_often = admitted.error().status == 429;
    return answer(refused(!is_often         ? StreamStatus::no_connection
                          : open == nullptr ? StreamStatus::insufficient_key
                                            : StreamStatus::qos_not_met,
                          admitted.error().message));
  }
  if (open != nullptr)
    return state.open_stream(caller, *open, [answer, is_padded = open->qos.is_padded](StreamReply reply) {
      reply.qos.is_padded = is_padded;
      answer(std::move(reply));
    });
  state.get_chunk(caller, std::get<GetChunk>(what), answer);
}

void Delivery::State::open_stream(const std::string& caller, const OpenConnect& asked, const OnStreamReply& answer) {
  const auto source = asked.source.empty() ? Result<std::string>(caller) : application_of(asked.source);
  const auto other = application_of(asked.destination);
  if (!source) return answer(refused(StreamStatus::no_connection, source.error().message));
  if (!other) return answer(refused(StreamStatus::no_connection, other.error().message));
  if (*source != caller)
    return answer(refused(StreamStatus::no_connection, "the source is another than the certificate names"));
  if (asked.stream == Uuid{}) return open_new(caller, *other, asked, answer);
  run<MaybeStream>([id = asked.stream](Records& records) { return find_stream(records, id); },
                   [this, caller, other = *other, asked, answer](Result<MaybeStream> found) {
                     if (!found) return answer(refused(StreamStatus::no_connection, found.error().message));
                     if (!*found) return open_new(caller, other, asked, answer);
                     open_known(caller, other, std::move(**found), asked, answer);
                   });
}

void Delivery::State::open_new(const std::string& caller, const std::string& other, const OpenConnect& asked,
                               const OnStreamReply& answer) {
  const Policy& policy = settings.policy_of(caller);
  Granted may = granted(asked.qos, settings, policy.hold_s.value_or(settings.hold_s));
  if (!may.lacks.empty()) return answer(unmet(may));
  const auto slaves = judge(caller, GetKey{other, {1, std::uint64_t{8} * may.qos.chunk_bytes, {}, {}, {}}});
  if (!slaves) return answer(refused(StreamStatus::no_connection, slaves.error().message));
  Stream stream;
  stream.id = asked.stream;
  for (Uuid* const id : {&stream.id, &stream.salt}) {
    std::array<std::uint8_t, 16> bytes{};
    out.random(bytes);
    if (*id == Uuid{}) *id = random_uuid(bytes);
  }
  stream.master = caller;
  stream.slave = other;
  stream.peer = slaves->begin()->first;
  stream.qos = may.qos;
  stream.until = out.unix_time() + may.qos.ttl_s;
  stream.ours_open = true;
  if (const auto ready = require_ready(stream.peer); !ready)
    return answer(refused(StreamStatus::no_connection, ready.error().message));
  // Bits per second that the pool has now for the stream's life. They are not kept for it.
  run<std::uint64_t>(
      [this, stream, word = settings.word, leave = policy.leave](Records& records) -> Result<std::uint64_t> {
        HERALD_TRY(const PoolLevel there, level(records, pool(stream.peer, true)));
        const std::uint64_t bytes = there.may_be_drawn(word);
        const std::uint64_t bps = 8 * (bytes - std::min(bytes, leave)) / std::max(1U, stream.qos.ttl_s);
        if (bps < stream.qos.least_bps) return bps;
        HERALD_TRY_VOID(add_stream(records, stream));
        HERALD_TRY_VOID(note(records, "stream-opened", about(stream)));
        return stream.qos.least_bps;
      },
      [this, stream, may, answer](const Result<std::uint64_t>& bps) mutable {
        if (!bps) {
          const bool in_use = bps.error().code == ErrorCode::disagreement;
          return answer(
              refused(in_use ? StreamStatus::stream_id_in_use : StreamStatus::no_connection, bps.error().message));
        }
        if (*bps == stream.qos.least_bps) return offer(stream, answer);
        may.qos.least_bps = static_cast<std::uint32_t>(*bps);
        may.lacks = "Min_bps";
        answer(unmet(may));
      });
}

// Noted here, durably: the other KME is told.
void Delivery::State::offer(const Stream& stream, const OnStreamReply& answer) {
  const auto done = [this, stream, answer](const Result<void>& taken) {
    if (taken) return answer(opened(StreamStatus::peer_not_connected, stream));
    const std::string& why = taken.error().message;
    const bool in_use = why.ends_with(to_string(StreamStatus::stream_id_in_use));
    withdraw(stream, [answer, in_use, why] {
      answer(refused(in_use ? StreamStatus::stream_id_in_use : StreamStatus::no_connection, why));
    });
  };
  if (const auto ready = require_ready(stream.peer); !ready) return done(ready);
  const std::uint64_t request = expect_done(stream.peer, done);
  send(stream.peer,
       StreamOffer{request, stream.id, stream.salt, stream.master, stream.slave, stream.qos, stream.until});
}

void Delivery::State::withdraw(const Stream& stream, const std::function<void()>& then) {
  run<bool>(
      [this, stream](Records& records) -> Result<bool> {
        HERALD_TRY(const MaybeStream there, find_stream(records, stream.id));
        if (!there || there->salt != stream.salt) return false;
        HERALD_TRY_VOID(erase_stream(records, *there));
        HERALD_TRY_VOID(note(records, "stream-withdrawn", about(stream)));
        return true;
      },
      [then](const Result<bool>&) { then(); });
}

// The other application's stream, or one of the caller's own, which it opens again.
void Delivery::State::open_known(const std::string& caller, const std::string& other, Stream stream,
                                 const OpenConnect& asked, const OnStreamReply& answer) {
  if (caller != stream.application() || other != stream.other())
    return answer(refused(StreamStatus::stream_id_in_use, "the stream is of other applications"));
  Granted may = granted(asked.qos, settings, settings.hold_s);
  const bool is_other_size = asked.qos.chunk_bytes != 0 && asked.qos.chunk_bytes != stream.qos.chunk_bytes;
  if (is_other_size) may.lacks = "another Key_chunk_size";
  // How long it waits, and what it is told of chunks, is an application's own affair.
  stream.qos.timeout_ms = may.qos.timeout_ms;
  stream.qos.mimetype = may.qos.mimetype;
  may.qos = stream.qos;
  if (!may.lacks.empty()) return answer(unmet(may));
  run<Stream>(
      [this, stream, now = out.unix_time()](Records& records) -> Result<Stream> {
        HERALD_TRY(MaybeStream there, find_stream(records, stream.id));
        if (!there || there->salt != stream.salt || there->until <= now)
          return fail(ErrorCode::unavailable, "the stream is over");
        there->ours_open = true;
        there->qos = stream.qos;
        keep_stream(records, *there);
        HERALD_TRY_VOID(note(records, "stream-joined", about(*there)));
        return std::move(*there);
      },
      [this, answer](const Result<Stream>& joined) {
        if (!joined) return answer(refused(StreamStatus::no_connection, joined.error().message));
        const auto done = [answer, joined = *joined](const Result<void>& told) {
          if (!told) return answer(refused(StreamStatus::no_connection, told.error().message));
          answer(opened(joined.other_open ? StreamStatus::successful : StreamStatus::peer_not_connected, joined));
        };
        if (const auto ready = require_ready(joined->peer); !ready) return done(ready);
        const std::uint64_t request = expect_done(joined->peer, done);
        send(joined->peer, StreamNews{request, joined->id, true, joined->next});
      });
}

void Delivery::State::get_chunk(const std::string& caller, const GetChunk& asked, const OnStreamReply& answer) {
  // Where there is room for it, metadata say why there is no key.
  const OnStreamReply then = [asked, answer](StreamReply reply) {
    reply.index = asked.index;
    if (reply.status != StreamStatus::successful && reply.status != StreamStatus::metadata_too_small) {
      std::string text = Json{{"message", printable(reply.why, kLongestWhy)}}.dump();
      if (text.size() <= asked.metadata_bytes) reply.metadata = std::move(text);
    }
    answer(std::move(reply));
  };
  run<MaybeStream>(
      [id = asked.stream](Records& records) { return find_stream(records, id); },
      [this, caller, asked, then](const Result<MaybeStream>& found) {
        if (!found) return then(refused(StreamStatus::no_connection, found.error().message));
        if (!*found || (*found)->application() != caller)
          return then(refused(StreamStatus::no_connection, "no such stream; open it first"));
        const Time patience((*found)->qos.timeout_ms);
        if (!(*found)->qos.mimetype.empty() && asked.metadata_bytes < kMetadataBytes)
          return then(
              refused(StreamStatus::metadata_too_small, fmt::format("metadata take up to {} bytes", kMetadataBytes)));
        const WaitingCall call{caller, asked, **found, out.now() + patience, then, StreamStatus::timeout, {}, {}};
        try_chunk(std::make_shared<WaitingCall>(call));
      });
}

// The call's stream as it was read just now.
void Delivery::State::try_chunk(const WaitingPtr& call) {
  const Stream& stream = call->stream;
  const std::uint64_t now = out.unix_time();
  if (!stream.ours_open || stream.until <= now)
    return call->answer(refused(StreamStatus::no_connection, "the stream is closed, or its time is over"));
  if (call->key == Uuid{}) call->key = chunk_id(stream, call->asked.index);
  const Chunk chunk{stream.id, call->asked.index, call->key, stream.until};
  if (!is_ready(stream.peer))
    return wait(call, StreamStatus::no_connection, require_ready(stream.peer).error().message);
  if (!stream.is_ours) return fetch_chunk(call, chunk);
  if (!stream.other_open)
    return wait(call, StreamStatus::get_key_peer_not_connected, fmt::format("{} has not opened it", stream.slave));
  draw_chunk(call, chunk);
}

void Delivery::State::draw_chunk(const WaitingPtr& call, const Chunk& chunk) {
  const Stream& stream = call->stream;
  const double bits = 8.0 * stream.qos.chunk_bytes, bps = stream.qos.most_bps;
  if (bps > 0 && paces[stream.id].take(bits, bps, std::max(bits, bps), out.now()))
    return wait(call, StreamStatus::insufficient_key, "Max_bps is reached");
  const GetKey what{stream.slave, {1, std::uint64_t{8} * stream.qos.chunk_bytes, {}, {}, {}}};
  get_key(call->caller, what, chunk, [this, call, bits, bps](ApiResult<Answer> result) {
    const Qos& qos = call->stream.qos;
    if (result) {
      StreamReply reply;
      DeliveredKey& key = std::get<Container>(*result).keys.front();
      if (!qos.mimetype.empty()) reply.metadata = metadata_of(key);
      reply.key = std::move(key.bytes);
      return call->answer(std::move(reply));
    }
    if (bps > 0) paces[call->stream.id].give_back(bits);
    const ApiError& why = result.error();
    if (why.lacks_keys) return wait(call, StreamStatus::insufficient_key, why.message);
    const bool is_short = why.status == 409 || why.status == 429;
    call->answer(refused(is_short ? StreamStatus::insufficient_key : StreamStatus::no_connection, why.message));
  });
}

void Delivery::State::fetch_chunk(const WaitingPtr& call, const Chunk& chunk) {
  get_key_with_ids(call->caller, {call->stream.master, {chunk.key}}, chunk, [this, call](ApiResult<Answer> result) {
    const Stream& stream = call->stream;
    if (result) {
      StreamReply reply;
      DeliveredKey& key = std::get<Container>(*result).keys.front();
      if (!stream.qos.mimetype.empty()) reply.metadata = metadata_of(key);
      reply.key = std::move(key.bytes);
      return call->answer(std::move(reply));
    }
    const ApiError& why = result.error();
    if (why.status == 503) return wait(call, StreamStatus::no_connection, why.message);
    if (why.status == 409) return call->answer(refused(StreamStatus::insufficient_key, why.message));
    if (why.status != 400) return call->answer(refused(StreamStatus::no_connection, why.message));
    if (!stream.other_open)
      return call->answer(
          refused(StreamStatus::get_key_peer_not_connected, fmt::format("{} has closed it", stream.master)));
    wait(call, StreamStatus::timeout, fmt::format("{} has not been given this index yet", stream.master));
  });
}

void Delivery::State::wait(const WaitingPtr& call, StreamStatus status, std::string why) {
  const auto others =
      std::ranges::count(waiting_calls, call->caller, [](const WaitingPtr& each) { return each->caller; });
  if (out.now() >= call->deadline || others >= kMostWaiting) return call->answer(refused(status, std::move(why)));
  call->status = status;
  call->why = std::move(why);
  waiting_calls.push_back(call);
}

// Each tries again, with its stream as it is now.
void Delivery::State::wake(const std::function<bool(const WaitingCall&)>& whom) {
  std::vector<WaitingPtr> woken;
  std::erase_if(waiting_calls, [&](const WaitingPtr& call) {
    if (!whom(*call)) return false;
    woken.push_back(call);
    return true;
  });
  for (const WaitingPtr& call : woken)
    run<MaybeStream>([id = call->stream.id](Records& records) { return find_stream(records, id); },
                     [this, call](Result<MaybeStream> found) {
                       const bool is_there = found && *found && (*found)->salt == call->stream.salt;
                       if (!is_there) return call->answer(refused(StreamStatus::no_connection, "the stream is over"));
                       call->stream = std::move(**found);
                       try_chunk(call);
                     });
}

void Delivery::State::wake_stream(const Uuid& stream) {
  wake([&](const WaitingCall& call) { return call.stream.id == stream; });
}

void Delivery::State::wake_late() {
  const Time now = out.now();
  std::vector<WaitingPtr> late;
  std::erase_if(waiting_calls, [&](const WaitingPtr& call) {
    if (now < call->deadline) return false;
    late.push_back(call);
    return true;
  });
  for (const WaitingPtr& call : late) call->answer(refused(call->status, call->why));
  wake([](const WaitingCall& call) {
    return call.status == StreamStatus::insufficient_key || call.status == StreamStatus::no_connection;
  });
}

void Delivery::State::close_stream(const std::string& caller, const CloseStream& asked, const OnStreamReply& answer) {
  run<Stream>(
      [this, caller, id = asked.stream](Records& records) -> Result<Stream> {
        HERALD_TRY(MaybeStream stream, find_stream(records, id));
        if (!stream || stream->application() != caller || !stream->ours_open)
          return fail(ErrorCode::not_found, "no such stream is open");
        stream->ours_open = false;
        HERALD_TRY_VOID(keep_or_end(records, *stream));
        Json entry = about(*stream);
        entry["by"] = caller;
        HERALD_TRY_VOID(note(records, "stream-closed", std::move(entry)));
        return std::move(*stream);
      },
      [this, answer](const Result<Stream>& closed) {
        if (!closed) return answer(refused(StreamStatus::no_connection, closed.error().message));
        paces.erase(closed->id);
        // A peer that is away finds out when the stream's time is over.
        if (is_ready(closed->peer)) send(closed->peer, StreamNews{0, closed->id, false, closed->next});
        wake_stream(closed->id);
        answer({});
      });
}

// The peer's application has opened a stream to one of ours.
void Delivery::State::consider(const std::string& name, const StreamOffer& offer) {
  const auto refuse = [this, name, request = offer.request](const std::string& why) {
    send(name, Done{request, {}, why});
  };
  for (const auto& [application, kme] : {std::pair(offer.slave, own), {offer.master, name}}) {
    const auto at = settings.applications.find(application);
    if (at == settings.applications.end() || at->second != kme)
      return refuse(fmt::format("no application {} at {}", application, kme));
  }
  if (!may_share(offer.master, offer.slave))
    return refuse(fmt::format("{} shares no keys with {}", offer.slave, offer.master));
  Stream stream{offer.stream, offer.salt, offer.master, offer.slave, name, false, offer.qos, 0, 0, 0, false, true};
  stream.until = std::min(offer.until, out.unix_time() + settings.hold_s);
  const std::uint64_t session = peers[name].session;
  run<JournalHead>(
      [this, stream](Records& records) -> Result<JournalHead> {
        // A stream that nobody came to know of gives way to another of the same two.
        HERALD_TRY(const MaybeStream before, find_stream(records, stream.id));
        if (before && !before->is_ours && !before->ours_open && before->peer == stream.peer &&
            before->master == stream.master && before->slave == stream.slave)
          HERALD_TRY_VOID(erase_stream(records, *before));
        HERALD_TRY_VOID(add_stream(records, stream));
        return note(records, "stream-offered", about(stream));
      },
      [this, name, session, refuse, request = offer.request](const Result<JournalHead>& head) {
        if (!is_session(name, session)) return;
        if (!head) return refuse(head.error().message);
        send(name, Done{request, *head, ""});
      });
}

void Delivery::State::learn_stream(const std::string& name, const StreamNews& news) {
  const std::uint64_t session = peers[name].session;
  run<JournalHead>(
      [this, name, news](Records& records) -> Result<JournalHead> {
        HERALD_TRY(MaybeStream stream, find_stream(records, news.stream));
        if (!stream || stream->peer != name) return fail(ErrorCode::not_found, "no such stream");
        stream->other_open = news.is_open;
        stream->end = news.next;
        if (news.is_open)
          keep_stream(records, *stream);
        else
          HERALD_TRY_VOID(keep_or_end(records, *stream));
        Json entry = about(*stream);
        entry["by"] = stream->other();
        return note(records, news.is_open ? "stream-joined" : "stream-closed", std::move(entry));
      },
      [this, name, session, news](const Result<JournalHead>& head) {
        wake_stream(news.stream);
        if (!is_session(name, session)) return;
        send(name, Done{news.request, head ? *head : JournalHead(), head ? "" : head.error().message});
      });
}

void Delivery::State::end_streams() {
  using Streams = std::vector<Stream>;
  run<Streams>(
      [this, now = out.unix_time()](Records& records) -> Result<Streams> {
        HERALD_TRY(Streams streams, expire_streams(records, now, kMostExpired));
        for (const Stream& stream : streams) HERALD_TRY_VOID(note(records, "stream-expired", about(stream)));
        return streams;
      },
      [this](const Result<Streams>& streams) {
        if (!streams) return;
        for (const Stream& stream : *streams) {
          paces.erase(stream.id);
          wake_stream(stream.id);
        }
      });
}

}  // namespace herald::kme
