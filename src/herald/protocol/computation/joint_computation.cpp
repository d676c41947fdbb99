#include "herald/protocol/computation/joint_computation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "herald/protocol/computation/bit_transfers.h"
#include "herald/protocol/computation/sharing.h"

namespace herald {
namespace joint_computation {
namespace {

constexpr std::size_t kNone = JointComputation::kMostParties;

[[noreturn]] void refuse(std::string_view phase, std::string reason) {
  throw PartyFault{Error{ErrorCode::malformed, std::move(reason)}, phase};
}

Peer& peer_of(Seat& seat, std::size_t me, std::size_t other) { return seat.peer(other - (other > me ? 1 : 0)); }

BitString and_of(BitView a, BitView b) {
  BitString both(a);
  for (std::size_t w = 0; w < both.words().size(); ++w) both.words()[w] &= b.words()[w];
  return both;
}

BitString joined(BitView first, BitView second) {
  BitString both(first);
  both.append(second);
  return both;
}

// Folds the two transfers of each product into one share.
BitString folded(const BitString& twice) {
  const std::size_t count = twice.size() / 2;
  BitString shares = slice(twice, 0, count);
  shares ^= slice(twice, count, count);
  return shares;
}

// A party's link with another: of each two, the one with the lower number sends.
struct Link {
  std::size_t other = 0;
  std::optional<BitSender> sender;
  std::optional<BitReceiver> receiver;
};

std::vector<Link> links_of(Seat& seat, const JointComputation& joint, std::size_t me, bool stores) {
  std::vector<Link> links;
  for (std::size_t other = 0; other < joint.parties; ++other) {
    if (other == me) continue;
    Link link{other, {}, {}};
    if (me < other)
      link.sender.emplace(peer_of(seat, me, other), seat.random, joint, stores);
    else
      link.receiver.emplace(peer_of(seat, me, other), seat.random, joint, stores);
    links.push_back(std::move(link));
  }
  return links;
}

// The products' terms a b' + a' b of two parties that have a, b and a', b': the first masks them with its share.
Party<BitString> cross_terms(Link& link, const SharedEvaluation::Operands& mine, SimulationRandom& random,
                             bool spoils) {
  const std::size_t count = mine.left.size();
  if (link.sender) {
    const BitString zero = random_bits(random, 2 * count);
    BitString one = joined(mine.left, mine.right);
    one ^= zero;
    if (spoils) one.flip(0);
    const auto sent = co_await link.sender->send(zero, one);
    static_cast<void>(sent);
    co_return folded(zero);
  }
  const BitString choices = joined(mine.right, mine.left);
  const auto received = co_await link.receiver->receive(choices);
  co_return folded(received);
}

// What a party that stores photons sees of the other's operands: left, then right.
BitString operands_of_other(const Link& link, const SharedEvaluation::Operands& mine) {
  BitString found;
  if (link.receiver) {
    found = link.receiver->differences();
  } else if (const BitString& choices = link.sender->choices(); !choices.empty()) {
    const std::size_t count = mine.left.size();
    found = joined(slice(choices, count, count), slice(choices, 0, count));
  }
  if (!found.empty()) found ^= joined(mine.left, mine.right);
  return found;
}

std::size_t owner_of(std::size_t group, const JointComputation& joint) {
  return group < joint.circuit->input_sizes().size() ? group : kNone;
}

}  // namespace

Party<Verdict> take_part(Seat& seat, const JointComputation& joint, std::size_t me, Deviation deviation) {
  const std::span<const std::uint32_t> groups = joint.circuit->input_sizes();
  SharedEvaluation mine(*joint.schedule, me == 0);
  // 1. Everybody shares its input with everybody.
  BitString input;
  if (owner_of(me, joint) == me) {
    const bool given = me < joint.inputs.size() && !joint.inputs[me].empty();
    input = given ? joint.inputs[me] : random_bits(seat.random, groups[me]);
    const std::vector<BitString> shares = share(input, joint.parties, seat.random);
    for (std::size_t other = 0; other < joint.parties; ++other)
      if (other != me) peer_of(seat, me, other).send(InputShare(shares[other]));
    mine.set_input(me, shares[me]);
  }
  for (std::size_t group = 0; group < groups.size(); ++group) {
    if (group == me) continue;
    const auto message = co_await peer_of(seat, me, group).receive<InputShare>();
    if (message.share.size() != groups[group])
      refuse(InputShare::kName, fmt::format("{} bits for an input of {}", message.share.size(), groups[group]));
    mine.set_input(group, message.share);
  }
  std::vector<Link> links = links_of(seat, joint, me, deviation == Deviation::stores_photons);
  for (Link& link : links) {
    if (link.sender) {
      const auto ready = co_await link.sender->begin();
      static_cast<void>(ready);
    } else {
      const auto ready = co_await link.receiver->begin();
      static_cast<void>(ready);
    }
  }
  BitString seen;
  while (!mine.done()) {
    const bool spoils = deviation == Deviation::spoils_transfer && mine.round() + 1 == joint.schedule->rounds();
    // 2. XOR and INV gates alone, up to a layer of AND gates; of these the products of its own shares.
    const SharedEvaluation::Operands operands = mine.operands();
    BitString products = and_of(operands.left, operands.right);
    // 3. What is left of each product, by two transfers between every two.
    for (Link& link : links) {
      const auto terms = co_await cross_terms(link, operands, seat.random, spoils && &link == &links.front());
      products ^= terms;
      if (deviation == Deviation::stores_photons && &link == &links.front())
        seen.append(operands_of_other(link, operands));
    }
    mine.set_products(products);
  }
  // 4. The shares of the result together are the result.
  BitString result;
  for (std::size_t group = 0; group < joint.circuit->output_sizes().size(); ++group) result.append(mine.output(group));
  BitString told = result;
  if (deviation == Deviation::flips_result) told.flip(0);
  for (std::size_t other = 0; other < joint.parties; ++other)
    if (other != me) peer_of(seat, me, other).send(ResultShare(told));
  for (std::size_t other = 0; other < joint.parties; ++other) {
    if (other == me) continue;
    const auto message = co_await peer_of(seat, me, other).receive<ResultShare>();
    if (message.share.size() != joint.circuit->outputs())
      refuse(ResultShare::kName,
             fmt::format("{} bits for a result of {}", message.share.size(), joint.circuit->outputs()));
    result ^= message.share;
  }
  input.append(result);
  input.append(seen);
  co_return Verdict::accept(0, std::move(input));
}

}  // namespace joint_computation

ObliviousTransfer transfer_of_bits() {
  ObliviousTransfer transfer;
  transfer.photons = 176;
  transfer.tested = 16;
  transfer.set = 52;
  transfer.length = 1;
  return transfer;
}

ObliviousTransfer transfer_of_seeds() {
  ObliviousTransfer transfer;
  transfer.photons = 1024;
  transfer.tested = 256;
  transfer.set = 300;
  transfer.length = 128;
  return transfer;
}

Result<std::vector<BitString>> compute_jointly(const Circuit& circuit, std::span<const BitString> inputs,
                                               const JointOptions& options) {
  constexpr std::array<std::string_view, JointComputation::kMostParties> kNames{"alice", "bob", "charlie", "david",
                                                                                "erin"};
  const std::span<const std::uint32_t> sizes = circuit.input_sizes();
  if (options.parties < 2 || options.parties > kNames.size() || sizes.size() > options.parties)
    return fail(ErrorCode::invalid_argument, fmt::format("{} parties for {} inputs; possible are 2 to {}, and as many",
                                                         options.parties, sizes.size(), kNames.size()));
  if (!std::ranges::equal(inputs, sizes, {}, &BitString::size))
    return fail(ErrorCode::invalid_argument, "the inputs are not the strings that the circuit's input groups say");
  const Schedule schedule(circuit);
  const JointComputation joint{&circuit,           &schedule,           options.parties, options.extended,
                               transfer_of_bits(), transfer_of_seeds(), inputs};
  const auto seats = std::span(kNames).first(options.parties);
  Meeting meeting(seats);
  meeting.begin(options.seed, 0);
  std::vector<Party<Verdict>> parties;
  for (std::size_t me = 0; me < options.parties; ++me)
    parties.push_back(joint_computation::take_part(meeting.seat(me), joint, me, joint_computation::Deviation::none));
  std::vector<Verdict> verdicts(options.parties);
  meeting.hold(parties, verdicts);
  for (const Verdict& verdict : verdicts)
    if (!verdict.accepted) return fail(ErrorCode::aborted, fmt::format("{}: {}", verdict.phase, verdict.reason));
  const BitString& output = verdicts.front().output;
  std::vector<BitString> results;
  std::size_t at = sizes.empty() ? 0 : sizes[0];
  for (const std::uint32_t bits : circuit.output_sizes()) {
    results.push_back(slice(output, at, bits));
    at += bits;
  }
  return results;
}

}  // namespace herald
