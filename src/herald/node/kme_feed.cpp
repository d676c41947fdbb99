#include "herald/node/kme_feed.h"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

namespace herald::node {
namespace {

using store::KeyStore;
using store::Pool;

using Clock = std::chrono::steady_clock;

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
  // A block that was taken from its link's store.
  struct Lot {
    std::uint64_t block = 0;
    bool from_us = false;
    SecretBytes bytes;
    Provenance provenance;
  };
  using LotPtr = std::shared_ptr<const Lot>;
  // Those that are not in the pool yet: none is taken from the link while the records cannot be written.
  struct Way {
    std::size_t adding = 0;
    std::vector<LotPtr> waiting;
  };
  struct Source {
    LinkSource from;
    std::shared_ptr<Counts> counts = std::make_shared<Counts>();
    std::shared_ptr<Way> way = std::make_shared<Way>();
    std::optional<KeyStore> store = {};
    std::string trouble = {};                // that was told
    std::uint64_t undecided = 0;             // the first block that blocks wait for
    Clock::time_point since = Clock::now();  // that they do
    std::uint64_t given_up = 0;              // blocks below it are waited for no longer
  };

  State(net::EventLoop& l, kme::Delivery& d, std::function<void(const std::string&)> n, Times t)
      : loop(l), delivery(d), note(std::move(n)), times(t) {}

  net::EventLoop& loop;
  kme::Delivery& delivery;
  std::function<void(const std::string&)> note;
  Times times;
  std::vector<Source> sources;

  void look() {
    for (Source& source : sources) {
      const auto done = bring(source);
      source.counts->is_readable = done.has_value();
      const std::string trouble = done ? "" : done.error().message;
      // A link that writes is no reason to read the whole store again.
      if (!done && done.error().code != ErrorCode::unavailable) source.store.reset();
      if (trouble != std::exchange(source.trouble, trouble) && !done) note(trouble);
    }
    loop.after(times.pause, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->look();
    });
  }

  Result<void> bring(Source& source) {
    if (!source.store) {
      HERALD_TRY(source.store, KeyStore::open(source.from.files));
    }
    HERALD_TRY(const store::LinkInfo link, source.store->link(source.from.link));
    source.counts->epsilon_spent = link.epsilon_spent.value;
    HERALD_TRY(const std::optional<ErrorRate> error_rate, source.store->error_rate(source.from.link));
    if (error_rate) source.counts->error_rate = error_rate->value;
    HERALD_TRY(const std::uint64_t undecided, wait_for(source, link));
    if (source.way->adding > 0) return {};
    for (const LotPtr& lot : std::exchange(source.way->waiting, {})) add(source, lot);
    if (source.way->adding > 0) return {};
    for (const Pool pool : {Pool::alice_to_bob, Pool::bob_to_alice})
      for (int i = 0; i < kMostBlocks; ++i) {
        HERALD_TRY(const std::vector<IdentifiedKey> keys, source.store->take_block(source.from.link, pool, undecided));
        if (keys.empty()) break;
        add(source, std::make_shared<const Lot>(Lot{keys.front().block, pool == store::sending_pool(link.end),
                                                    joined(keys), keys.front().key.provenance()}));
      }
    return {};
  }

  void add(Source& source, const LotPtr& lot) {
    ++source.way->adding;
    delivery.add(
        source.from.peer, lot->from_us, lot->block + 1, SecretBytes(lot->bytes.expose_secret()), lot->provenance,
        [self = shared_from_this(), counts = source.counts, way = source.way, lot](const Result<void>& done) {
          --way->adding;
          if (done) {
            ++counts->lots;
            counts->bytes += lot->bytes.size();
          } else if (const ErrorCode code = done.error().code;
                     code == ErrorCode::unavailable || code == ErrorCode::io) {
            way->waiting.push_back(lot);
            self->note(fmt::format("blocks of {} wait: {}", counts->link, done.error().message));
          } else {
            ++counts->lost;
            self->note(fmt::format("block {} of {} is lost: {}", lot->block, counts->link, done.error().message));
          }
        });
  }

  // Blocks below this number may be brought in.
  Result<std::uint64_t> wait_for(Source& source, const store::LinkInfo& link) {
    HERALD_TRY(std::uint64_t undecided, source.store->first_undecided(link.name, source.given_up));
    const auto now = Clock::now();
    if (undecided != std::exchange(source.undecided, undecided)) source.since = now;
    if (undecided < link.next_block && now - source.since >= times.patience) {
      source.given_up = undecided + 1;
      HERALD_TRY(undecided, source.store->first_undecided(link.name, source.given_up));
    }
    return undecided;
  }
};

KmeFeed::KmeFeed(net::EventLoop& loop, kme::Delivery& delivery, std::vector<LinkSource> sources,
                 std::function<void(const std::string&)> note, Times times)
    : m_state(std::make_shared<State>(loop, delivery, std::move(note), times)) {
  for (LinkSource& source : sources) {
    m_state->sources.push_back({std::move(source)});
    Counts& counts = *m_state->sources.back().counts;
    counts.link = m_state->sources.back().from.link;
    counts.peer = m_state->sources.back().from.peer;
  }
  m_state->look();
}

KmeFeed::~KmeFeed() = default;

std::vector<KmeFeed::Counts> KmeFeed::counts() const {
  std::vector<Counts> all;
  for (const State::Source& source : m_state->sources) all.push_back(*source.counts);
  return all;
}

}  // namespace herald::node
