#include "herald/protocol/bb84/parties.h"

#include <fmt/format.h>

#include <optional>

#include "herald/distill/click_positions.h"
#include "herald/distill/sift.h"
#include "herald/proof/registry.h"
#include "herald/protocol/bb84/lab.h"
#include "herald/protocol/bb84/messages.h"
#include "herald/protocol/bb84/observation.h"
#include "herald/protocol/distillation.h"

namespace herald::bb84 {
namespace {

constexpr std::size_t kMostClicks = std::size_t{1} << 27;

[[noreturn]] void malformed(std::string what) { throw PartyFault{Error{ErrorCode::malformed, std::move(what)}}; }

// What travelled before reconciliation, the same at both ends.
void count_sifting(const Detections& detections, const Announcement& announcement, std::uint64_t test_bits,
                   Ledger& ledger) {
  ledger.add(LedgerItem::click_positions, LedgerParty::bob, 8 * detections.positions.size());
  ledger.add(LedgerItem::bases, LedgerParty::bob, detections.basis.size());
  ledger.add(LedgerItem::bases, LedgerParty::alice, 3 * announcement.basis.size());  // and two bits of intensity
  ledger.add(LedgerItem::test_bits, LedgerParty::alice, test_bits);
  ledger.add(LedgerItem::test_bits, LedgerParty::bob, test_bits);
}

// Why the block ends here, or nothing.
std::optional<std::string> reason_to_abort(const BlockReport& report, const Parameters& parameters) {
  if (report.key_bits == 0 || report.test_bits == 0)
    return fmt::format("{} clicks left {} bits in the key basis and {} in the test basis; send more pulses a block",
                       report.clicks, report.key_bits, report.test_bits);
  if (report.test_error_rate() > parameters.abort_error_rate)
    return fmt::format(
        "error rate {:.2f} % in the test basis, above {:.2f} %: somebody listens, or the optics are out of line",
        100 * report.test_error_rate().value, 100 * parameters.abort_error_rate.value);
  return std::nullopt;
}

// What is expected was counted in an earlier block, of about the same length.
ReconciliationPlan plan(const Parameters& parameters, const Block& block, std::size_t key_bits) {
  return {parameters.frame_bits, block.expected_error_rate, parameters.epsilon.correctness, key_bits};
}

}  // namespace

Party<BlockOutcome> alice(Wire& bob, Wire& modulators, Parameters parameters, Block block, SecretRandom& random) {
  BlockReport report;
  report.block = block.number;
  report.pulses = parameters.pulses_per_block;
  Ledger ledger;

  // 1. Bob has seen the block's last pulse; he says where he saw something, and in which bases.
  const auto detections = co_await bob.receive<Detections>();
  SettingsRequest request;
  request.block = block.number;
  request.pulses = or_fault(decode_positions(detections.positions, parameters.pulses_per_block, kMostClicks));
  if (request.pulses.size() != detections.basis.size())
    malformed("Bob's detections have as many bases as clicks, and these have not");
  report.clicks = request.pulses.size();

  // 2. She looks up what she sent there, and announces all of it but the key.
  modulators.send(request);
  const auto sent = co_await modulators.receive<SettingsReply>();
  if (sent.settings.size() != request.pulses.size())
    malformed("the laboratory answers for other pulses than were asked");
  const SiftMasks sifted = match_bases(sent.settings.basis, detections.basis);
  const std::size_t test_bits = sifted.test.view().count_ones();
  Announcement announcement;
  announcement.basis = sent.settings.basis;
  announcement.intensity = sent.settings.intensity;
  announcement.test_bits = compact(sent.settings.bit, sifted.test);
  bob.send(announcement);

  // 3. Both count errors in the test basis.
  const auto test = co_await bob.receive<TestBits>();
  if (test.bits.size() != test_bits) malformed("Bob's test bits are not as many as there are");
  Observation observation(parameters);
  or_fault(observation.count_test(sifted.test, announcement.intensity, announcement.test_bits, test.bits));
  or_fault(observation.count_key(sifted.key, announcement.intensity));
  observation.report(report);
  count_sifting(detections, announcement, test_bits, ledger);
  if (auto reason = reason_to_abort(report, parameters)) co_return Aborted{Phase::estimation, *reason, report};

  // 4. Bob's string becomes hers.
  SiftedKey key(compact_secret(sent.settings.bit, sifted.key), sent.origin);
  const ReconciliationPlan agreed = plan(parameters, block, key.size());
  auto reconciliation = reconcile_as_alice(bob, std::move(key), agreed, random, ledger);
  Reconciled reconciled = co_await std::move(reconciliation);
  if (const auto* refusal = std::get_if<Refusal>(&reconciled))
    co_return Aborted{refusal->phase, refusal->reason, report};
  Corrected& corrected = std::get<Corrected>(reconciled);
  const auto key_errors = co_await bob.receive<KeyErrors>();
  or_fault(observation.set_key_errors(key_errors.by_intensity));

  // 5. The theorem says how much of it is secret.
  const KeyLength length = or_fault(observation.key_length(corrected, report));
  if (length.bits == 0) co_return Aborted{Phase::amplification, length.reason, report};
  auto amplification = amplify_as_alice(bob, std::move(corrected.key), report.secret_bits, random, ledger);
  SecretBits secret = co_await std::move(amplification);
  co_return Distilled{SecretKey::amplified(std::move(secret), provenance_of(length, sent.origin)), report, ledger};
}

Party<BlockOutcome> bob(Wire& alice, Wire& receiver, Parameters parameters, Block block, SecretRandom&) {
  BlockReport report;
  report.block = block.number;
  report.pulses = parameters.pulses_per_block;
  Ledger ledger;

  // 1. The block's last pulse has passed: where did he see something?
  const ClicksRequest request(block.number);
  receiver.send(request);
  const auto seen = co_await receiver.receive<ClicksReply>();
  if (!seen.clicks.pulse.empty() && seen.clicks.pulse.back() >= parameters.pulses_per_block)
    malformed("the laboratory reports clicks beyond the block; protocol.pulses_per_block differs from what was sent");
  Detections detections;
  detections.positions = encode_positions(seen.clicks.pulse, parameters.pulses_per_block);
  detections.basis = seen.clicks.basis;
  report.clicks = seen.clicks.size();
  alice.send(detections);

  // 2. Alice's bases and intensities.
  const auto announcement = co_await alice.receive<Announcement>();
  if (announcement.basis.size() != seen.clicks.size()) malformed("Alice announces other pulses than were seen");
  const SiftMasks sifted = match_bases(announcement.basis, seen.clicks.basis);
  const std::size_t test_bits = sifted.test.view().count_ones();
  if (announcement.test_bits.size() != test_bits) malformed("Alice's test bits are not as many as there are");

  // 3. Both count errors in the test basis.
  TestBits test;
  test.bits = compact(seen.clicks.bit, sifted.test);
  alice.send(test);
  Observation observation(parameters);
  or_fault(observation.count_test(sifted.test, announcement.intensity, announcement.test_bits, test.bits));
  or_fault(observation.count_key(sifted.key, announcement.intensity));
  observation.report(report);
  count_sifting(detections, announcement, test_bits, ledger);
  if (auto reason = reason_to_abort(report, parameters)) co_return Aborted{Phase::estimation, *reason, report};

  // 4. His string becomes Alice's; the errors it had, by intensity, are news to her.
  SiftedKey key(compact_secret(seen.clicks.bit, sifted.key), seen.origin);
  const ReconciliationPlan agreed = plan(parameters, block, key.size());
  auto reconciliation = reconcile_as_bob(alice, std::move(key), agreed, ledger);
  Reconciled reconciled = co_await std::move(reconciliation);
  if (const auto* refusal = std::get_if<Refusal>(&reconciled))
    co_return Aborted{refusal->phase, refusal->reason, report};
  Corrected& corrected = std::get<Corrected>(reconciled);
  KeyErrors key_errors;
  key_errors.by_intensity =
      or_fault(observation.count_key_errors(sifted.key, announcement.intensity, corrected.errors));
  alice.send(key_errors);

  // 5. The theorem says how much of it is secret.
  const KeyLength length = or_fault(observation.key_length(corrected, report));
  if (length.bits == 0) co_return Aborted{Phase::amplification, length.reason, report};
  auto amplification = amplify_as_bob(alice, std::move(corrected.key), report.secret_bits, ledger);
  SecretBits secret = co_await std::move(amplification);
  co_return Distilled{SecretKey::amplified(std::move(secret), provenance_of(length, seen.origin)), report, ledger};
}

}  // namespace herald::bb84
