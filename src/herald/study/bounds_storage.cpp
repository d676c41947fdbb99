// Adversaries with a bounded, a noisy and a classical memory.

#include <fmt/format.h>

#include "herald/cheating/bounded_storage.h"
#include "herald/cheating/classical_storage.h"
#include "herald/cheating/memory_channels.h"
#include "herald/cheating/noisy_storage.h"
#include "herald/cheating/robust_storage.h"
#include "herald/study/bound_records.h"

namespace herald::study {
namespace {

constexpr ProtocolParameter kPhotons{"photons", "", "that are sent", 1e6, 1, 1e15, true};
constexpr ProtocolParameter kMemory{"memory", "qubits", "that the cheat can keep", 0, 0, 1e15, true};
constexpr ProtocolParameter kLength{"length", "bit", "of either string", 128, 1, 1e15, true};
constexpr ProtocolParameter kEpsilon{"epsilon", "", "distance from an ideal transfer", 1e-9, 1e-300, 1};
constexpr ProtocolParameter kShare{"share", "", "of the photons that the cheat can keep", 0.1, 0, 0.2499999};
constexpr ProtocolParameter kSlack{"slack", "bit", "in place of the finite sums", 64, 0, 1e15};
constexpr ProtocolParameter kDelta{"delta", "", "of the uncertainty relation", 0.01, 1e-12, 0.2499999};

constexpr ProtocolParameter kUncertainty[]{kPhotons, kDelta};
constexpr ProtocolParameter kLargestMemory[]{kPhotons, kLength, kEpsilon};
constexpr ProtocolParameter kFewestPhotons[]{kMemory, kLength, kEpsilon};
constexpr ProtocolParameter kFewestForShare[]{kShare, kLength, kEpsilon};
constexpr ProtocolParameter kTransfer[]{kPhotons, kMemory, kLength};
constexpr ProtocolParameter kPlain[]{kPhotons, kLength, kSlack};
constexpr ProtocolParameter kCommitment[]{kPhotons, kMemory};

constexpr ProtocolParameter kStored{"share", "", "qubits that are stored a photon", 1, 0, 1e6};
constexpr ProtocolParameter kStorage{"storage", "", "probability that the memory keeps a qubit, replaced by 1/2 else",
                                     0.5,       0,  1};
constexpr ProtocolParameter kRate{"rate", "bit", "of a message through each use of the memory", 0.6, 0, 1};
constexpr ProtocolParameter kThreshold[]{kStored};
constexpr ProtocolParameter kKept[]{kStorage};
constexpr ProtocolParameter kExponent[]{kStorage, kRate};
constexpr ProtocolParameter kErasure[]{kStorage,
                                       kStored,
                                       {"photons", "", "that are sent", 1e9, 1, 1e15, true},
                                       {"delta", "", "of the proof", 0.02, 1e-9, 0.5}};
constexpr ProtocolParameter kNoisyLength[]{{"storage", "", kStorage.meaning, 0.1, 0, 1},
                                           kStored,
                                           {"photons", "", "that are sent", 1e7, 1, 1e15, true},
                                           kEpsilon};
constexpr ProtocolParameter kNoisyTransfer[]{kNoisyLength[0], kStored, kNoisyLength[2], kLength};

constexpr ProtocolParameter kString{"string", "bit", "that pass by", 1e12, 1, 9e15, true};
constexpr ProtocolParameter kOverlap{"overlap", "", "common positions that are used", 8, 1, 1e6, true};
constexpr ProtocolParameter kBits{"memory", "bit", "that a cheat keeps", 5e11, 0, 9e15, true};
constexpr ProtocolParameter kMeet[]{{"kept", "bit", "that an honest party keeps", 5e6, 0, 9e15, true}, kString};
constexpr ProtocolParameter kEnough[]{
    {"kept", "bit", "that an honest party keeps", 5e6, 0, 1e7, true}, kString, kOverlap};
constexpr ProtocolParameter kHonest[]{kBits};
constexpr ProtocolParameter kKnows[]{kBits, kString, kOverlap};
constexpr ProtocolParameter kGuesses[]{
    kBits, kString, kOverlap, {"length", "bit", "that are hashed from them", 4, 1, 1e6, true}};

constexpr ProtocolParameter kChannel{
    "channel", "", "of the memory: 0 depolarising, 1 erasure, 2 dephasing, 3 amplitude damping", 1, 0, 3, true};
constexpr ProtocolParameter kQuality{"storage", "", "r: what the memory keeps", 0.3, 0, 1};
constexpr ProtocolParameter kMemoryChannel[]{kChannel, kQuality};
constexpr ProtocolParameter kChannelThreshold[]{kChannel, kStored};
constexpr ProtocolParameter kHashing[]{kChannel,
                                       kQuality,
                                       kStored,
                                       {"rows", "", "of the string, a multiple of 4", 4e8, 4, 1e12, true},
                                       {"columns", "bit", "of a row", 1e6, 1, 1e9, true},
                                       kLength};

MemoryChannel memory_of(Values v) { return {static_cast<MemoryKind>(v[0]), v[1]}; }

constexpr ProtocolParameter kPulses{"pulses", "", "that Alice sends", 1e7, 1, 1e9, true};
constexpr ProtocolParameter kMean{"mean-photon-number", "", "of a pulse, as it leaves Alice", 0.01, 0, 2};
constexpr ProtocolParameter kSeveral[]{
    kPulses, kMean, {"epsilon", "", "how often there are more", 1e-9, 1e-300, 0.999}};
constexpr ProtocolParameter kLight[]{
    kPulses,
    {"clicks", "", "how many of those that came make the strings", 3e5, 1, 1e9, true},
    kMean,
    kMemory,
    {"storage", "", kStorage.meaning, 1, 0, 1},
    kLength,
    {"leaked", "bit", "of both syndromes", 0, 0, 1e15, true},
};
constexpr ProtocolParameter kSplit[]{{"pulses", "", kPulses.meaning, 1e6, 1, 1e7, true},
                                     {"clicks", "", kLight[1].meaning, 3e4, 1, 1e7, true},
                                     kMean,
                                     kMemory,
                                     kLight[4],
                                     {"length", "bit", kLength.meaning, 8, 1, 1e15, true}};

CountedPulses pulses_of(Values v) { return {v[0], v[1], v[2], false}; }
BoundedStorageTransfer transfer_of(Values v) { return {v[0], v[1], v[2]}; }
std::int64_t whole(double value) { return static_cast<std::int64_t>(value); }

constexpr Bound kBounds[]{
    {"uncertainty", "min-entropy of the string of somebody who measured it all, but for an epsilon", "bit",
     "bounded-storage", kUncertainty,
     [](Values v) -> Result<double> {
       HERALD_TRY(const Uncertainty relation, bounded_storage_uncertainty(Encoding::bb84, v[0], v[1]));
       return relation.min_entropy;
     }},
    {"uncertainty-epsilon", "that epsilon", "", "bounded-storage", kUncertainty,
     [](Values v) -> Result<double> {
       HERALD_TRY(const Uncertainty relation, bounded_storage_uncertainty(Encoding::bb84, v[0], v[1]));
       return relation.epsilon;
     }},
    {"transfer-memory", "the largest quantum memory that a transfer is secure against", "qubits", "bounded-storage",
     kLargestMemory, [](Values v) { return transfer_largest_memory(v[0], v[1], v[2]); }},
    {"transfer-photons", "the fewest photons for a transfer against a memory", "photons", "bounded-storage",
     kFewestPhotons, [](Values v) { return transfer_fewest_photons(v[0], v[1], v[2]); }},
    {"transfer-photons-for-share", "the same when the memory takes a share of them", "photons", "bounded-storage",
     kFewestForShare, [](Values v) { return transfer_fewest_photons_for_share(v[0], v[1], v[2]); }},
    {"transfer-epsilon", "how far a transfer is from an ideal one at the most", "", "bounded-storage", kTransfer,
     [](Values v) { return transfer_epsilon(transfer_of(v)); }},
    {"transfer-both", "at most how often Bob knows both strings", "", "bounded-storage", kTransfer,
     [](Values v) { return transfer_both_bound(transfer_of(v)); }},
    {"transfer-attack", "how often he does by the best known attack", "", "bounded-storage", kTransfer,
     [](Values v) { return transfer_attack(transfer_of(v)); }},
    {"transfer-memory-plain", "the largest memory with a slack in place of finite sums: no epsilon goes with it",
     "qubits", "bounded-storage", kPlain,
     [](Values v) -> Result<double> {
       const double limit = transfer_memory_limit(v[0], v[1], v[2]);
       if (limit > 0) return limit;
       return fail(ErrorCode::invalid_argument,
                   fmt::format("{:.12g} photons are too few even without a memory; possible is more than {:.12g}", v[0],
                               8 * v[1] + 4 * v[2]));
     }},
    {"bounded-commitment", "at most how often Alice opens a bit that is drawn afterwards", "", "bounded-storage",
     kCommitment, [](Values v) { return commitment_bound(v[0], v[1]); }},
    {"bounded-commitment-attack", "how often she does by the best known attack", "", "bounded-storage", kCommitment,
     [](Values v) { return commitment_attack(v[0], v[1]); }},
    {"noisy-threshold", "the best memory that weak string erasure is secure against, n large", "", "noisy-storage",
     kThreshold, [](Values v) { return noisy_storage_threshold(v[0]); }},
    {"noisy-capacity", "classical capacity of a memory", "bit/qubit", "noisy-storage", kKept,
     [](Values v) { return depolarising_capacity(v[0]); }},
    {"noisy-exponent", "gamma: a message of so many bits a use passes with 2^(-uses gamma) at the most", "",
     "noisy-storage", kExponent, [](Values v) { return strong_converse_exponent(v[0], v[1]); }},
    {"noisy-erasure", "bits that the cheat lacks in weak string erasure", "bit/photon", "noisy-storage", kErasure,
     [](Values v) -> Result<double> {
       HERALD_TRY(const WeakStringErasure erasure, weak_string_erasure({v[0], v[1]}, v[2], v[3]));
       return erasure.rate;
     }},
    {"noisy-erasure-epsilon", "but for this epsilon", "", "noisy-storage", kErasure,
     [](Values v) -> Result<double> {
       HERALD_TRY(const WeakStringErasure erasure, weak_string_erasure({v[0], v[1]}, v[2], v[3]));
       return erasure.epsilon;
     }},
    {"noisy-transfer-length", "the longest strings of a transfer without interactive hashing", "bit", "noisy-storage",
     kNoisyLength, [](Values v) { return noisy_transfer_length({v[0], v[1]}, v[2], v[3]); }},
    {"noisy-transfer-both", "at most how often Bob knows both strings", "", "noisy-storage", kNoisyTransfer,
     [](Values v) { return noisy_transfer_both_bound({v[0], v[1]}, v[2], v[3]); }},
    {"noisy-individual", "how well each bit is guessed by itself", "", "noisy-storage-individual", kKept,
     [](Values v) { return individual_storage_guess(v[0]); }},
    {"memory-capacity", "bits per qubit above which messages through a memory get lost exponentially", "bit/qubit",
     "memory-channels", kMemoryChannel, [](Values v) { return memory_capacity(memory_of(v)); }},
    {"memory-threshold", "the best memory of the kind that weak string erasure is secure against, n large", "",
     "memory-channels", kChannelThreshold,
     [](Values v) { return memory_threshold(static_cast<MemoryKind>(v[0]), v[1]); }},
    {"memory-individual", "how well each bit is guessed by itself, stored or measured", "", "memory-channels",
     kMemoryChannel, [](Values v) { return individual_guess(memory_of(v)); }},
    {"hashing-transfer-both", "at most how often Bob knows both strings of a transfer by interactive hashing", "",
     "memory-channels", kHashing,
     [](Values v) { return hashing_transfer_both_bound(memory_of(v), v[2], {v[3], v[4]}, v[5]); }},
    {"light-several", "the most pulses that have several photons", "pulses", "robust-storage", kSeveral,
     [](Values v) { return most_with_several_photons(v[0], v[1], v[2]); }},
    {"light-transfer-both", "at most how often Bob knows both strings, sent by an attenuated laser", "",
     "robust-storage", kLight,
     [](Values v) { return counted_pulses_both_bound(pulses_of(v), {v[3], v[4]}, v[5], v[6]); }},
    {"light-transfer-attack", "how often he does by splitting pulses of several photons, if no syndromes help him", "",
     "robust-storage", kSplit,
     [](Values v) -> Result<double> {
       HERALD_TRY(const SplitAttack attack, split_attack(pulses_of(v), {v[3], v[4]}, v[5], false));
       return attack.both_known;
     }},
    {"classical-overlap", "mean number of positions that two honest parties both kept", "", "classical-storage", kMeet,
     [](Values v) { return mean_overlap(v[0], v[1]); }},
    {"classical-meet", "how often these are enough", "", "classical-storage", kEnough,
     [](Values v) { return overlap_probability(whole(v[0]), whole(v[1]), whole(v[2])); }},
    {"classical-honest-memory", "what honest parties must keep, in order, against such a memory", "bit",
     "classical-storage", kHonest, [](Values v) { return honest_memory(v[0]); }},
    {"classical-knows", "how often a cheat kept all common positions", "", "classical-storage", kKnows,
     [](Values v) { return adversary_knows_overlap(v[0], v[1], v[2]); }},
    {"classical-guesses", "how often he has the bits that are hashed from them", "", "classical-storage", kGuesses,
     [](Values v) { return adversary_guesses_hash(whole(v[0]), whole(v[1]), whole(v[2]), v[3]); }},
};

}  // namespace

std::span<const Bound> storage_bounds() { return kBounds; }

}  // namespace herald::study
