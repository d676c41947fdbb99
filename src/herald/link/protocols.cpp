// The protocols that a link can run.

#include "herald/link/runner.h"
#include "herald/protocol/bb84/parties.h"
#include "herald/protocol/bbm92/parties.h"

namespace herald::link {
namespace {

class Bb84 final : public BlockProtocol {
 public:
  explicit Bb84(bb84::Parameters parameters) : m_parameters(std::move(parameters)) {}
  std::string describe() const override { return m_parameters.describe(); }
  ErrorRate first_error_rate() const override { return m_parameters.first_error_rate; }
  ErrorRate abort_error_rate() const override { return m_parameters.abort_error_rate; }
  Epsilon epsilon() const override { return m_parameters.epsilon; }
  Party<BlockOutcome> alice(Wire& peer, Wire& lab, BlockContext block, SecretRandom& random) override {
    return bb84::alice(peer, lab, m_parameters, {block.number, block.expected_error_rate}, random);
  }
  Party<BlockOutcome> bob(Wire& peer, Wire& lab, BlockContext block, SecretRandom& random) override {
    return bb84::bob(peer, lab, m_parameters, {block.number, block.expected_error_rate}, random);
  }

 private:
  bb84::Parameters m_parameters;
};

class Bbm92 final : public BlockProtocol {
 public:
  explicit Bbm92(bbm92::Parameters parameters) : m_parameters(parameters) {}
  std::string describe() const override { return m_parameters.describe(); }
  ErrorRate first_error_rate() const override { return m_parameters.first_error_rate; }
  ErrorRate abort_error_rate() const override { return m_parameters.abort_error_rate; }
  Epsilon epsilon() const override { return m_parameters.epsilon; }
  Party<BlockOutcome> alice(Wire& peer, Wire& lab, BlockContext block, SecretRandom& random) override {
    return bbm92::alice(peer, lab, m_parameters, {block.number, block.expected_error_rate}, random);
  }
  Party<BlockOutcome> bob(Wire& peer, Wire& lab, BlockContext block, SecretRandom& random) override {
    return bbm92::bob(peer, lab, m_parameters, {block.number, block.expected_error_rate}, random);
  }

 private:
  bbm92::Parameters m_parameters;
};

}  // namespace

std::unique_ptr<BlockProtocol> make_protocol(const EndConfig& config) {
  if (config.protocol == "bbm92") return std::make_unique<Bbm92>(config.bbm92);
  return std::make_unique<Bb84>(config.bb84);
}

}  // namespace herald::link
