#pragma once
// Parameters that several models share, word for word: the same name means the same thing everywhere.

#include <array>
#include <span>

#include "herald/base/result.h"
#include "herald/study/rate_model.h"

namespace herald::study::parameter {

inline constexpr ParameterSpec kAttenuation = {
    "fibre.attenuation", "dB/km", "loss of the fibre per kilometre", 0.2, 0, 100};
inline constexpr ParameterSpec kInsertionLoss = {
    "fibre.insertion_loss", "dB", "loss of what stands between fibre and detectors, whatever the length", 0, 0, 200};
inline constexpr ParameterSpec kDetectorEfficiency = {
    "detector.efficiency", "", "probability that a detector clicks at a photon", 0.1, 0, 1};
inline constexpr ParameterSpec kDarkCount = {
    "detector.dark_count", "", "probability of a dark count, per gate and detector", 1e-6, 0, 0.5};
inline constexpr ParameterSpec kAfterpulse = {
    "detector.afterpulse", "", "probability that a click is followed by another, of a random bit", 0, 0, 0.5};
inline constexpr ParameterSpec kMisalignment = {
    "misalignment", "", "probability that a detected photon is in the wrong detector", 0.01, 0, 0.5};
inline constexpr ParameterSpec kBackgroundYield = {
    "background.yield", "", "Y0: probability that an empty pulse clicks in any detector of the receiver", 1e-6, 0, 1};
inline constexpr ParameterSpec kBackgroundError = {
    "background.error", "", "e0: error rate of the background's clicks", 0.5, 0, 0.5};
inline constexpr ParameterSpec kReconciliation = {
    "reconciliation.efficiency", "", "f: bits disclosed over Shannon's limit", 1.16, 1, 10};
inline constexpr ParameterSpec kSifting = {"sifting", "", "share of the detected pulses that sifting keeps", 0.5, 0, 1};
inline constexpr ParameterSpec kSignal = {
    "intensity.signal", "photons/pulse", "mean photon number of the signal", 0.5, 1e-3, 2, true, true};
inline constexpr ParameterSpec kWeak = {
    "intensity.weak", "photons/pulse", "mean photon number of the weak decoy", 0.1, 1e-4, 1, true, true};
inline constexpr ParameterSpec kVacuum = {
    "intensity.vacuum", "photons/pulse", "mean photon number of the nearly empty decoy", 0, 0, 0.1};
inline constexpr ParameterSpec kSignalProbability = {
    "probability.signal", "", "probability of sending the signal", 0.7, 0.001, 0.999, true};
inline constexpr ParameterSpec kWeakProbability = {
    "probability.weak", "", "probability of sending the weak decoy", 0.2, 0.001, 0.999, true};
inline constexpr ParameterSpec kKeyBasis = {
    "probability.key_basis", "", "probability of the key basis, of either party", 0.9, 0.01, 0.9999, true};
inline constexpr ParameterSpec kBlockSifted = {"block.sifted", "bits", "sifted key bits of a block", 1e7, 100, 1e15,
                                               false,          true};
inline constexpr ParameterSpec kBlockPulses = {"block.pulses", "pulses", "pulses sent for a block", 1e10, 100, 1e20,
                                               false,          true};
inline constexpr ParameterSpec kSecrecy = {
    "epsilon.secrecy", "", "failure probability of a block's secrecy", 1e-9, 1e-30, 0.1, false, true};
inline constexpr ParameterSpec kCorrectness = {
    "epsilon.correctness", "", "probability of two different keys", 1e-15, 1e-30, 0.1, false, true};
inline constexpr ParameterSpec kAccounting = {
    "accounting", "", "0: the paper's formula to the letter, as its figures; 1: what keys are made with", 0, 0, 1};

// The same parameter with another standard value.
constexpr ParameterSpec with(ParameterSpec spec, double standard) {
  spec.standard = standard;
  return spec;
}
// ... not searched for unless the user says so.
constexpr ParameterSpec fixed(ParameterSpec spec, double standard) {
  spec.optimised = false;
  return with(spec, standard);
}

// The model's values by their order, for a structured binding.
template <std::size_t N>
std::array<double, N> values_of(std::span<const double> values) {
  HERALD_CHECK(values.size() == N);
  std::array<double, N> result;
  for (std::size_t i = 0; i < N; ++i) result[i] = values[i];
  return result;
}

// Errors: invalid_argument, for a distance that is none.
Result<void> validate(Kilometre distance);
// Errors: invalid_argument, where `value` is neither 0 nor 1.
Result<bool> yes_or_no(std::string_view name, double value);

}  // namespace herald::study::parameter
