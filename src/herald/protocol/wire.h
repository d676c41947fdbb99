#pragma once
// Classical wires as a party sees them: typed messages in order, to and from one peer. What carries them (memory, TCP)
// is not the party's business.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "herald/protocol/letter.h"
#include "herald/protocol/mailbox.h"
#include "herald/protocol/transcript.h"

namespace herald {

// Says that the sender gives the conversation up. The one message that may stand in place of any other.
struct Abort {
  static constexpr std::uint8_t kType = 0;
  static constexpr std::string_view kName = "abort";
  std::string reason;

  Abort() = default;
  explicit Abort(std::string why) : reason(std::move(why)) {}
  void encode(Writer& writer) const { writer.text(reason); }
  static Abort decode(Reader& reader) { return Abort(printable(reader.text(), 200)); }
};

enum class Direction : std::uint8_t { sent, received };

// One end of a wire. It outlives the party that waits on it, or goes with it.
class Wire {
 public:
  using Carry = std::function<void(Bytes)>;              // takes a frame towards the peer
  using Tap = std::function<void(Direction, ByteView)>;  // sees each frame as its party sends or receives it

  Wire(Scheduler& scheduler, std::string name) : m_scheduler(&scheduler), m_inbox(scheduler), m_name(std::move(name)) {}

  template <Message M>
  void send(M message) {
    if (m_transcript != nullptr)
      m_transcript->push_back({m_scheduler->now(), m_owner, m_name, M::kName, encode_frame(message)});
    if (m_peer != nullptr && !m_tap) {
      m_peer->m_inbox.deliver(std::move(message), m_delay);
    } else {
      send_frame(encode_frame(message));
    }
  }
  void send_frame(Bytes frame);

  // `co_await wire.receive<M>()` is the next message, an M; anything else ends the party with an Error, and so does
  // what arrives after the deadline.
  template <Message M>
  auto receive(Deadline deadline = Deadline()) {
    return Receive<M>(*this, deadline);
  }
  // When the last message read arrived here: seconds since the meeting began.
  double last_arrival() const { return m_inbox.last_arrival(); }
  const std::string& name() const { return m_name; }

  // For what carries the wire, not for parties.
  void connect(Carry carry) {
    m_peer = nullptr;
    m_carry = std::move(carry);
  }
  // Joins two ends in memory: what one sends arrives at the other, `delay` seconds later.
  static void join(Wire& a, Wire& b, double delay = 0);
  void tap(Tap tap) { m_tap = std::move(tap); }
  // What `owner`, whose end this is, sends goes into the transcript too; null: no more.
  void record(MeetingTranscript* transcript, std::string_view owner) {
    m_transcript = transcript;
    m_owner = owner;
  }
  void deliver(Bytes frame) { m_inbox.deliver(Letter(std::move(frame))); }
  // The wire is no more: whoever waits on it, or will, ends with this error once the frames before it are read.
  void close(Error error) { m_inbox.close(std::move(error)); }
  bool closed() const { return m_inbox.closed().has_value(); }
  // A party waits for what nobody has sent.
  bool starved() const { return m_inbox.starved(); }
  // As new, still joined.
  void reset() { m_inbox.reset(); }

 private:
  // Read, or refused.
  struct Popped {
    Mailbox<Letter>& inbox;
    ~Popped() { inbox.pop(); }
  };
  template <Message M>
  class Receive {
   public:
    Receive(Wire& wire, Deadline deadline) : m_wire(&wire), m_deadline(deadline) {}
    bool await_ready() const { return m_wire->m_inbox.settled(m_deadline); }
    void await_suspend(std::coroutine_handle<> party) const { m_wire->m_inbox.wait(party, m_deadline); }
    M await_resume() const {
      Letter& letter = m_wire->m_inbox.front(M::kName, m_deadline);
      const Popped popped{m_wire->m_inbox};
      if (M* const message = letter.value<M>(); message != nullptr && !m_wire->m_tap) return m_wire->judged(*message);
      return m_wire->open<M>(letter);
    }

   private:
    Wire* m_wire;
    Deadline m_deadline;
  };

  template <Message M>
  M judged(M& message) {
    if constexpr (AnyValue<M>) return std::move(message);
    m_writer.clear();
    write_frame(m_writer, message);
    return read<M>(m_writer.bytes());
  }
  template <Message M>
  M open(Letter& letter) {
    return read<M>(frame_of(letter, M::kName));
  }
  template <Message M>
  M read(ByteView frame) {
    Result<M> message = decode_frame<M>(frame);
    if (!message) throw PartyFault{Error{message.error().code, m_name + ": " + message.error().message}, M::kName};
    return std::move(*message);
  }
  // Tapped; a fault when it says that the peer gives up.
  Bytes frame_of(const Letter& letter, std::string_view phase);

  Scheduler* m_scheduler;
  Mailbox<Letter> m_inbox;
  std::string m_name;
  Wire* m_peer = nullptr;
  double m_delay = 0;
  Carry m_carry;
  Tap m_tap;
  MeetingTranscript* m_transcript = nullptr;
  std::string_view m_owner;
  Writer m_writer;  // kept, so that judging what came as a value allocates nothing
};

inline void join(Wire& a, Wire& b) { Wire::join(a, b); }

}  // namespace herald
