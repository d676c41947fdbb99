#pragma once
// A message on its way: as a value, when both ends live in one process and nobody listens, or as the bytes of its
// frame.

#include <concepts>
#include <cstddef>
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

#include "herald/base/codec.h"

namespace herald {

// A message: a number that names its type on the wire, and its bytes. decode() marks faults in the reader.
template <typename M>
concept Message = requires(const M& message, Writer& writer, Reader& reader) {
  { M::kType } -> std::convertible_to<std::uint8_t>;
  { M::kName } -> std::convertible_to<std::string_view>;
  { message.encode(writer) };
  { M::decode(reader) } -> std::same_as<M>;
} && std::is_nothrow_move_constructible_v<M>;

// A message that is right whatever its members are. Others are judged by decode() also when they come as values: who
// sends them may have made them without it.
template <typename M>
concept AnyValue = requires { requires M::kAnyValue; };

template <Message M>
void write_frame(Writer& writer, const M& message) {
  writer.fixed<std::uint8_t>(M::kType);
  message.encode(writer);
}
template <Message M>
Bytes encode_frame(const M& message) {
  Writer writer;
  write_frame(writer, message);
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
  if (!reader.ok() || reader.remaining() != 0) {
    HERALD_TRY_VOID(reader.finish("the message \"" + std::string(M::kName) + "\""));
  }
  return message;
}

class Letter {
 public:
  template <Message M>
  explicit Letter(M message) : m_kind(&kKind<M>) {
    if constexpr (fits<M>) {
      new (m_inside) M(std::move(message));
    } else {
      new (m_inside) M*(new M(std::move(message)));
    }
  }
  explicit Letter(Bytes frame) : m_kind(&kFrame) { new (m_inside) Bytes(std::move(frame)); }
  Letter(Letter&& other) noexcept : m_kind(other.m_kind) {
    if (m_kind->is_plain)
      std::memcpy(m_inside, other.m_inside, kInside);
    else
      m_kind->move(m_inside, other.m_inside);
  }
  Letter& operator=(Letter&& other) noexcept {
    if (this != &other) {
      this->~Letter();
      new (this) Letter(std::move(other));
    }
    return *this;
  }
  Letter(const Letter&) = delete;
  Letter& operator=(const Letter&) = delete;
  ~Letter() {
    if (!m_kind->is_plain) m_kind->destroy(m_inside);
  }

  // The message, where it is one of this type as a value.
  template <Message M>
  M* value() {
    return m_kind == &kKind<M> ? contents<M>(m_inside) : nullptr;
  }
  // Its frame, where it is one.
  const Bytes* frame() const { return m_kind == &kFrame ? contents<Bytes>(m_inside) : nullptr; }
  // As a frame, whatever it is.
  Bytes to_frame() const { return m_kind->encode(m_inside); }
  // "opening"; of a frame "frame".
  std::string_view name() const { return m_kind->name; }

 private:
  static constexpr std::size_t kInside = 72;
  template <typename M>
  static constexpr bool fits = sizeof(M) <= kInside && alignof(M) <= alignof(std::max_align_t);

  struct Kind {
    std::string_view name;
    bool is_plain;  // its bytes are all there is to it
    void (*move)(void* to, void* from) noexcept;
    void (*destroy)(void* inside) noexcept;
    Bytes (*encode)(const void* inside);
  };
  template <typename M>
  static M* contents(void* inside) {
    if constexpr (fits<M>)
      return std::launder(static_cast<M*>(inside));
    else
      return *std::launder(static_cast<M**>(inside));
  }
  template <typename M>
  static const M* contents(const void* inside) {
    if constexpr (fits<M>)
      return std::launder(static_cast<const M*>(inside));
    else
      return *std::launder(static_cast<M* const*>(inside));
  }
  template <typename M>
  static void move(void* to, void* from) noexcept {
    if constexpr (fits<M>)
      new (to) M(std::move(*contents<M>(from)));
    else
      new (to) M*(std::exchange(*std::launder(static_cast<M**>(from)), nullptr));
  }
  template <typename M>
  static void destroy(void* inside) noexcept {
    if constexpr (fits<M>)
      contents<M>(inside)->~M();
    else
      delete contents<M>(inside);
  }
  template <Message M>
  static Bytes encode(const void* inside) {
    return encode_frame(*contents<M>(inside));
  }
  static Bytes same_frame(const void* inside) { return *contents<Bytes>(inside); }

  template <Message M>
  static constexpr Kind kKind{M::kName, fits<M>&& std::is_trivially_copyable_v<M>, move<M>, destroy<M>, encode<M>};
  static const Kind kFrame;

  const Kind* m_kind;
  alignas(std::max_align_t) std::byte m_inside[kInside];
};

inline constexpr Letter::Kind Letter::kFrame{"frame", false, move<Bytes>, destroy<Bytes>, same_frame};

}  // namespace herald
