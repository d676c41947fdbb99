#include "herald/node/kme_feed.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>

namespace herald::node {
namespace {

using store::KeyStore;
using store::Pool;

constexpr std::chrono::milliseconds kPause{250};
constexpr int kMostBlocks = 16;  // of a pool, between two looks at anything else

// The keys of a block, one after the other.
SecretBytes joined(const std::vector<IdentifiedKey>& keys) {
  std::size_t size = 0;
  for (const IdentifiedKey& each : keys) size += each.key.size() / 8;
  SecretBytes bytes(size);
  std::size_t at = 0;
  for (const IdentifiedKey& each : keys) {
    const BitView bits = each.key.expose_secret();
    const std::size_t whole = bits.size() / 8;
    to_bytes(BitView(bits.words().data(), 8 * whole), bytes.expose_secret_mutable().subspan(at, whole));
    at += whole;
  }
  return bytes;
}

}  // namespace

struct KmeFeed::State : std::enable_shared_from_this<State> {
  struct Source {
    LinkSource from;
    std::optional<KeyStore> store = {};
    std::string trouble = {};  // that was told
  };

  State(net::EventLoop& l, kme::Delivery& d, std::function<void(const std::string&)> n)
      : loop(l), delivery(d), note(std::move(n)) {}

  net::EventLoop& loop;
  kme::Delivery& delivery;
  std::function<void(const std::string&)> note;
  std::vector<Source> sources;

  void look() {
    for (Source& source : sources) {
      const auto done = bring(source);
      const std::string trouble = done ? "" : done.error().message;
      if (!done) source.store.reset();
      if (trouble != std::exchange(source.trouble, trouble) && !done) note(trouble);
    }
    loop.after(kPause, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->look();
    });
  }

  Result<void> bring(Source& source) {
    if (!source.store) {
      HERALD_TRY(source.store, KeyStore::open(source.from.files));
    }
    HERALD_TRY(const store::LinkInfo link, source.store->link(source.from.link));
    for (const Pool pool : {Pool::alice_to_bob, Pool::bob_to_alice})
      for (int i = 0; i < kMostBlocks; ++i) {
        HERALD_TRY(const std::vector<IdentifiedKey> keys, source.store->take_block(source.from.link, pool));
        if (keys.empty()) break;
        const std::uint64_t block = keys.front().block;
        delivery.add(source.from.peer, pool == store::sending_pool(link.end), block + 1, joined(keys),
                     keys.front().key.provenance(), [self = shared_from_this(), block, link](const Result<void>& done) {
                       if (!done)
                         self->note(fmt::format("block {} of {} is lost: {}", block, link.name, done.error().message));
                     });
      }
    return {};
  }
};

KmeFeed::KmeFeed(net::EventLoop& loop, kme::Delivery& delivery, std::vector<LinkSource> sources,
                 std::function<void(const std::string&)> note)
    : m_state(std::make_shared<State>(loop, delivery, std::move(note))) {
  for (LinkSource& source : sources) m_state->sources.push_back({std::move(source)});
  m_state->look();
}

KmeFeed::~KmeFeed() = default;

}  // namespace herald::node
