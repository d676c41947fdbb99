#pragma once
// Classical wires as a party sees them: typed messages in order, to and from one peer. What carries the bytes (memory,
// TCP) is not the party's business; nor is when.

#include <concepts>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "herald/base/codec.h"
#include "herald/base/result.h"
#include "herald/protocol/party.h"

namespace herald {

// A message: a number that names its type on the wire, and its bytes. decode() marks faults in the reader.
template <typename M>
concept Message = requires(const M& message, Writer& writer, Reader& reader) {
  { M::kType } -> std::convertible_to<std::uint8_t>;
  { M::kName } -> std::convertible_to<std::string_view>;
  { message.encode(writer) };
  { M::decode(reader) } -> std::same_as<M>;
};

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

template <Message M>
Bytes encode_frame(const M& message) {
  Writer writer;
  writer.fixed<std::uint8_t>(M::kType);
  message.encode(writer);
  return std::move(writer).take();
}

// The message in a frame; an Error (malformed) when it is another type or not one at all.
template <Message M>
Result<M> decode_frame(ByteView frame) {
  Reader reader(frame);
  const std::uint8_t type = reader.fixed<std::uint8_t>();
  if (!reader.ok() || type != M::kType)
    return fail(ErrorCode::malformed, "expected the message \"" + std::string(M::kName) + "\" and got " +
                                          (reader.ok() ? "type " + std::to_string(type) : "an empty frame"));
  M message = M::decode(reader);
  HERALD_TRY_VOID(reader.finish("the message \"" + std::string(M::kName) + "\""));
  return message;
}

enum class Direction : std::uint8_t { sent, received };

// One end of a wire. It outlives the party that waits on it, or goes with it.
class Wire {
 public:
  using Carry = std::function<void(Bytes)>;              // takes a frame towards the peer
  using Tap = std::function<void(Direction, ByteView)>;  // sees each frame as its party sends or receives it

  Wire(Scheduler& scheduler, std::string name) : m_scheduler(&scheduler), m_name(std::move(name)) {}
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  template <Message M>
  void send(const M& message) {
    send_frame(encode_frame(message));
  }

  // `co_await wire.receive<M>()` is the next message, an M; anything else ends the party with an Error.
  template <Message M>
  auto receive() {
    return Receive<M>(*this);
  }

  void send_frame(Bytes frame);
  const std::string& name() const { return m_name; }

  // For what carries the wire, not for parties.
  void connect(Carry carry) { m_carry = std::move(carry); }
  void tap(Tap tap) { m_tap = std::move(tap); }
  void deliver(Bytes frame);
  // The wire is no more: whoever waits on it, or will, ends with this error once the frames before it are read.
  void close(Error error);
  bool closed() const { return m_closed.has_value(); }

 private:
  template <Message M>
  class Receive {
   public:
    explicit Receive(Wire& wire) : m_wire(&wire) {}
    bool await_ready() const { return !m_wire->m_inbox.empty() || m_wire->m_closed.has_value(); }
    void await_suspend(std::coroutine_handle<> party) const { m_wire->wait(party); }
    M await_resume() const {
      const Bytes frame = m_wire->take_frame();
      Result<M> message = decode_frame<M>(frame);
      if (!message) throw PartyFault{Error{message.error().code, m_wire->m_name + ": " + message.error().message}};
      return std::move(*message);
    }

   private:
    Wire* m_wire;
  };

  void wait(std::coroutine_handle<> party);
  void wake();
  Bytes take_frame();

  Scheduler* m_scheduler;
  std::string m_name;
  Carry m_carry;
  Tap m_tap;
  std::deque<Bytes> m_inbox;
  std::optional<Error> m_closed;
  std::coroutine_handle<> m_waiting;
};

// Joins two ends in memory: what one sends is delivered to the other.
void join(Wire& a, Wire& b);

}  // namespace herald
