// Commitments: none, by devices, by relativity.

#include "herald/cheating/commitment.h"
#include "herald/cheating/puf.h"
#include "herald/cheating/relativistic.h"
#include "herald/cheating/two_bases.h"
#include "herald/study/bound_records.h"

namespace herald::study {
namespace {

constexpr ProtocolParameter kFidelity[]{
    {"fidelity", "", "of what Bob holds of 0 and of 1, Tr|sqrt rho0 sqrt rho1|", 0.5, 0, 1}};
constexpr ProtocolParameter kDistance[]{{"trace-distance", "", "of what Bob holds of 0 and of 1", 0.5, 0, 1}};
constexpr ProtocolParameter kBob[]{{"bob", "", "how often a cheating Bob guesses the bit", 0.739296, 0.5, 1}};
constexpr ProtocolParameter kWeight[]{{"weight", "", "bits that the parity is of", 10, 1, 1e6, true}};
constexpr ProtocolParameter kDevice[]{
    {"bits", "bit", "of a response", 128, 1, 1e6, true},
    {"tolerated", "bit", "wrong bits that Bob accepts", 10, 0, 1e6, true},
    {"others", "", "other challenges that Alice may try", 1e6, 0, 1e15, true},
};
constexpr ProtocolParameter kPlaces[]{{"distance", "km", "between the places", 9354, 0, 1e9}};
constexpr ProtocolParameter kSustained[]{
    {"rounds", "", "that sustain the commitment", 5e9, 1, 1e15, true},
    {"bits", "bit", "of a round's strings", 128, 1, 1e6, true},
};
constexpr ProtocolParameter kEpsilon{"epsilon", "", "p_0 + p_1 - 1 at the most", 1e-9, 1e-300, 1};
constexpr ProtocolParameter kMostRounds[]{kSustained[1], kEpsilon};
constexpr ProtocolParameter kFewestBits[]{kSustained[0], kEpsilon};
constexpr ProtocolParameter kQubits[]{{"photons", "", "measured", 100, 0, 1e9, true}};

constexpr ProtocolParameter kCounted[]{
    {"photons", "", "that must have come", 100, 1, 200, true},
    {"errors", "", "share of errors in a basis that passes", 0.05, 0, 1},
};

constexpr Bound kBounds[]{
    {"commitment-rotation", "how often an Alice who committed honestly opens the bit that she is told", "",
     "commitment-no-go", kFidelity, [](Values v) { return open_by_rotation(v[0]); }},
    {"commitment-superposition", "how often the best Alice does", "", "commitment-no-go", kFidelity,
     [](Values v) { return open_by_superposition(v[0]); }},
    {"commitment-guess", "how often Bob guesses the bit early", "", "commitment-no-go", kDistance,
     [](Values v) { return guess_commitment(v[0]); }},
    {"commitment-states",
     "the least that Bob's two states leave Alice with, when they leave him with so much: F = 1 - D", "",
     "commitment-no-go", kBob, [](Values v) { return open_by_superposition(2 - 2 * v[0]); }},
    {"commitment-states-rotation", "what an Alice who committed honestly has of them", "", "commitment-no-go", kBob,
     [](Values v) { return open_by_rotation(2 - 2 * v[0]); }},
    {"commitment-optimal", "the least that any commitment leaves Alice with, when it leaves Bob with so much", "",
     "commitment-optimal", kBob, [](Values v) { return optimal_opening(2 * v[0] - 1); }},
    {"commitment-bcjl-alice", "how often Alice opens either bit, without the paper's code", "", "commitment-bcjl",
     kWeight,
     [](Values v) -> Result<double> {
       HERALD_TRY(const CommitmentCheats cheats, bcjl_parity(v[0]));
       return cheats.alice;
     }},
    {"commitment-bcjl-bob", "how often Bob guesses the bit, without the paper's code", "", "commitment-bcjl", kWeight,
     [](Values v) -> Result<double> {
       HERALD_TRY(const CommitmentCheats cheats, bcjl_parity(v[0]));
       return cheats.bob;
     }},
    {"commitment-puf", "at most how often Alice opens the other bit", "", "commitment-puf", kDevice,
     [](Values v) { return puf_binding_failure(v[0], v[1], v[2]); }},
    {"commitment-single-round", "how long a commitment of one round between two places lasts", "s",
     "commitment-relativistic", kPlaces,
     [](Values v) -> Result<double> { return single_round_commitment(Kilometre(v[0])).value; }},
    {"commitment-sustained", "by how much p_0 + p_1 exceeds 1 at the most", "", "commitment-relativistic", kSustained,
     [](Values v) { return sustained_commitment(v[0], v[1]); }},
    {"commitment-rounds", "the most rounds", "rounds", "commitment-relativistic", kMostRounds,
     [](Values v) { return most_rounds(v[0], v[1]); }},
    {"commitment-bits", "the fewest bits", "bit", "commitment-relativistic", kFewestBits,
     [](Values v) { return fewest_bits(v[0], v[1]); }},
    {"commitment-kent", "by how much p_0 + p_1 exceeds 1 at the most, of the quantum commitment at two places", "",
     "commitment-kent", kQubits, [](Values v) { return kent_commitment(v[0]); }},
    {"commitment-kent-errors", "the same at its optimum, where Bob lets errors pass", "", "two-bases", kCounted,
     [](Values v) -> Result<double> {
       HERALD_TRY(const double mean, best_in_either_basis(static_cast<std::int64_t>(v[0]), v[1]));
       return 2 * mean - 1;
     }},
};

}  // namespace

std::span<const Bound> commitment_bounds() { return kBounds; }

}  // namespace herald::study
