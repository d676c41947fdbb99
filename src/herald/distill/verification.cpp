#include "herald/distill/verification.h"

#include <fmt/format.h>

#include <cmath>

#include "herald/distill/gf2_polynomial.h"

namespace herald {

void VerificationSeed::encode(Writer& writer) const {
  for (const auto& part : {point, factor})
    for (const std::uint64_t word : part) writer.fixed(word);
}

VerificationSeed VerificationSeed::decode(Reader& reader) {
  VerificationSeed seed;
  for (std::uint64_t& word : seed.point) word = reader.fixed<std::uint64_t>();
  for (std::uint64_t& word : seed.factor) word = reader.fixed<std::uint64_t>();
  return seed;
}

FailureProbability verification_failure(std::size_t n, unsigned t) {
  const std::size_t blocks = (n + 127) / 128;
  return FailureProbability(std::ldexp(1.0, -static_cast<int>(t)) + static_cast<double>(blocks) * 0x1p-128);
}

Result<unsigned> verification_bits(std::size_t n, FailureProbability failure) {
  for (unsigned t = 1; t <= kMostVerificationBits; ++t)
    if (verification_failure(n, t) <= failure) return t;
  return fail(ErrorCode::invalid_argument,
              fmt::format("no tag verifies {} bits with a failure probability of {}; allow at least {:.2g}", n,
                          failure.value, verification_failure(n, kMostVerificationBits).value));
}

BitString verification_tag(BitView key, const VerificationSeed& seed, unsigned t, Kernel kernel) {
  HERALD_CHECK(t <= kMostVerificationBits);
  const Gf128 value = gf128_product(gf128_polynomial(key.words(), seed.point, kernel), seed.factor, kernel);
  return slice(BitView(value.data(), 128), 0, t);
}

}  // namespace herald
