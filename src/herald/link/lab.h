#pragma once
// An end's laboratory: a simulated fibre in a process of its own, or a recording in this one.

#include <map>
#include <memory>
#include <string>

#include "herald/link/block_protocol.h"
#include "herald/link/mux.h"
#include "herald/protocol/wire.h"

namespace herald::link {

// Which end asks; first on stream 0 of a laboratory's connection.
struct LabHello {
  static constexpr std::uint8_t kType = 40;
  static constexpr std::string_view kName = "laboratory hello";
  std::string role;
  LabHello() = default;
  explicit LabHello(std::string name) : role(std::move(name)) {}
  void encode(Writer& writer) const { writer.text(role); }
  static LabHello decode(Reader& reader) { return LabHello(reader.text()); }
};

// Over a connection: block n on stream n + 1.
class RemoteLab final : public Lab {
 public:
  RemoteLab(Scheduler& scheduler, std::string role);
  Wire& open(std::uint64_t block) override { return m_mux.open(block + 1); }
  void shut(std::uint64_t block) override { m_mux.shut(block + 1); }
  Mux& mux() { return m_mux; }

 private:
  Mux m_mux;
};

// In this process: `serve` answers one block's wire.
class LocalLab final : public Lab {
 public:
  using Serve = std::function<Party<void>(Wire&)>;
  LocalLab(Scheduler& scheduler, Serve serve) : m_scheduler(&scheduler), m_serve(std::move(serve)) {}
  Wire& open(std::uint64_t block) override;
  void shut(std::uint64_t block) override { m_blocks.erase(block); }

 private:
  struct Block {
    Wire near, far;
    std::optional<Party<void>> server;
    explicit Block(Scheduler& scheduler) : near(scheduler, "the laboratory"), far(scheduler, "the link") {}
  };
  Scheduler* m_scheduler;
  Serve m_serve;
  std::map<std::uint64_t, std::unique_ptr<Block>> m_blocks;
};

}  // namespace herald::link
