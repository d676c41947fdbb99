#include "herald/protocol/bbm92/parties.h"

#include <fmt/format.h>

#include <optional>
#include <span>

#include "herald/detections/disclosure.h"
#include "herald/distill/sift.h"
#include "herald/proof/registry.h"
#include "herald/protocol/bbm92/lab.h"
#include "herald/protocol/bbm92/messages.h"
#include "herald/protocol/bbm92/observation.h"
#include "herald/protocol/distillation.h"

namespace herald::bbm92 {
namespace {

constexpr std::size_t kLargestMessage = std::size_t{60} << 20;  // bytes; a wire carries no frames of 64 MiB and more

[[noreturn]] void malformed(std::string what) { throw PartyFault{Error{ErrorCode::malformed, std::move(what)}}; }

// A party's tags, as its laboratory gave them.
TimeTags tags_in(const TagsReply& reply, Side side) {
  Stretch all = or_fault(decode_stretch(reply.tags, side));
  if (all.tags.empty()) malformed("the laboratory has no tags");
  return std::move(all.tags);
}

Aborted aborted(Phase phase, std::string reason, const BlockReport& report) {
  return {phase, std::move(reason), report};
}

// Nobody talks Bob into disclosing much more than was agreed.
void require_modest(const Stretch& proposed, const TimeTags& own, const Parameters& parameters) {
  const auto duration = static_cast<double>(own.time.back() - own.time.front());
  if (static_cast<double>(proposed.end - proposed.begin) > 2 * parameters.stretch * duration)
    malformed(
        "Alice proposes to disclose far more than protocol.stretch says; are the two recordings of the same time?");
}

// Why the wire could not carry this, or nothing.
std::optional<std::string> too_large(ByteView message, std::string_view what) {
  if (message.size() <= kLargestMessage) return std::nullopt;
  return fmt::format("{} takes {} MiB, and a message carries {}: cut the recording into shorter ones", what,
                     message.size() >> 20, kLargestMessage >> 20);
}

// Why the block ends here, or nothing.
std::optional<std::string> reason_to_abort(const BlockReport& report, const Parameters& parameters) {
  if (report.key_bits == 0 || report.test_bits == 0)
    return fmt::format("{} pairs left {} bits in the key basis and {} in the test basis; record for longer",
                       report.clicks, report.key_bits, report.test_bits);
  if (report.test_error_rate() > parameters.abort_error_rate)
    return fmt::format(
        "error rate {:.2f} % in the test basis, above {:.2f} %: somebody listens, or the optics are out of line",
        100 * report.test_error_rate().value, 100 * parameters.abort_error_rate.value);
  return std::nullopt;
}

// A party's bits at events, one a pair.
SecretBits bits_at(const Events& own, std::span<const std::uint64_t> indices) {
  SecretBits bits(indices.size());
  for (std::size_t k = 0; k < indices.size(); ++k) bits.set(k, own.bit[indices[k]]);
  return bits;
}

std::vector<std::int64_t> select(const std::vector<std::int64_t>& values, BitView mask) {
  std::vector<std::int64_t> selected;
  for (std::size_t k = 0; k < values.size(); ++k)
    if (mask[k]) selected.push_back(values[k]);
  return selected;
}

// From the beginning of Bob's bin, on his clock as the plan has it, one a pair.
std::vector<std::int64_t> alices_offsets(const Events& own, const CoarseEvents& bob, const Matches& matches,
                                         const CoincidencePlan& plan) {
  std::vector<std::int64_t> offsets;
  for (std::size_t k = 0; k < matches.size(); ++k) {
    const std::uint64_t time = own.time[matches.alice[k]], begin = bob.bin[matches.bob[k]] * bob.bin_width;
    offsets.push_back(static_cast<std::int64_t>(time) + std::llround(plan.delays.clock.at(time)) -
                      static_cast<std::int64_t>(begin));
  }
  return offsets;
}

std::vector<std::int64_t> bobs_offsets(const Events& own, std::uint64_t bin_width,
                                       std::span<const std::uint64_t> indices) {
  std::vector<std::int64_t> offsets;
  for (const std::uint64_t i : indices) offsets.push_back(static_cast<std::int64_t>(own.time[i] % bin_width));
  return offsets;
}

void count_opening(const Opening& opening, LedgerParty party, Ledger& ledger) {
  Writer writer;
  opening.encode(writer);
  const std::uint64_t bits = opening.bits.size();
  ledger.add(LedgerItem::test_bits, party, bits);
  ledger.add(LedgerItem::click_positions, party, 8 * writer.bytes().size() - bits);
}

void count_findings(Ledger& ledger) {
  ledger.add(LedgerItem::assumption_checks, LedgerParty::alice, kAliceOwnChecks);
  ledger.add(LedgerItem::assumption_checks, LedgerParty::bob, kBobOwnChecks);
}

// Where both ends stand once the pairs are sifted and opened.
struct Sifted {
  SiftedKey key;
  Checks violated;
  BlockReport report;
  Ledger ledger;
};

std::optional<std::string> too_many_errors(const BlockReport& report, std::uint64_t most,
                                           const Parameters& parameters) {
  if (parameters.preparation_quality == 1 || report.key_errors <= most) return std::nullopt;
  return fmt::format("{} errors in the key, more than the {} agreed before the block", report.key_errors, most);
}

SecretKey secret_key(SecretBits bits, const KeyLength& length, Origin origin, Checks violated,
                     const Parameters& parameters) {
  Provenance provenance = provenance_of(length, origin);
  provenance.violated = names_of(violated, parameters);
  return SecretKey::amplified(std::move(bits), std::move(provenance));
}

Party<BlockOutcome> distil_as_alice(Wire& bob, Sifted sifted, ReconciliationPlan plan, Parameters parameters,
                                    SecretRandom& random) {
  auto& [key, violated, report, ledger] = sifted;
  const Origin origin = key.origin();
  // 6. Bob's string becomes hers.
  auto reconciliation = reconcile_as_alice(bob, std::move(key), plan, random, ledger);
  Reconciled reconciled = co_await std::move(reconciliation);
  if (const auto* refusal = std::get_if<Refusal>(&reconciled))
    co_return aborted(refusal->phase, refusal->reason, report);
  Corrected& corrected = std::get<Corrected>(reconciled);
  const auto key_errors = co_await bob.receive<KeyErrors>();
  if (key_errors.errors > report.key_bits) malformed("Bob counts more errors than bits");
  report.key_errors = key_errors.errors;
  const std::uint64_t most_errors = most_key_errors(report.key_bits, plan);
  if (auto reason = too_many_errors(report, most_errors, parameters))
    co_return aborted(Phase::reconciliation, *reason, report);

  // 7. The theorem says how much of it is secret.
  const KeyLength length = or_fault(key_length(corrected, most_errors, parameters, report));
  if (length.bits == 0) co_return aborted(Phase::amplification, length.reason, report);
  auto amplification = amplify_as_alice(bob, std::move(corrected.key), report.secret_bits, random, ledger);
  SecretBits secret = co_await std::move(amplification);
  co_return Distilled{secret_key(std::move(secret), length, origin, violated, parameters), report, ledger};
}

Party<BlockOutcome> distil_as_bob(Wire& alice, Sifted sifted, ReconciliationPlan plan, Parameters parameters) {
  auto& [key, violated, report, ledger] = sifted;
  const Origin origin = key.origin();
  // 6. His string becomes Alice's; how many errors it had is news to her.
  auto reconciliation = reconcile_as_bob(alice, std::move(key), plan, ledger);
  Reconciled reconciled = co_await std::move(reconciliation);
  if (const auto* refusal = std::get_if<Refusal>(&reconciled))
    co_return aborted(refusal->phase, refusal->reason, report);
  Corrected& corrected = std::get<Corrected>(reconciled);
  report.key_errors = corrected.errors.view().count_ones();
  const KeyErrors key_errors(report.key_errors);
  alice.send(key_errors);
  const std::uint64_t most_errors = most_key_errors(report.key_bits, plan);
  if (auto reason = too_many_errors(report, most_errors, parameters))
    co_return aborted(Phase::reconciliation, *reason, report);

  // 7. The theorem says how much of it is secret.
  const KeyLength length = or_fault(key_length(corrected, most_errors, parameters, report));
  if (length.bits == 0) co_return aborted(Phase::amplification, length.reason, report);
  auto amplification = amplify_as_bob(alice, std::move(corrected.key), report.secret_bits, ledger);
  SecretBits secret = co_await std::move(amplification);
  co_return Distilled{secret_key(std::move(secret), length, origin, violated, parameters), report, ledger};
}

}  // namespace

Party<BlockOutcome> alice(Wire& bob, Wire& detectors, Parameters parameters, Block block, SecretRandom& random) {
  BlockReport report;
  report.block = block.number;
  Ledger ledger;
  const TagsRequest request(block.number);
  detectors.send(request);
  const auto reply = co_await detectors.receive<TagsReply>();
  const TimeTags tags = tags_in(reply, Side::alice);

  // 1. Both disclose all tags of one stretch, and make the same plan of them. It makes no key.
  const Stretch own_stretch = stretch_to_disclose(tags, Side::alice, parameters);
  const DisclosedStretch disclosed(encode(own_stretch));
  if (auto reason = too_large(disclosed.stretch, "the stretch")) co_return aborted(Phase::sifting, *reason, report);
  bob.send(disclosed);
  const auto bobs = co_await bob.receive<DisclosedStretch>();
  const Stretch bob_stretch = or_fault(decode_stretch(bobs.stretch, Side::bob));
  if (bob_stretch.begin != own_stretch.begin || bob_stretch.end != own_stretch.end)
    malformed("Bob discloses another stretch than was proposed");
  ledger.add(LedgerItem::click_positions, LedgerParty::alice, 8 * disclosed.stretch.size());
  ledger.add(LedgerItem::click_positions, LedgerParty::bob, 8 * bobs.stretch.size());
  const Result<Preparation> preparation = prepare(own_stretch, bob_stretch, parameters);
  if (!preparation) co_return aborted(Phase::sifting, preparation.error().message, report);
  const CoincidencePlan& plan = preparation->planned.plan;

  // 2. Bob says, coarsely, when his detections were, and in which basis.
  const auto times = co_await bob.receive<CoarseTimes>();
  if (times.plan != encode(plan))
    malformed("Bob plans the coincidences otherwise from the same stretch; are both ends of one version?");
  const CoarseEvents coarse = or_fault(decode_coarse_events(times.events, plan.bin_width()));
  ledger.add(LedgerItem::click_positions, LedgerParty::bob, 8 * times.events.size());

  // 3. She looks for partners among her own, by their fine times, and says where she has one and whether in the same
  // basis.
  const Events own = own_events(tags, Side::alice, plan, random);
  const Matches matches = match(own, coarse, plan);
  Pairs found;
  found.indices = encode_sifted(matches);
  for (std::size_t k = 0; k < matches.size(); ++k)
    found.same_basis.push_back(own.basis[matches.alice[k]] == coarse.basis[matches.bob[k]]);
  const PairKinds pairs = or_fault(kinds_of(found, coarse, parameters));
  bob.send(found);
  ledger.add(LedgerItem::bases, LedgerParty::alice, 8 * found.indices.size() + found.same_basis.size());

  // 4. Pairs that make no key are opened: errors of the test basis, and what the assumptions are tested on.
  const SecretBits bits = bits_at(own, matches.alice);
  const std::vector<std::int64_t> offsets = alices_offsets(own, coarse, matches, plan);
  Opening opening;
  opening.bits = compact(bits, pairs.open);
  opening.offset = select(offsets, pairs.open);
  bob.send(opening);
  const auto bob_opening = co_await bob.receive<Opening>();
  or_fault(count_openings(pairs, opening, bob_opening, report));
  count_opening(opening, LedgerParty::alice, ledger);
  count_opening(bob_opening, LedgerParty::bob, ledger);
  if (auto reason = reason_to_abort(report, parameters)) co_return aborted(Phase::estimation, *reason, report);

  // 5. Each says which assumptions it finds violated.
  SiftedKey key(compact_secret(bits, pairs.key), reply.origin);
  const Findings findings(check_in_public(*preparation, pairs, coarse.size(), opening, bob_opening, parameters) |
                          check_own(tags, Side::alice, key.bits(), *preparation, parameters) |
                          check_own_timing(key.bits(), select(offsets, pairs.key), parameters));
  bob.send(findings);
  const auto bob_findings = co_await bob.receive<Findings>();
  count_findings(ledger);

  const Result<ReconciliationPlan> reconciling =
      reconciliation_plan(*preparation, block.expected_error_rate, parameters);
  if (!reconciling) co_return aborted(Phase::reconciliation, reconciling.error().message, report);
  const Checks violated = Checks{findings.violated} | bob_findings.violated;
  Sifted sifted{std::move(key), violated, report, ledger};
  auto rest = distil_as_alice(bob, std::move(sifted), *reconciling, parameters, random);
  BlockOutcome outcome = co_await std::move(rest);
  co_return outcome;
}

Party<BlockOutcome> bob(Wire& alice, Wire& detectors, Parameters parameters, Block block, SecretRandom& random) {
  BlockReport report;
  report.block = block.number;
  Ledger ledger;
  const TagsRequest request(block.number);
  detectors.send(request);
  const auto reply = co_await detectors.receive<TagsReply>();
  const TimeTags tags = tags_in(reply, Side::bob);

  // 1. Both disclose all tags of the stretch that Alice proposes.
  const auto alices = co_await alice.receive<DisclosedStretch>();
  const Stretch alice_stretch = or_fault(decode_stretch(alices.stretch, Side::alice));
  require_modest(alice_stretch, tags, parameters);
  const Stretch own_stretch = stretch_of(tags, Side::bob, alice_stretch.begin, alice_stretch.end);
  const DisclosedStretch disclosed(encode(own_stretch));
  if (auto reason = too_large(disclosed.stretch, "the stretch")) co_return aborted(Phase::sifting, *reason, report);
  alice.send(disclosed);
  ledger.add(LedgerItem::click_positions, LedgerParty::alice, 8 * alices.stretch.size());
  ledger.add(LedgerItem::click_positions, LedgerParty::bob, 8 * disclosed.stretch.size());
  const Result<Preparation> preparation = prepare(alice_stretch, own_stretch, parameters);
  if (!preparation) co_return aborted(Phase::sifting, preparation.error().message, report);
  const CoincidencePlan& plan = preparation->planned.plan;

  // 2. His detections: times without his detectors' delays and coarse, and bases.
  const Events own = own_events(tags, Side::bob, plan, random);
  const CoarseEvents coarse = coarsen(own, plan.bin_width());
  CoarseTimes times;
  times.plan = encode(plan);
  times.events = encode(coarse);
  if (auto reason = too_large(times.events, "the list of coarse times"))
    co_return aborted(Phase::sifting, *reason, report);
  alice.send(times);
  ledger.add(LedgerItem::click_positions, LedgerParty::bob, 8 * times.events.size());

  // 3. Where Alice has a partner, and whether in the same basis.
  const auto found = co_await alice.receive<Pairs>();
  const PairKinds pairs = or_fault(kinds_of(found, coarse, parameters));
  ledger.add(LedgerItem::bases, LedgerParty::alice, 8 * found.indices.size() + found.same_basis.size());

  // 4. Pairs that make no key are opened.
  const SecretBits bits = bits_at(own, pairs.bob);
  Opening opening;
  opening.bits = compact(bits, pairs.open);
  opening.offset = select(bobs_offsets(own, plan.bin_width(), pairs.bob), pairs.open);
  alice.send(opening);
  const auto alice_opening = co_await alice.receive<Opening>();
  or_fault(count_openings(pairs, alice_opening, opening, report));
  count_opening(alice_opening, LedgerParty::alice, ledger);
  count_opening(opening, LedgerParty::bob, ledger);
  if (auto reason = reason_to_abort(report, parameters)) co_return aborted(Phase::estimation, *reason, report);

  // 5. Each says which assumptions it finds violated.
  SiftedKey key(compact_secret(bits, pairs.key), reply.origin);
  const Findings findings(check_in_public(*preparation, pairs, coarse.size(), alice_opening, opening, parameters) |
                          check_own(tags, Side::bob, key.bits(), *preparation, parameters));
  alice.send(findings);
  const auto alice_findings = co_await alice.receive<Findings>();
  count_findings(ledger);

  const Result<ReconciliationPlan> reconciling =
      reconciliation_plan(*preparation, block.expected_error_rate, parameters);
  if (!reconciling) co_return aborted(Phase::reconciliation, reconciling.error().message, report);
  const Checks violated = Checks{findings.violated} | alice_findings.violated;
  Sifted sifted{std::move(key), violated, report, ledger};
  auto rest = distil_as_bob(alice, std::move(sifted), *reconciling, parameters);
  BlockOutcome outcome = co_await std::move(rest);
  co_return outcome;
}

}  // namespace herald::bbm92
