#include "herald/auth/transcript.h"

namespace herald {
namespace {

void append_counted(Bytes& out, ByteView bytes) {
  for (unsigned i = 0; i < 8; ++i) out.push_back(static_cast<std::uint8_t>(std::uint64_t{bytes.size()} >> (8 * i)));
  out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace

Transcript::Transcript(std::string_view context) : m_context(context.begin(), context.end()) {}

void Transcript::absorb(Sender sender, ByteView frame) {
  append_counted(sender == Sender::alice ? m_alice : m_bob, frame);
}

Tag Transcript::tag(SecretBits key) const {
  OneTimeTag tag(std::move(key));
  for (const Bytes* part : {&m_context, &m_alice, &m_bob}) {
    Writer length;
    length.fixed(std::uint64_t{part->size()});
    tag.absorb(length.bytes());
    tag.absorb(*part);
  }
  return std::move(tag).tag();
}

}  // namespace herald
