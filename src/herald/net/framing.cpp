#include "herald/net/framing.h"

#include <fmt/format.h>

#include <algorithm>

namespace herald::net {
namespace {

constexpr std::string_view kMagic = "HERALD\n";
constexpr std::size_t kGreetingSize = kMagic.size() + 2;
constexpr std::size_t kStreamBytes = 8;

}  // namespace

Bytes greeting() {
  Writer writer;
  writer.raw({reinterpret_cast<const std::uint8_t*>(kMagic.data()), kMagic.size()});
  writer.fixed(kWireVersion);
  return std::move(writer).take();
}

void append_frame(std::uint64_t stream, ByteView payload, Bytes& out) {
  HERALD_CHECK(payload.size() <= kMostPayload);
  Writer header;
  header.fixed(static_cast<std::uint32_t>(payload.size() + kStreamBytes));
  header.fixed(stream);
  out.insert(out.end(), header.bytes().begin(), header.bytes().end());
  out.insert(out.end(), payload.begin(), payload.end());
}

Result<void> FrameDecoder::feed(ByteView bytes) {
  if (m_failed) return std::unexpected(*m_failed);
  m_pending.insert(m_pending.end(), bytes.begin(), bytes.end());
  Result<void> done = m_greeted ? Result<void>() : read_greeting();
  if (done && m_greeted) done = read_frames();
  if (!done) m_failed = done.error();
  return done;
}

std::optional<Frame> FrameDecoder::next() {
  if (m_frames.empty()) return std::nullopt;
  Frame frame = std::move(m_frames.front());
  m_frames.pop_front();
  return frame;
}

Result<void> FrameDecoder::read_greeting() {
  const std::size_t seen = std::min(m_pending.size(), kMagic.size());
  if (!std::equal(m_pending.begin(), m_pending.begin() + static_cast<std::ptrdiff_t>(seen), kMagic.begin()))
    return fail(ErrorCode::malformed, "the peer does not speak Herald's protocol; is this the right port?");
  if (m_pending.size() < kGreetingSize) return {};
  Reader reader(ByteView(m_pending).subspan(kMagic.size(), 2));
  const auto version = reader.fixed<std::uint16_t>();
  if (version != kWireVersion)
    return fail(ErrorCode::version, fmt::format("the peer speaks version {} of the wire format, this end version {}; "
                                                "install the same release at both ends",
                                                version, kWireVersion));
  m_pending.erase(m_pending.begin(), m_pending.begin() + kGreetingSize);
  m_greeted = true;
  return {};
}

Result<void> FrameDecoder::read_frames() {
  std::size_t at = 0;
  while (m_pending.size() - at >= 4) {
    Reader header(ByteView(m_pending).subspan(at));
    const auto length = header.fixed<std::uint32_t>();
    if (length < kStreamBytes || length > kMaxFrame)
      return fail(ErrorCode::malformed,
                  fmt::format("a frame of {} bytes; allowed are {} to {}", length, kStreamBytes, kMaxFrame));
    if (header.remaining() < length) break;
    Frame frame;
    frame.stream = header.fixed<std::uint64_t>();
    const ByteView payload = header.raw(length - kStreamBytes);
    frame.payload.assign(payload.begin(), payload.end());
    m_frames.push_back(std::move(frame));
    at += 4 + length;
  }
  m_pending.erase(m_pending.begin(), m_pending.begin() + static_cast<std::ptrdiff_t>(at));
  return {};
}

}  // namespace herald::net
