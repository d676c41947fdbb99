#include "herald/link/session.h"

#include <fmt/format.h>

namespace herald::link {
namespace {

constexpr std::uint64_t kControl = 0;
constexpr std::uint64_t kRemembered = 64;  // decided blocks are forgotten when they are as many

}  // namespace

Session::Session(EndState& end, Scheduler& scheduler, Lab& lab)
    : m_end(end),
      m_scheduler(scheduler),
      m_lab(lab),
      m_mux(scheduler, end.config.end == store::End::alice ? "Bob" : "Alice"),
      m_control(m_mux.open(kControl)),
      m_control_transcript(context(kControl)),
      m_expected_error_rate(end.protocol.first_error_rate()) {
  m_control.tap(absorb_into(m_control_transcript));
  m_mux.on_unknown([this](std::uint64_t stream) { return accept_block(stream); });
  reload_pads();
  m_opening.emplace(is_alice() ? open_as_alice(m_control) : open_as_bob(m_control));
  m_opening->start(m_scheduler);
}

Session::~Session() {
  m_opening.reset();
  m_listening.reset();
  for (auto& [number, block] : m_blocks) {
    block->party.reset();
    m_lab.shut(number);
  }
}

std::string Session::context(std::uint64_t stream) const {
  return fmt::format("herald link {}\nlink {}\nstream {}\n{}", net::kWireVersion, m_end.config.link, stream,
                     m_end.protocol.describe());
}

Wire::Tap Session::absorb_into(Transcript& transcript) const {
  return [alice = is_alice(), &transcript](Direction direction, ByteView frame) {
    transcript.absorb((direction == Direction::sent) == alice ? Sender::alice : Sender::bob, frame);
  };
}

Result<PadStore::State> Session::SettledPads::load() {
  HERALD_TRY(State state, m_session.m_end.pads.load());
  for (const std::uint64_t block : m_session.m_unsettled) {
    const Uuid hidden = pad_segment_id(m_session.m_end.config.link, block, 0);
    std::erase_if(state.segments, [&](const PadSegment& segment) { return segment.id == hidden; });
    std::erase_if(state.spent, [&](const PadRange& range) { return range.segment == hidden; });
  }
  return state;
}

void Session::reload_pads() {
  auto book = PadBook::open(m_settled_pads);
  if (book)
    m_pads.emplace(std::move(*book));
  else
    end(std::unexpected(book.error()));
}

void Session::receive(ByteView bytes) {
  if (over()) return;
  Result<void> fed = m_mux.feed(bytes);
  if (fed && m_stray) fed = std::unexpected(*m_stray);
  if (!fed) fail(fed.error());
}

Bytes Session::take_output() { return m_mux.take_output(); }

void Session::fail(Error error) {
  if (over()) return;
  m_mux.fail(error);
  m_scheduler.run();
  collect();
  end(std::unexpected(std::move(error)));
}

void Session::end(Result<void> result) {
  if (!m_result) m_result = std::move(result);
}

void Session::say_alive() {
  if (m_open && !over()) m_control.send(Notice(Notice::Kind::alive));
}

void Session::stop(std::string reason) {
  if (!m_stopping) m_stopping = std::move(reason);
}

void Session::pump() {
  for (bool again = true; again && !over();) {
    m_scheduler.run();
    if (m_opening && m_opening->done()) {
      finish_opening();
      continue;
    }
    if (m_listening && m_listening->done()) {
      if (Result<void> heard = m_listening->take(); !heard) return end(std::move(heard));
      m_listening.reset();
    }
    again = !m_blocks.empty();
    const std::size_t before = m_blocks.size();
    collect();
    again = m_blocks.size() != before;
    if (m_open && !over()) start_blocks();
    again = again || m_blocks.size() != before;
  }
}

void Session::finish_opening() {
  Result<std::uint64_t> opened = m_opening->take();
  m_opening.reset();
  if (!opened) return end(std::unexpected(opened.error()));
  m_next_block = *opened;
  m_open = true;
  m_control.tap({});
  m_listening.emplace(listen_to_control(m_control));
  m_listening->start(m_scheduler);
  m_end.events.opened();
}

// Notices are under no tag: a forged one can end a session or delay the use of a pad segment, and no more.
Party<void> Session::listen_to_control(Wire& peer) {
  while (!m_farewell) {
    const auto notice = co_await peer.receive<Notice>();
    switch (notice.kind) {
      case Notice::Kind::settled:
        if (m_unsettled.erase(notice.block) == 0)
          throw PartyFault{Error{ErrorCode::malformed, "the peer settles a block that is not under way"}};
        reload_pads();
        break;
      case Notice::Kind::farewell:
        if (is_alice()) throw PartyFault{Error{ErrorCode::malformed, "Bob says farewell; that is Alice's to say"}};
        m_farewell = true;
        [[fallthrough]];
      case Notice::Kind::stopping: stop("the peer stops: " + notice.reason); break;
      case Notice::Kind::alive: break;
    }
  }
}

std::optional<std::string> Session::reason_to_stop() {
  if (m_stopping) return m_stopping;
  const SessionConfig& config = m_end.config;
  if (config.max_blocks != 0 && m_distilled >= config.max_blocks)
    return fmt::format("{} blocks are distilled", m_distilled);
  if (m_aborted_in_a_row >= config.give_up_after)
    return fmt::format("{} blocks in a row gave no key", m_aborted_in_a_row);
  if (config.until_keys != 0) {
    std::uint64_t keys = 0;
    const auto pools = m_end.store.status();
    if (!pools) return pools.error().message;
    for (const auto& pool : *pools)
      if (pool.link == config.link) keys += pool.available_keys;
    if (keys >= config.until_keys) return fmt::format("the store holds {} keys", keys);
  }
  if (auto end = m_lab.missing(m_next_block)) return end;
  const auto link = m_end.store.link(config.link);
  if (!link) return link.error().message;
  if (link->epsilon_spent + m_end.protocol.epsilon().total() > config.lifetime) return budget_spent();
  return std::nullopt;
}

std::string Session::budget_spent() const {
  return fmt::format(
      "the link's lifetime budget of epsilon {} is spent; a new pre-shared key and a new link.name start a new life",
      m_end.config.lifetime.value);
}

// Before anything is said in a block: its number is never used again, and its epsilon is spent, whatever becomes of it.
Result<void> Session::claim_block(std::uint64_t number) {
  HERALD_TRY(const store::LinkInfo link, m_end.store.link(m_end.config.link));
  if (link.epsilon_spent + m_end.protocol.epsilon().total() > m_end.config.lifetime)
    return std::unexpected(Error{ErrorCode::exhausted, budget_spent()});
  HERALD_TRY_VOID(m_end.store.claim_block(m_end.config.link, number));
  return m_end.store.spend_epsilon(m_end.config.link, m_end.protocol.epsilon().total());
}

// The last pads are for the next opening, as long as blocks under way may bring new ones.
bool Session::spares_pads() const {
  return m_pads->remaining() < 2 * kBlockPadBits && !(m_blocks.empty() && m_unsettled.empty());
}

void Session::start_blocks() {
  if (is_alice()) {
    while (!m_stopping && m_blocks.size() < m_end.config.blocks_in_flight && !spares_pads()) {
      m_stopping = reason_to_stop();
      if (m_stopping) break;
      if (Result<void> claimed = claim_block(m_next_block); !claimed) return end(std::move(claimed));
      start_block(m_next_block);
    }
    if (m_stopping && m_blocks.empty() && m_unsettled.empty()) {
      m_control.send(Notice(Notice::Kind::farewell, 0, *m_stopping));
      end({});
    }
    return;
  }
  if (m_farewell && m_blocks.empty()) return end({});
  if (!m_stopping && std::exchange(m_ask_to_stop, false)) m_stopping = reason_to_stop();
  if (m_stopping && !m_told_to_stop) {
    m_told_to_stop = true;
    m_control.send(Notice(Notice::Kind::stopping, 0, *m_stopping));
  }
}

bool Session::accept_block(std::uint64_t stream) {
  const bool acceptable =
      m_open && !is_alice() && stream > m_next_block && stream - m_next_block < 1024 && m_blocks.size() < 64;
  if (!acceptable) {
    // Of a block that was aborted something may be under way still. Anything else was changed on its way.
    if (stream > m_next_block || !m_aborted.contains(stream - 1))
      m_stray = Error{ErrorCode::malformed, fmt::format("a frame for stream {}, which is not open", stream)};
    return false;
  }
  if (auto end = m_lab.missing(stream - 1)) stop(std::move(*end));
  start_block(stream - 1);
  return true;
}

// Block n has stream n + 1.
void Session::start_block(std::uint64_t number) {
  m_next_block = number + 1;
  auto owned = std::make_unique<Block>(
      Block{number, &m_mux.open(number + 1), &m_lab.open(number), Transcript(context(number + 1)), false, {}});
  Block& block = *owned;
  m_blocks.emplace(number, std::move(owned));
  block.peer->tap(absorb_into(block.transcript));
  block.party.emplace(is_alice() ? block_as_alice(block) : block_as_bob(block));
  block.party->start(m_scheduler);
}

void Session::collect() {
  for (auto next = m_blocks.begin(); next != m_blocks.end();) {
    const auto [number, block] = std::pair(next->first, next->second.get());
    if (!block->party->done()) {
      ++next;
      continue;
    }
    finish(*block, block->party->take());
    block->party.reset();
    m_mux.shut(number + 1);
    m_lab.shut(number);
    next = m_blocks.erase(next);
  }
  if (m_open && !over())
    if (Result<void> forgotten = forget_decided(); !forgotten) end(std::move(forgotten));
}

void Session::finish(Block& block, Result<BlockEnd> ended) {
  m_ask_to_stop = true;
  if (!ended && ended.error().code == ErrorCode::aborted && !block.prepared) {
    block.peer->send(
        Abort(ended.error().message));  // it may have been the laboratory that gave up, which the peer cannot know
    ended = Aborted{Phase::authentication, ended.error().message, BlockReport{.block = block.number}};
  }
  if (!ended) {
    // The peer may hold this block committed, or is not what it should be: the next opening settles it.
    if (!over()) {
      m_mux.fail(ended.error());
      end(std::unexpected(ended.error()));
    }
    return;
  }
  if (const auto* committed = std::get_if<Committed>(&*ended)) {
    ++m_distilled;
    m_aborted_in_a_row = 0;
    m_expected_error_rate = std::min(m_end.protocol.abort_error_rate(), committed->report.key_error_rate());
    m_end.events.distilled(committed->report, committed->ledger);
    return;
  }
  const Aborted& aborted = std::get<Aborted>(*ended);
  m_aborted.insert(block.number);
  // Blocks under way together fail together: one of them counts, and those started with what it taught.
  if (block.number >= m_count_from) {
    ++m_aborted_in_a_row;
    m_count_from = m_next_block;
    m_expected_error_rate = std::min(m_end.protocol.abort_error_rate(),
                                     std::max({m_expected_error_rate * 1.5, m_end.protocol.first_error_rate(),
                                               aborted.report.test_error_rate() * 1.25}));
  }
  if (Result<void> dropped = m_end.store.drop(m_end.config.link, block.number); !dropped) end(std::move(dropped));
  m_end.events.aborted(aborted);
}

// Bits too short for a key are set aside too. Pads are whole ranges, so that a used one leaves nothing behind.
store::BlockRecord Session::cut(std::uint64_t number, ErrorRate error_rate, std::uint64_t replenish_bits,
                                SecretKey key) const {
  store::BlockRecord record;
  record.number = number;
  record.error_rate = error_rate;
  SecretKey pad = key.split_front(std::min<std::size_t>(replenish_bits, key.size()));
  while (key.size() >= m_end.config.key_bits) {
    const auto pool = record.keys.size() % 2 == 0 ? store::Pool::alice_to_bob : store::Pool::bob_to_alice;
    record.keys.push_back({pool, key.split_front(m_end.config.key_bits)});
  }
  if (replenish_bits == 0) return record;
  SecretBits bits = SecretBits::duplicate_secret(pad.expose_secret());
  bits.append(key.expose_secret());
  bits = secret_slice(bits, 0, bits.size() / kBlockPadBits * kBlockPadBits);
  if (!bits.empty()) record.pads.push_back({store::End::alice, std::move(bits)});  // Alice reserves, Bob claims
  return record;
}

// How a block was decided matters until both ends know.
Result<void> Session::forget_decided() {
  std::uint64_t oldest = m_next_block;
  if (!m_blocks.empty()) oldest = std::min(oldest, m_blocks.begin()->first);
  if (!m_unsettled.empty()) oldest = std::min(oldest, *m_unsettled.begin());
  if (oldest < m_forgotten_before + kRemembered) return {};
  m_forgotten_before = oldest;
  m_aborted.erase(m_aborted.begin(), m_aborted.lower_bound(oldest - kRemembered));
  return m_end.store.forget_before(m_end.config.link, oldest);
}

}  // namespace herald::link
