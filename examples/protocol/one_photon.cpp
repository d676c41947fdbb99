// A protocol of one's own, for `herald run`: Alice hides a bit in one photon of BB84, Bob reads what he can before she
// says the basis. It shows all that a protocol has: a message, parties honest and not, a record, and its theory.
//
//   cmake -S examples/protocol -B build/protocol && cmake --build build/protocol
//   herald run build/protocol/one_photon.so --bob cheat-breidbart --trials 1e6

#include <cmath>
#include <numbers>

#include "herald/protocol/fields.h"
#include "herald/protocol/game.h"
#include "herald/study/module.h"

namespace {

using namespace herald;

// Alice says in which basis she sent. Every byte of a message may be a stranger's: decode() says what is wrong.
struct TheBasis {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "the basis";
  Basis basis = Basis::z;

  TheBasis() = default;
  explicit TheBasis(Basis said) : basis(said) {}
  void encode(Writer& writer) const { encode_basis(writer, basis); }
  static TheBasis decode(Reader& reader) { return TheBasis(decode_basis(reader)); }
};

struct OnePhoton {};  // its parameters, of which it has none of its own

Party<Verdict> alice(Seat& seat, const OnePhoton&) {
  Peer& bob = seat.peer();
  // 1. A photon that carries a random bit in a random basis.
  const Basis basis = random_basis(seat.random);
  const BitString bit = random_bits(seat.random, 1);
  bob.send(prepare(bit, basis));
  // 3. She says the basis.
  bob.send(TheBasis(basis));
  co_return Verdict::accept(bit[0] ? 1 : 0);
}

Party<Verdict> bob(Seat& seat, const OnePhoton&) {
  Peer& alice = seat.peer();
  // 2. He measures in a basis of his choice.
  auto photon = co_await alice.receive_light(1);
  const Detections seen = measure(std::move(photon), random_basis(seat.random), seat.random);
  if (!seen.detected[0]) co_return Verdict::reject("light", "the photon was lost");
  const auto said = co_await alice.receive<TheBasis>();
  static_cast<void>(said);  // too late to measure again
  co_return Verdict::accept(seen.bits[0] ? 1 : 0);
}

// Between the two bases he reads either equally well.
Party<Verdict> bob_between_the_bases(Seat& seat, const OnePhoton&) {
  Peer& alice = seat.peer();
  auto photon = co_await alice.receive_light(1);
  const Detections seen = measure(std::move(photon), gate::rotation(std::numbers::pi / 8), seat.random);
  if (!seen.detected[0]) co_return Verdict::reject("light", "the photon was lost");
  co_return Verdict::accept(seen.bits[0] ? 1 : 0);
}

constexpr Step kSteps[]{{"alice", "sends a random bit in a photon, in a random basis"},
                        {"bob", "measures it"},
                        {"alice", "says the basis"}};
constexpr Strategy kAlice[]{{"honest", "as the steps say"}};
constexpr Strategy kBob[]{{"honest", "measures in a random basis"},
                          {"cheat-breidbart", "measures halfway between the bases"}};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};
constexpr ProtocolParameter kParameters[]{{"transmittance", "", "probability that a photon reaches Bob", 1, 0, 1}};
constexpr Event kEvents[]{{"bob-accepts", "the photon arrived"},
                          {"bob-knows", "what Bob read is Alice's bit", "bob-accepts"}};

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<OnePhoton> kBobs[]{bob, bob_between_the_bases};
  const auto score = [](const std::array<Verdict, 2>& verdicts, const OnePhoton&) -> Events {
    const auto& [of_alice, of_bob] = verdicts;
    return event_if(of_bob.accepted, 0) | event_if(of_bob.accepted && of_bob.value == of_alice.value, 1);
  };
  PathNoise path;
  path.transmittance = casting.real("transmittance");
  return alice_and_bob<OnePhoton>(alice, kBobs[casting.strategy("bob")], {}, score, path);
}

const Protocol& one_photon() {
  static constexpr Protocol kProtocol{
      .name = "one-photon",
      .family = "examples",
      .title = "A bit in one photon",
      .paper = "Wiesner, SIGACT News 15, 78 (1983), in its smallest form",
      .summary = "Bob reads a bit whose basis he does not know.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = kEvents,
      .source = "",
      .set_up = set_up,
  };
  return kProtocol;
}

std::vector<study::Expectation> theory(const Casting& casting) {
  using study::Relation;
  const double c = std::cos(std::numbers::pi / 8);
  std::vector<study::Expectation> all{
      {"bob-accepts", Relation::equal, casting.real("transmittance"), "the photon arrives"},
      {"bob-knows", Relation::at_most, c * c, "cos^2(pi/8): the best measurement of all (Helstrom)"}};
  if (casting.strategy_name("bob") == "honest")
    all.push_back({"bob-knows", Relation::equal, 0.75, "3/4: half the time the right basis"});
  return all;
}

}  // namespace

HERALD_PROTOCOL_MODULE(one_photon, theory)
