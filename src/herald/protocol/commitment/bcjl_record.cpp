#include <fmt/format.h>

#include "herald/protocol/commitment/bcjl.h"
#include "herald/protocol/commitment/outcome.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"alice", "announces a random parity of the words of a code that both know"},
    {"alice", "commits: a random codeword that has her bit as that parity, each bit a photon in a random basis"},
    {"bob", "measures each photon in a random basis"},
    {"alice", "opens: announces the bit, the codeword and the bases"},
    {"bob",
     "checks that it is a codeword with that parity, and agrees, but for the line's errors, with what he measured in "
     "her bases"},
};

constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-lie", "commits honestly; the other bit she opens with the nearest codeword, in the other bases"},
    {"cheat-breidbart", "where two codewords differ, photons halfway between what both say"},
    {"cheat-rotate", "keeps all her choices in superposition, commits to 0, and rotates where 1 is wanted (Mayers)"},
    {"cheat-superpose", "the same with the superposition that opens either bit"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-look", "measures all photons halfway between the bases, and decodes the parity at his best"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};

constexpr ProtocolParameter kParameters[]{
    {"order", "", "order of the Reed-Muller code, below the number of variables", 1, 0, 5, true},
    {"variables", "", "of that code, whose words have 2^variables bits", 2, 1, 6, true},
    {"transmittance", "", "probability that a photon reaches Bob", 1, 0, 1},
    {"depolarising", "", "probability that a photon's state is replaced by an even mixture on its way", 0, 0, 1},
    {"holes", "", "greatest share of missing photons that Bob lets pass", 0, 0, 1},
    {"errors", "", "greatest share of errors in her bases that Bob lets pass", 0, 0, 0.5},
};

constexpr std::size_t kMostKept = 6;     // qubits that a cheating Alice keeps
constexpr std::size_t kMostChecks = 16;  // a decoder tries all words of the dual

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<BcjlCommitment> kAlices[]{commit_bcjl::alice, commit_bcjl::alice_lies,
                                              commit_bcjl::alice_sends_breidbart, commit_bcjl::alice_rotates,
                                              commit_bcjl::alice_superposes};
  constexpr Program<BcjlCommitment> kBobs[]{commit_bcjl::bob, commit_bcjl::bob_looks};
  BcjlCommitment p;
  p.code = {static_cast<unsigned>(casting.whole("order")), static_cast<unsigned>(casting.whole("variables"))};
  if (p.code.order >= p.code.variables)
    return fail(ErrorCode::invalid_argument,
                fmt::format("order = {}: possible is 0 to {}, below the number of variables", p.code.order,
                            p.code.variables - 1));
  p.generators = p.code.generators();
  p.checks = p.code.checks();
  p.holes = casting.real("holes");
  p.errors = casting.real("errors");
  const std::size_t alice = casting.strategy("alice"), bob = casting.strategy("bob");
  if (kAlices[alice] == commit_bcjl::alice_rotates || kAlices[alice] == commit_bcjl::alice_superposes) {
    const std::size_t kept = p.photons() + p.generators.size() - 1;
    if (kept > kMostKept)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("{} photons of a code of dimension {} are {} qubits in Alice's memory: possible is up to "
                              "{}, as with order 0 or 1 and variables 1 or 2",
                              p.photons(), p.generators.size(), kept, kMostKept));
    p.parity = deepest_parity(p);
    p.states = bcjl_states(p, p.parity);
    HERALD_TRY(p.attack, attack_commitment(p.states));
  }
  if (kBobs[bob] == commit_bcjl::bob_looks && p.checks.size() > kMostChecks)
    return fail(ErrorCode::invalid_argument, fmt::format("a code with {} checks cannot be decoded at best: possible "
                                                         "is up to {}, by a higher order or fewer variables",
                                                         p.checks.size(), kMostChecks));
  PathNoise path;
  path.transmittance = casting.real("transmittance");
  path.depolarising = casting.real("depolarising");
  return alice_and_bob<BcjlCommitment>(
      kAlices[alice], kBobs[bob], std::move(p),
      [](const std::array<Verdict, 2>& verdicts, const BcjlCommitment&) {
        return commitment::events(verdicts[0], verdicts[1]);
      },
      path);
}

}  // namespace

const Protocol& commit_bcjl_protocol() {
  static constexpr Protocol kProtocol{
      .name = "commit-bcjl",
      .family = "commitment",
      .title = "Commitment by a parity of a codeword in random bases",
      .paper = "Brassard, Crepeau, Jozsa, Langlois, FOCS 1993, 362; broken: Mayers, PRL 78, 3414 (1997)",
      .summary =
          "The bit is a parity of a random codeword sent in BB84's bases: an Alice without a quantum memory needs a "
          "second codeword and is caught, over a noisy line too. One who keeps codeword and bases in superposition "
          "changes the bit the better, the better it is hidden. Bob chose the code in the paper; here both know a "
          "Reed-Muller code, and the best cheats run on small ones.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = commitment::kEvents,
      .source = "commitment",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
