#include "herald/link/fibre.h"

namespace herald::link {
namespace {

constexpr std::size_t kServersKept = 64;  // more than a link has blocks under way

Party<std::string> hear_role(Wire& end) {
  const auto hello = co_await end.receive<LabHello>();
  if (hello.role != "alice" && hello.role != "bob")
    throw PartyFault{
        Error{ErrorCode::malformed, "a laboratory serves alice or bob, not \"" + printable(hello.role, 32) + "\""}};
  co_return hello.role;
}

}  // namespace

FibreServer::FibreServer(bb84::Light& light)
    : m_light(light), m_mux(m_scheduler, "an end"), m_control(m_mux.open(0)), m_hello(hear_role(m_control)) {
  m_mux.on_unknown([this](std::uint64_t stream) { return serve(stream); });
  m_hello->start(m_scheduler);
}

Result<void> FibreServer::receive(ByteView bytes) {
  HERALD_TRY_VOID(m_mux.feed(bytes));
  learn_role();
  m_scheduler.run();
  for (auto& [stream, server] : m_servers)
    if (server.done()) HERALD_TRY_VOID(server.take());
  return m_refused ? Result<void>(std::unexpected(*m_refused)) : Result<void>();
}

void FibreServer::learn_role() {
  m_scheduler.run();
  if (!m_hello || !m_hello->done()) return;
  Result<std::string> role = m_hello->take();
  m_hello.reset();
  if (role)
    m_role = *role;
  else
    m_refused = role.error();
}

bool FibreServer::serve(std::uint64_t stream) {
  learn_role();
  if (m_role.empty()) return false;
  while (m_servers.size() >= kServersKept) {
    const std::uint64_t oldest = m_servers.begin()->first;
    m_servers.erase(m_servers.begin());
    m_mux.shut(oldest);
  }
  Wire& wire = m_mux.open(stream);
  Party<void> server = m_role == "alice" ? bb84::serve_transmitter(wire, m_light) : bb84::serve_receiver(wire, m_light);
  server.start(m_scheduler);
  m_servers.emplace(stream, std::move(server));
  return true;
}

}  // namespace herald::link
