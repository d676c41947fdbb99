#include "herald/link/lab.h"

namespace herald::link {

RemoteLab::RemoteLab(Scheduler& scheduler, std::string role) : m_mux(scheduler, "the laboratory") {
  m_mux.open(0).send(LabHello(std::move(role)));
}

Wire& LocalLab::open(std::uint64_t number) {
  auto block = std::make_unique<Block>(*m_scheduler);
  join(block->near, block->far);
  block->server.emplace(m_serve(block->far));
  block->server->start(*m_scheduler);
  return m_blocks.emplace(number, std::move(block)).first->second->near;
}

}  // namespace herald::link
