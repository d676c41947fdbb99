#include "herald/protocol/storage/announcement.h"

#include <fmt/format.h>

#include "herald/distill/privacy_amplification.h"

namespace herald {

void BasesAndHashes::encode(Writer& writer) const {
  writer.bits(bases);
  for (const BitString& seed : seeds) writer.bits(seed);
}
BasesAndHashes BasesAndHashes::decode(Reader& reader) {
  BasesAndHashes told;
  told.bases = reader.bits(kMostBits);
  for (BitString& seed : told.seeds) seed = reader.bits(kMostBits);
  return told;
}

namespace storage {

BasesAndHashes announce(BitString bases, std::size_t length, SimulationRandom& random) {
  const std::size_t size = amplification_seed_bits(bases.size() + length);
  std::array<BitString, 2> seeds{random_bits(random, size), random_bits(random, size)};
  return {std::move(bases), std::move(seeds)};
}

std::string fault(const BasesAndHashes& told, std::size_t photons, std::size_t length) {
  if (told.bases.size() != photons) return fmt::format("{} bases for {} photons", told.bases.size(), photons);
  for (const BitString& seed : told.seeds)
    if (seed.size() != amplification_seed_bits(photons + length))
      return fmt::format("a hash function of {} bits where {} are needed", seed.size(),
                         amplification_seed_bits(photons + length));
  return {};
}

BitString hashed(BitView bits, const BasesAndHashes& told, unsigned which, std::size_t length) {
  BitString string(bits.size() + length);
  for (std::size_t w = 0; w < bits.words().size(); ++w)
    string.words()[w] = bits.words()[w] & in_basis(told.bases.words()[w], which == 1);
  return BitString(amplify(string, told.seeds[which], length));
}

BitString both_hashed(BitView bits, const BasesAndHashes& told, std::size_t length) {
  BitString both = hashed(bits, told, 0, length);
  both.append(hashed(bits, told, 1, length));
  return both;
}

}  // namespace storage
}  // namespace herald
