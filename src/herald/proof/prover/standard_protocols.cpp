#include "herald/proof/prover/standard_protocols.h"

#include <cmath>
#include <numbers>

namespace herald {
namespace {

using Ket = std::vector<Complex>;

constexpr double kHalf = std::numbers::sqrt2 / 2;

const Ket& ket(std::string_view name) {
  static const std::vector<std::pair<std::string_view, Ket>> kKets = {{"H", {1, 0}},
                                                                      {"V", {0, 1}},
                                                                      {"D", {kHalf, kHalf}},
                                                                      {"A", {kHalf, -kHalf}},
                                                                      {"R", {kHalf, Complex(0, kHalf)}},
                                                                      {"L", {kHalf, Complex(0, -kHalf)}}};
  for (const auto& [known, value] : kKets)
    if (known == name) return value;
  HERALD_CHECK(false);
}

ComplexMatrix weighted(ComplexMatrix m, double factor) {
  m *= factor;
  return m;
}

std::string basis_of(std::string_view name) {
  return name == "H" || name == "V" ? "Z" : name == "D" || name == "A" ? "X" : "Y";
}
int bit_of(std::string_view name) { return name == "H" || name == "D" || name == "R" ? 0 : 1; }

CharacterisedProtocol qubit_protocol(std::vector<std::string_view> sent, std::vector<std::string_view> measured,
                                     std::vector<std::string> kept) {
  CharacterisedProtocol p;
  for (const std::string_view name : sent)
    p.alice.push_back({std::string(name), ComplexMatrix::projector(ket(name)), 1 / static_cast<double>(sent.size()),
                       basis_of(name), bit_of(name)});
  for (const std::string_view name : measured)
    p.bob.push_back({std::string(name),
                     weighted(ComplexMatrix::projector(ket(name)), 2 / static_cast<double>(measured.size())),
                     basis_of(name), bit_of(name)});
  for (const std::string& basis : kept) p.kept.emplace_back(basis, basis);
  return p;
}

}  // namespace

CharacterisedProtocol bb84_protocol() { return qubit_protocol({"H", "V", "D", "A"}, {"H", "V", "D", "A"}, {"Z", "X"}); }

CharacterisedProtocol six_state_protocol() {
  return qubit_protocol({"H", "V", "D", "A", "R", "L"}, {"H", "V", "D", "A", "R", "L"}, {"Z", "X", "Y"});
}

CharacterisedProtocol three_state_protocol() { return qubit_protocol({"H", "V", "D"}, {"H", "V", "D", "A"}, {"Z"}); }

CharacterisedProtocol b92_protocol(double overlap) {
  HERALD_CHECK(overlap > 0 && overlap < 1);
  const double c = std::sqrt((1 + overlap) / 2), s = std::sqrt((1 - overlap) / 2);
  const Ket zero = {c, s}, one = {c, -s}, not_zero = {s, -c}, not_one = {s, c};
  CharacterisedProtocol p;
  p.alice = {{"0", ComplexMatrix::projector(zero), 0.5, "sent", 0},
             {"1", ComplexMatrix::projector(one), 0.5, "sent", 1}};
  ComplexMatrix rest = weighted(ComplexMatrix::projector(zero), 0.5);
  rest += weighted(ComplexMatrix::projector(one), 0.5);
  p.bob = {{"not 1", weighted(ComplexMatrix::projector(not_one), 0.5), "conclusive", 0},
           {"not 0", weighted(ComplexMatrix::projector(not_zero), 0.5), "conclusive", 1},
           {"unknown", rest, "inconclusive"}};
  p.kept = {{"sent", "conclusive"}};
  return p;
}

CharacterisedProtocol mismatched_bb84_protocol(double ratio) {
  HERALD_CHECK(ratio > 0 && ratio <= 1);
  CharacterisedProtocol p = bb84_protocol();
  ComplexMatrix none = ComplexMatrix::identity(3);
  for (BobOutcome& outcome : p.bob) {
    ComplexMatrix larger(3, 3), minus(3, 3);
    const double efficiency = *outcome.key == 1 ? ratio : 1;
    for (std::size_t j = 0; j < 2; ++j) {
      for (std::size_t k = 0; k < 2; ++k) {
        larger(j, k) = efficiency * outcome.op(j, k);
        minus(j, k) = -larger(j, k);
      }
    }
    none += minus;
    outcome.op = larger;
  }
  p.bob.push_back({"none", none, "none"});
  return p;
}

std::vector<double> joint_through(const CharacterisedProtocol& protocol, const KrausChannel& channel) {
  HERALD_CHECK(!protocol.entangled);
  std::vector<double> joint;
  for (const AliceOutcome& a : protocol.alice) {
    const ComplexMatrix received = applied(channel, a.op);
    const double trace = a.op.trace().real();
    for (const BobOutcome& b : protocol.bob)
      joint.push_back(std::max(0.0, a.probability * trace_product(received, b.op) / trace));
  }
  return joint;
}

std::vector<double> joint_of(const CharacterisedProtocol& protocol, const ComplexMatrix& state) {
  HERALD_CHECK(protocol.entangled);
  std::vector<double> joint;
  for (const AliceOutcome& a : protocol.alice)
    for (const BobOutcome& b : protocol.bob) joint.push_back(std::max(0.0, trace_product(state, kron(a.op, b.op))));
  return joint;
}

}  // namespace herald
