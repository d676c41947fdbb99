#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "herald/protocol/computation/bristol.h"
#include "herald/protocol/computation/circuits.h"
#include "herald/protocol/computation/joint_computation.h"

namespace herald {
namespace {

using joint_computation::Deviation;

constexpr std::array<std::string_view, JointComputation::kMostParties> kNames{"alice", "bob", "charlie", "david",
                                                                              "erin"};

constexpr Step kSteps[]{
    {"all", "each splits its input into XOR shares, one a party"},
    {"all", "XOR and INV gates each alone, on shares; of the AND gates of a layer, each product a b of its own shares"},
    {"alice, bob",
     "two oblivious transfers an AND gate between every two make shares of a b' + a' b: the sender has r "
     "and r + a, the receiver chooses by b' and gets r + a b'"},
    {"all", "exchange the shares of the result"},
};

constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-flip", "gives the others a wrong share of the result: she alone has it right, and nobody sees it"},
    {"cheat-spoil", "one wrong bit in the last layer's transfers: the result is wrong just when Bob chose that bit"},
    {"cheat-store", "extended: stores the photons of one seed transfer, which then shows her all that Bob chooses"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-flip", "gives the others a wrong share of the result: nobody sees it"},
    {"cheat-store", "not extended: stores the photons of each transfer to learn both bits, and so Alice's shares"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};

constexpr ProtocolParameter kParameters[]{
    {"circuit", "",
     "0: is Alice's number greater (the millionaires' question), 1: AES-128 of Bob's block under Alice's key, 2: are "
     "the two equal, 3: their sum; with --circuit FILE that one instead",
     0, 0, 3, true},
    {"bits", "bit", "of each number; AES has 128, and a circuit of a file its own", 4, 1, 64, true},
    {"parties", "", "Alice, Bob, and others who hold shares too, without input unless a circuit of a file has more", 2,
     2, 5, true},
    {"extended", "",
     "0: each transfer is a quantum one; 1: computational: 128 quantum ones between every two, extended by AES-128 and "
     "BLAKE2b",
     0, 0, 1, true},
    {"commitment", "", "of the quantum transfers, as in ot-from-commitment: 0 to 2 hide; 2 does not bind", 0, 0, 3,
     true},
};

constexpr ProtocolText kTexts[]{
    {"circuit",
     "in Bristol format, the older or Bristol Fashion; the first group of inputs is Alice's, the next Bob's"},
};

enum : unsigned { kDone, kAliceRight, kBobRight, kRejects, kLearnsBob, kLearnsAlice };
constexpr Event kEvents[]{
    {"done", "everybody accepts"},
    {"alice-right", "Alice has what the circuit says of both inputs", "done"},
    {"bob-right", "Bob has it", "done"},
    {"caught", "somebody rejects"},
    {"alice-learns-input", "Alice accepts and knows Bob's number from what she stored (comparison alone)"},
    {"bob-learns-input", "Bob accepts and knows Alice's number from what he stored (comparison alone)"},
};

class ComputationGame final : public Game {
 public:
  ComputationGame(Circuit circuit, std::vector<BitString> inputs, JointComputation joint, bool comparison,
                  Deviation alice, Deviation bob)
      : m_circuit(std::move(circuit)),
        m_inputs(std::move(inputs)),
        m_schedule(m_circuit),
        m_joint(std::move(joint)),
        m_comparison(comparison),
        m_deviations{alice, bob},
        m_meeting(std::span(kNames).first(m_joint.parties)),
        m_strangers(m_joint.parties),
        m_verdicts(m_joint.parties) {
    m_joint.circuit = &m_circuit;
    m_joint.schedule = &m_schedule;
    m_joint.inputs = m_inputs;
  }

  Events play(std::uint64_t seed, std::uint64_t run, MeetingTranscript* transcript) override {
    m_meeting.begin(seed, run, transcript);
    std::vector<Party<Verdict>> parties;
    parties.reserve(m_joint.parties);
    for (std::size_t me = 0; me < m_joint.parties; ++me) parties.push_back(sit(me));
    m_meeting.hold(parties, m_verdicts);
    return score();
  }
  Meeting* meeting() override { return one_process().empty() ? &m_meeting : nullptr; }
  std::optional<Party<Verdict>> program(std::size_t seat) override { return sit(seat); }
  std::string_view one_process() const override {
    return by_box() ? oblivious_transfer::kNoBoxTravels : std::string_view();
  }
  std::span<const Verdict> verdicts() const override { return m_verdicts; }
  void seat_stranger(std::size_t seat, Stranger stranger) override { m_strangers[seat] = stranger; }
  std::vector<std::string> seats() const override { return {kNames.begin(), kNames.begin() + m_joint.parties}; }

  std::string tells(std::size_t seat, const Verdict& verdict) const override {
    if (!verdict.accepted || verdict.output.size() < input_bits(seat) + m_circuit.outputs()) return {};
    std::string text = "result";
    std::size_t at = input_bits(seat);
    for (const std::uint32_t bits : m_circuit.output_sizes()) {
      text += " " + hexadecimal(slice(verdict.output, at, bits));
      at += bits;
    }
    return text;
  }

 private:
  bool by_box() const { return m_joint.transfer.commitments.kind == oblivious_transfer::CommitmentKind::trusted_box; }
  std::size_t input_bits(std::size_t party) const {
    return party < m_circuit.input_sizes().size() ? m_circuit.input_sizes()[party] : 0;
  }
  Party<Verdict> sit(std::size_t me) {
    Seat& seat = m_meeting.seat(me);
    return m_strangers[me] != nullptr
               ? m_strangers[me](seat)
               : joint_computation::take_part(seat, m_joint, me, me < 2 ? m_deviations[me] : Deviation::none);
  }

  // The number of `other` from what `thief` stored. A comparison's operands of layer i are x_i + c_i and y_i + c_i, of
  // layer 0 x_0 and not y_0 (circuits.h).
  bool learned(std::size_t thief, std::size_t other) const {
    if (!m_comparison || !m_verdicts[thief].accepted || !m_verdicts[other].accepted) return false;
    const std::size_t bits = m_circuit.input_sizes()[0], after = bits + m_circuit.outputs();
    const BitString& known = m_verdicts[thief].output;
    if (m_verdicts[other].output.size() < bits || known.size() != after + 2 * bits) return false;
    bool all = true;
    for (std::size_t i = 0; i < bits; ++i) {
      const bool sum = known[after + 2 * i] != known[after + 2 * i + 1];
      all = all && (sum != (i == 0)) == (known[i] != m_verdicts[other].output[i]);
    }
    return all;
  }

  Events score() const {
    const bool done = std::ranges::all_of(m_verdicts, &Verdict::accepted);
    bool alice = false, bob = false;
    if (done && std::ranges::all_of(m_strangers, [](Stranger each) { return each == nullptr; })) {
      std::vector<BitString> inputs;
      for (std::size_t me = 0; me < m_circuit.input_sizes().size(); ++me)
        inputs.push_back(slice(m_verdicts[me].output, 0, input_bits(me)));
      BitString result;
      for (const BitString& group : evaluate(m_circuit, inputs)) result.append(group);
      alice = slice(m_verdicts[0].output, input_bits(0), result.size()) == result;
      bob = slice(m_verdicts[1].output, input_bits(1), result.size()) == result;
    }
    return event_if(done, kDone) | event_if(alice, kAliceRight) | event_if(bob, kBobRight) | event_if(!done, kRejects) |
           event_if(learned(0, 1), kLearnsBob) | event_if(learned(1, 0), kLearnsAlice);
  }

  Circuit m_circuit;
  std::vector<BitString> m_inputs;  // by party; empty: it draws its own
  Schedule m_schedule;
  JointComputation m_joint;
  bool m_comparison;
  std::array<Deviation, 2> m_deviations;
  Meeting m_meeting;
  std::vector<Stranger> m_strangers;
  std::vector<Verdict> m_verdicts;
};

Result<Circuit> circuit_of(const Casting& casting) {
  if (const GivenText& given = casting.texts[0]; !given.from.empty()) return read_bristol(given.content, given.from);
  const std::size_t bits = casting.whole("bits");
  switch (casting.whole("circuit")) {
    case 0: return greater_than_circuit(bits);
    case 1: return aes128_circuit();
    case 2: return equality_circuit(bits);
    default: return adder_circuit(bits);
  }
}

Result<std::vector<BitString>> inputs_of(const Casting& casting, const Circuit& circuit) {
  const auto sizes = circuit.input_sizes();
  std::vector<BitString> inputs(sizes.size());
  for (const auto& [seat, value] : casting.inputs) {
    const auto party = static_cast<std::size_t>(std::ranges::find(kNames, seat) - kNames.begin());
    if (party >= sizes.size())
      return fail(ErrorCode::invalid_argument, fmt::format("an input of {}: the circuit takes one each of {}", seat,
                                                           fmt::join(std::span(kNames).first(sizes.size()), ", ")));
    auto input = read_input(value, sizes[party]);
    if (!input)
      return fail(ErrorCode::invalid_argument, fmt::format("{}'s input {}: {}", seat, value, input.error().message));
    inputs[party] = std::move(*input);
  }
  return inputs;
}

// What the privacy of the inputs rests on.
std::string remark(const Casting& casting) {
  constexpr std::string_view kCommitments[]{
      "rests on an ideal commitment (a trusted box): information-theoretic",
      "rests on commitments by hash: computational",
      "rests on commitments by photons: they do not bind, and there is no security against who exploits that",
      "rests on commitments in clear: they do not hide, and there is no security against who reads them"};
  const std::string_view commitment = kCommitments[casting.whole("commitment")];
  return fmt::format("semi-honest: nobody learns more than the result as long as all follow the steps. {}{}",
                     casting.whole("extended") == 1
                         ? "128 quantum transfers between every two are extended by AES-128 and BLAKE2b: "
                           "computational. Each quantum transfer "
                         : "Each of the transfers is a quantum one, which ",
                     commitment);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Deviation kAlices[]{Deviation::none, Deviation::flips_result, Deviation::spoils_transfer,
                                Deviation::stores_photons};
  constexpr Deviation kBobs[]{Deviation::none, Deviation::flips_result, Deviation::stores_photons};
  const bool extended = casting.whole("extended") == 1;
  const Deviation alice = kAlices[casting.strategy("alice")], bob = kBobs[casting.strategy("bob")];
  if (alice == Deviation::stores_photons && !extended)
    return fail(
        ErrorCode::invalid_argument,
        "alice cheat-store: not extended, Alice only sends photons and has none to store; possible is extended = 1");
  if (bob == Deviation::stores_photons && extended)
    return fail(ErrorCode::invalid_argument,
                "bob cheat-store: extended, Bob only sends photons to Alice and has none of hers to store; possible is "
                "extended = 0");
  HERALD_TRY(Circuit circuit, circuit_of(casting));
  HERALD_TRY(std::vector<BitString> inputs, inputs_of(casting, circuit));
  JointComputation joint;
  joint.parties = casting.whole("parties");
  if (circuit.input_sizes().size() > joint.parties)
    return fail(ErrorCode::invalid_argument, fmt::format("{} groups of inputs: they take as many parties, at most {}",
                                                         circuit.input_sizes().size(), JointComputation::kMostParties));
  joint.extended = extended;
  joint.transfer = transfer_of_bits();
  joint.seed_transfer = transfer_of_seeds();
  const auto kind = static_cast<oblivious_transfer::CommitmentKind>(casting.whole("commitment"));
  joint.transfer.commitments.kind = kind;
  joint.seed_transfer.commitments.kind = kind;
  return std::make_unique<ComputationGame>(std::move(circuit), std::move(inputs), std::move(joint),
                                           casting.whole("circuit") == 0 && casting.texts[0].from.empty(), alice, bob);
}

}  // namespace

const Protocol& two_party_computation_protocol() {
  static constexpr Protocol kProtocol{
      .name = "two-party-computation",
      .family = "computation",
      .title = "Computation on shares by oblivious transfers",
      .paper =
          "Goldreich, Micali, Wigderson, STOC 1987, 218; Kilian, STOC 1988, 20; extended: Ishai, Kilian, Nissim, "
          "Petrank, CRYPTO 2003, LNCS 2729, 145",
      .summary =
          "Two or more compute any boolean circuit of their inputs, and nobody learns more than the result, as long "
          "as all follow the steps (semi-honest). With each transfer a quantum one and a commitment that binds and "
          "hides, that is "
          "information-theoretic; extended it is computational. A party that deviates makes the result wrong unseen; "
          "one whose commitments do not bind learns the other's input.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = kEvents,
      .source = "computation",
      .texts = kTexts,
      .inputs = true,
      .remark = remark,
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
