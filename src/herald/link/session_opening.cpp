// How the two ends of a link meet: hello, gate, standing, resolution, tags (docs/wire-format.md).

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "herald/link/session.h"

namespace herald::link {
namespace {

constexpr std::size_t kMostPrepared = 1024;  // more than blocks ever are under way

[[noreturn]] void refuse(ErrorCode code, std::string message) { throw PartyFault{Error{code, std::move(message)}}; }

// The first line in which two descriptions differ, from both.
std::pair<std::string, std::string> first_difference(std::string_view mine, std::string_view theirs) {
  const auto line = [](std::string_view& text) {
    const std::string_view result = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), result.size() + 1));
    return std::string(result);
  };
  for (;;) {
    std::string a = line(mine), b = line(theirs);
    if (a != b || (mine.empty() && theirs.empty())) return {a, printable(b, 100)};
  }
}

void compare(const Hello& mine, const Hello& theirs) {
  if (theirs.role == mine.role)
    refuse(ErrorCode::disagreement, fmt::format("both ends are set up as {}; one must be the other", mine.role));
  if (theirs.link != mine.link)
    refuse(ErrorCode::disagreement, fmt::format("this end is of link \"{}\", the other of \"{}\"; set link.name alike",
                                                mine.link, printable(theirs.link, 64)));
  if (theirs.parameters != mine.parameters) {
    const auto [a, b] = first_difference(mine.parameters, theirs.parameters);
    refuse(ErrorCode::disagreement,
           fmt::format("the ends' parameters differ: here \"{}\", there \"{}\"; set them alike", a, b));
  }
  if (theirs.nonce == mine.nonce) refuse(ErrorCode::authentication, "the peer repeats our own words");
}

}  // namespace

Party<void> Session::greet(Wire& peer) {
  Hello mine;
  mine.role = to_string(m_end.config.end);
  mine.link = m_end.config.link;
  mine.parameters = m_end.protocol.describe();
  mine.parameters +=
      fmt::format("key_bits = {}\nreplenish_bits = {}\n", m_end.config.key_bits, m_end.config.replenish_bits);
  m_end.random.fill_bytes(mine.nonce);
  peer.send(mine);
  const auto theirs = co_await peer.receive<Hello>();
  compare(mine, theirs);

  m_hellos = encode_frame(is_alice() ? mine : theirs);
  const Bytes bob = encode_frame(is_alice() ? theirs : mine);
  m_hellos.insert(m_hellos.end(), bob.begin(), bob.end());
  Gate own;
  own.mac = gate_mac(m_end.gate_key, "gate " + mine.role, m_hellos);
  const Mac expected = gate_mac(m_end.gate_key, "gate " + theirs.role, m_hellos);
  peer.send(own);
  const auto gate = co_await peer.receive<Gate>();
  if (!constant_time_equal(gate.mac, expected))
    refuse(ErrorCode::authentication,
           "the ends hold different pre-shared keys, or somebody stands between them; copy the same key file to both "
           "ends");
}

Party<std::uint64_t> Session::open_as_alice(Wire& bob) {
  auto greeting = greet(bob);
  co_await std::move(greeting);
  const auto standing = co_await bob.receive<Standing>();
  if (standing.prepared.size() > kMostPrepared) refuse(ErrorCode::malformed, "Bob's standing cannot be");
  const store::LinkInfo here = or_fault(m_end.store.link(m_end.config.link));

  for (std::uint64_t block : or_fault(m_end.store.prepared(m_end.config.link)))
    or_fault(m_end.store.drop(m_end.config.link, block));
  Resolution resolution;
  resolution.next_block = std::max(here.next_block, standing.next_block);
  for (std::uint64_t block : standing.prepared)
    if (or_fault(m_end.store.decision(m_end.config.link, block)) == store::BlockState::committed)
      resolution.committed.push_back(block);
  // He gets those blocks' pads only when he believes this opening: they cannot authenticate it.
  m_unsettled.insert(resolution.committed.begin(), resolution.committed.end());
  reload_pads();
  resolution.pad = or_fault(m_pads->reserve(kBlockPadBits, PadPurpose::authentication));
  const SecretBits keys = or_fault(m_pads->take(resolution.pad));
  resolution.mac = claim_mac(m_end.gate_key, m_hellos, resolution);
  bob.send(resolution);
  const TagMessage own(m_control_transcript.tag(secret_slice(keys, 0, kTagKeyBits)));
  bob.send(own);
  const herald::Tag expected = m_control_transcript.tag(secret_slice(keys, kTagKeyBits, kTagKeyBits));
  const auto tag = co_await bob.receive<TagMessage>();
  if (!constant_time_equal(tag.tag, expected))
    refuse(ErrorCode::authentication, "Bob's tag on the opening does not verify; somebody changed the conversation");
  m_unsettled.clear();
  reload_pads();
  co_return resolution.next_block;
}

Party<std::uint64_t> Session::open_as_bob(Wire& alice) {
  auto greeting = greet(alice);
  co_await std::move(greeting);
  const store::LinkInfo here = or_fault(m_end.store.link(m_end.config.link));
  Standing standing;
  standing.next_block = here.next_block;
  standing.prepared = or_fault(m_end.store.prepared(m_end.config.link));
  alice.send(standing);
  const auto resolution = co_await alice.receive<Resolution>();
  if (!constant_time_equal(resolution.mac, claim_mac(m_end.gate_key, m_hellos, resolution)))
    refuse(ErrorCode::authentication, "Alice's resolution was changed on its way; nothing is spent");
  if (resolution.pad.length != kBlockPadBits || resolution.pad.offset % kBlockPadBits != 0 ||
      resolution.next_block < here.next_block)
    refuse(ErrorCode::malformed, "Alice's resolution cannot be");
  if (const auto claimed = m_pads->claim(resolution.pad, PadPurpose::authentication); !claimed) {
    const Abort word(claimed.error().message);
    alice.send(word);
    throw PartyFault{claimed.error()};
  }
  const SecretBits keys = or_fault(m_pads->take(resolution.pad));
  const herald::Tag expected = m_control_transcript.tag(secret_slice(keys, 0, kTagKeyBits));
  const auto tag = co_await alice.receive<TagMessage>();
  if (!constant_time_equal(tag.tag, expected))
    refuse(ErrorCode::authentication, "Alice's tag on the opening does not verify; somebody changed the conversation");

  for (std::uint64_t block : standing.prepared) {
    const bool committed = std::ranges::find(resolution.committed, block) != resolution.committed.end();
    or_fault(committed ? m_end.store.commit(m_end.config.link, block) : m_end.store.drop(m_end.config.link, block));
    m_end.events.reached("resolved");
  }
  reload_pads();
  const TagMessage own(m_control_transcript.tag(secret_slice(keys, kTagKeyBits, kTagKeyBits)));
  alice.send(own);
  co_return resolution.next_block;
}

}  // namespace herald::link
