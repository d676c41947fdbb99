#include "herald/kme/delivery.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "herald/kme/delivery_state.h"

namespace herald::kme {

using Json = nlohmann::json;
using store::Records;

namespace {

constexpr std::size_t kMostExpired = 256;  // a tick

}  // namespace

Result<JournalHead> Delivery::State::note(Records& records, std::string_view did, Json entry) const {
  entry["at"] = out.unix_time();
  entry["did"] = did;
  return append_to_journal(records, entry.dump());
}

Delivery::Delivery(DeliverySettings settings, Outside outside)
    : m_state(std::make_shared<State>(std::move(settings), std::move(outside))) {}
Delivery::~Delivery() = default;

void Delivery::call(const std::string& caller, const Call& what, const OnAnswer& answer) {
  State& state = *m_state;
  if (const auto admitted = state.admit(caller); !admitted) return answer(std::unexpected(admitted.error()));
  if (const auto* const status = std::get_if<GetStatus>(&what)) return state.status(caller, *status, answer);
  state.deliver(caller, what, answer);
}

void Delivery::connected(const std::string& peer) { m_state->connected(peer); }
void Delivery::disconnected(const std::string& peer) { m_state->disconnected(peer); }

void Delivery::received(const std::string& peer, ByteView message) {
  const State::Stage stage = m_state->peers[peer].stage;
  if (stage == State::Stage::down || stage == State::Stage::refused) return;
  auto read = decode_peer_message(message);
  if (!read) return m_state->refuse_peer(peer, read.error());
  m_state->handle(peer, std::move(*read));
}

bool Delivery::is_ready(const std::string& peer) const { return m_state->is_ready(peer); }

std::string Delivery::state_of(const std::string& peer) const {
  return is_ready(peer) ? "ready" : m_state->peers[peer].why;
}

void Delivery::add(const std::string& peer, bool from_us, std::uint64_t number, SecretBytes bytes,
                   Provenance provenance, std::function<void(Result<void>)> done) {
  m_state->add(peer, from_us, number, std::move(bytes), std::move(provenance), std::move(done));
}

Delivery::NetworkView Delivery::network() const {
  NetworkView view{m_state->out.now(), &m_state->topology, {}};
  for (const std::string& each : m_state->distant()) view.routes[each] = m_state->routes_to(each);
  return view;
}

void Delivery::tick() {
  m_state->give_up_late();
  m_state->expire();
  m_state->forget_replies();
  m_state->end_streams();
  m_state->wake_late();
  m_state->tell_fronts();
  m_state->look_at_network();
}

void Delivery::State::give_up_late() {
  std::vector<Pending> late;
  std::erase_if(pending, [&](auto& each) {
    if (out.now() - each.second.since < settings.patience) return false;
    late.push_back(std::move(each.second));
    return true;
  });
  for (Pending& each : late) each.then(fail(ErrorCode::unavailable, fmt::format("{} does not answer", each.peer)));
}

void Delivery::State::expire() {
  run<bool>(
      [this, seconds = out.unix_time()](Records& records) -> Result<bool> {
        HERALD_TRY(const std::vector<Uuid> ids, expire_held(records, seconds, kMostExpired));
        if (ids.empty()) return false;
        Json names = Json::array();
        for (const Uuid& id : ids) names.push_back(to_string(id));
        HERALD_TRY_VOID(note(records, "expired", {{"keys", names}}));
        return true;
      },
      [](const Result<bool>&) {});
}

void Delivery::configure(const DeliverySettings& settings) {
  HERALD_CHECK(settings.kme == m_state->own);
  m_state->settings = settings;
  // Those that were given under another policy. Requests that are under way are kept or not by the new one.
  for (auto& [caller, all] : m_state->repeatables)
    std::erase_if(all, [](const auto& each) { return each.second->reply.has_value(); });
}

}  // namespace herald::kme
