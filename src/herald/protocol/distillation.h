#pragma once
// Two parties that hold similar sifted strings come to one corrected string, and to a secret key of it. The same for
// every protocol: a protocol brings the sifted key and the theorem's length.

#include <cstdint>
#include <string>
#include <variant>

#include "herald/base/key.h"
#include "herald/base/random.h"
#include "herald/distill/ledger.h"
#include "herald/protocol/outcome.h"
#include "herald/protocol/wire.h"

namespace herald {

// AGREEMENT: the same at both ends.
struct ReconciliationPlan {
  std::uint64_t frame_bits = 1 << 18;     // reconciled and verified at a time
  ErrorRate expected;                     // in the sifted key; fixes the disclosure cap, before the block
  FailureProbability correctness{1e-15};  // of all frames' verifications together
  std::uint64_t estimated_from = 0;       // bits that `expected` was counted in; 0: it is no estimate
  double disclosure_efficiency = 0;  // the cap is so many times n h(expected); 0: what leak_cap() allows for n bits

  // Parities that may be disclosed of a frame.
  std::uint64_t cap(std::uint64_t bits) const;
};

struct Corrected {
  CorrectedKey key;
  std::uint64_t disclosed_cap =
      0;  // bits that may have been disclosed: the caps of the frames, whole frames where they failed
  std::uint64_t disclosed = 0;          // parities that were
  std::uint64_t verification_bits = 0;  // of all tags
  std::uint64_t failed_frames = 0;
  BitString errors;  // where Bob's sifted string differed from Alice's; empty at Alice
};

struct Refusal {
  Phase phase;
  std::string reason;
};

using Reconciled = std::variant<Corrected, Refusal>;

// `sifted` is Alice's string, and what Bob's becomes.
Party<Reconciled> reconcile_as_alice(Wire& bob, SiftedKey sifted, ReconciliationPlan plan, SecretRandom& random,
                                     Ledger& ledger);
Party<Reconciled> reconcile_as_bob(Wire& alice, SiftedKey sifted, ReconciliationPlan plan, Ledger& ledger);

// `length` bits by a hash whose seed is drawn fresh, now that all detections are in.
Party<SecretBits> amplify_as_alice(Wire& bob, CorrectedKey key, std::uint64_t length, SecretRandom& random,
                                   Ledger& ledger);
Party<SecretBits> amplify_as_bob(Wire& alice, CorrectedKey key, std::uint64_t length, Ledger& ledger);

}  // namespace herald
