#include "herald/protocol/bb84/observation.h"

#include <algorithm>

#include "herald/distill/estimation.h"
#include "herald/distill/sift.h"
#include "herald/proof/asymptotic.h"
#include "herald/proof/bb84_finite.h"
#include "herald/proof/bb84_finite_one_decoy.h"

namespace herald::bb84 {
Observation::Observation(const Parameters& parameters) : m_epsilon(parameters.epsilon) {
  for (const auto& intensity : parameters.intensities)
    m_counts.intensities.push_back({intensity.mean, intensity.probability});
}

Result<void> Observation::count_test(BitView test_mask, std::span<const std::uint8_t> intensity, BitView alice_bits,
                                     BitView bob_bits) {
  HERALD_TRY(const CountsByIntensity counts,
             count_by_intensity(compact(intensity, test_mask), alice_bits, bob_bits, m_counts.intensities.size()));
  for (std::size_t k = 0; k < m_counts.intensities.size(); ++k) {
    m_counts.intensities[k].test_detections = static_cast<std::int64_t>(counts.detections[k]);
    m_counts.intensities[k].test_errors = static_cast<std::int64_t>(counts.errors[k]);
  }
  return {};
}

Result<void> Observation::count_key(BitView key_mask, std::span<const std::uint8_t> intensity) {
  HERALD_TRY(const std::vector<std::uint64_t> detections,
             count_detections(compact(intensity, key_mask), m_counts.intensities.size()));
  for (std::size_t k = 0; k < detections.size(); ++k)
    m_counts.intensities[k].key_detections = static_cast<std::int64_t>(detections[k]);
  return {};
}

Result<std::vector<std::uint64_t>> Observation::count_key_errors(BitView key_mask,
                                                                 std::span<const std::uint8_t> intensity,
                                                                 BitView errors) {
  const BitString none(errors.size());
  HERALD_TRY(CountsByIntensity counts,
             count_by_intensity(compact(intensity, key_mask), errors, none, m_counts.intensities.size()));
  HERALD_TRY_VOID(set_key_errors(counts.errors));
  return std::move(counts.errors);
}

Result<void> Observation::set_key_errors(std::span<const std::uint64_t> by_intensity) {
  if (by_intensity.size() != m_counts.intensities.size())
    return fail(ErrorCode::malformed, "Bob counts errors of other intensities than were agreed");
  for (std::size_t k = 0; k < by_intensity.size(); ++k) {
    if (by_intensity[k] > static_cast<std::uint64_t>(m_counts.intensities[k].key_detections))
      return fail(ErrorCode::malformed, "Bob counts more errors than bits");
    m_counts.intensities[k].key_errors = static_cast<std::int64_t>(by_intensity[k]);
  }
  return {};
}

void Observation::report(BlockReport& report) const {
  report.key_bits = static_cast<std::uint64_t>(key_detections(m_counts));
  report.test_bits = static_cast<std::uint64_t>(test_detections(m_counts));
  report.test_errors = static_cast<std::uint64_t>(test_errors(m_counts));
}

Result<KeyLength> Observation::key_length(const Corrected& corrected, BlockReport& report) const {
  report.key_errors = static_cast<std::uint64_t>(key_errors(m_counts));
  report.failed_frames = corrected.failed_frames;
  report.disclosed_cap = corrected.disclosed_cap;
  report.disclosed = corrected.disclosed;
  Disclosure disclosure;
  disclosure.leak = static_cast<std::int64_t>(corrected.disclosed_cap);
  disclosure.verification_bits = static_cast<std::int64_t>(corrected.verification_bits);
  const bool one_decoy = m_counts.intensities.size() == 2;
  HERALD_TRY(KeyLength length, one_decoy ? bb84_finite_one_decoy(m_counts, disclosure, m_epsilon)
                                         : bb84_finite(m_counts, disclosure, m_epsilon));
  disclosure.leak = static_cast<std::int64_t>(corrected.disclosed);
  HERALD_TRY(const KeyLength asymptotic, bb84_decoy_asymptotic(m_counts, disclosure));
  report.phase_error_rate = length.phase_error_rate.value;
  report.secret_bits = static_cast<std::uint64_t>(length.bits);
  report.asymptotic_bits = std::max(0.0, asymptotic.exact_bits);
  return length;
}

}  // namespace herald::bb84
