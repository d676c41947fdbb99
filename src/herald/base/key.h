#pragma once
// A key's stage is its type: raw, sifted, corrected, secret. A secret key comes into being only through the named
// constructors below and remembers where it came from.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "herald/base/bits.h"
#include "herald/base/result.h"
#include "herald/base/units.h"

namespace herald {

// Where the detections came from.
enum class Origin : std::uint8_t {
  simulated = 0,  // drawn by this software: anyone with the seed has the key
  recorded = 1,   // a recording of real hardware, whose file others may hold
  device = 2,     // hardware running now
};
std::string_view to_string(Origin origin);
Result<Origin> origin_from_string(std::string_view text);

// ε = ε_sec + ε_cor + ε_auth of one block or one key.
struct Epsilon {
  FailureProbability secrecy{1e-10};
  FailureProbability correctness{1e-15};
  FailureProbability authentication{1e-12};
  FailureProbability total() const { return secrecy + correctness + authentication; }
};

// Why a key is believed to be secret, and what was seen to speak against it.
struct Provenance {
  Origin origin = Origin::simulated;
  std::string theorem;  // name in the registry of theorems: "bb84-finite"
  Epsilon epsilon;
  std::vector<std::string> violated;  // assumptions of the theorem that the data contradict, by name
};

// Of bytes that need both to be secret: the weaker origin, the sum of the epsilons, what speaks against either.
Provenance combined(const Provenance& a, const Provenance& b);

enum class KeyStage { raw, sifted, corrected };

// Bits on the way to a key. Distillation reads them; nobody else is given one.
template <KeyStage stage>
class StagedKey {
 public:
  StagedKey(SecretBits bits, Origin origin) : m_bits(std::move(bits)), m_origin(origin) {}
  BitView bits() const { return m_bits; }
  std::size_t size() const { return m_bits.size(); }
  Origin origin() const { return m_origin; }
  // Gives the bits up, for the step that makes the next stage of them.
  SecretBits take() && { return std::move(m_bits); }

 private:
  SecretBits m_bits;
  Origin m_origin;
};
using RawKey = StagedKey<KeyStage::raw>;
using SiftedKey = StagedKey<KeyStage::sifted>;
using CorrectedKey = StagedKey<KeyStage::corrected>;

// A key that may be used. Move-only, wiped, compared in constant time, not printable.
class SecretKey {
 public:
  // The output of privacy amplification, at most as long as the theorem allows.
  static SecretKey amplified(SecretBits bits, Provenance provenance);
  // Read back from a store, a container or another vendor's device that kept its provenance.
  static SecretKey restored(SecretBits bits, Provenance provenance);

  std::size_t size() const { return m_bits.size(); }
  const Provenance& provenance() const { return m_provenance; }
  // The one greppable way out.
  BitView expose_secret() const { return m_bits; }
  // The first `size` bits, as a key of their own; the rest stays. Each bit leaves once.
  SecretKey split_front(std::size_t size);

  friend bool operator==(const SecretKey& a, const SecretKey& b) { return a.m_bits == b.m_bits; }

 private:
  SecretKey(SecretBits bits, Provenance provenance) : m_bits(std::move(bits)), m_provenance(std::move(provenance)) {}
  SecretBits m_bits;
  Provenance m_provenance;
};

// A user's word that a key from simulated light may be used all the same (--insecure-simulated).
enum class InsecureSimulated : bool { refuse = false, accept = true };

// Ok for keys of real light; for simulated ones an Error (insecure) unless accepted.
Result<void> require_real(const Provenance& provenance, InsecureSimulated word);

}  // namespace herald
