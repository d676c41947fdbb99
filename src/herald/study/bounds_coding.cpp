// Conjugate coding and money.

#include "herald/cheating/conjugate_coding.h"
#include "herald/cheating/money.h"
#include "herald/study/bound_records.h"

namespace herald::study {
namespace {

constexpr ProtocolParameter kOneQubit[]{{"bits", "bit", "in one qubit", 2, 1, 3, true}};
constexpr ProtocolParameter kOneBit[]{{"bits", "bit", "in one classical bit", 2, 1, 60, true}};
constexpr ProtocolParameter kMessages[]{{"bits", "bit", "of each message", 1, 0, 1e9, true}};
constexpr ProtocolParameter kNote[]{{"photons", "", "of a note", 10, 0, 1e9, true}};

constexpr Bound kBounds[]{
    {"random-access-code", "how well any one of several bits can be read from one qubit, at the best", "",
     "conjugate-coding", kOneQubit, [](Values v) { return random_access_code(static_cast<int>(v[0])); }},
    {"random-access-code-classical", "the same from one classical bit", "", "conjugate-coding", kOneBit,
     [](Values v) { return classical_random_access_code(static_cast<int>(v[0])); }},
    {"conjugate-coding-both", "how often both messages are read, all photons measured together at the best", "",
     "conjugate-coding", kMessages, [](Values v) { return both_messages(v[0]); }},
    {"money-counterfeit", "how often the best counterfeiter has two notes of one, both accepted", "", "money", kNote,
     [](Values v) { return counterfeit_optimal(v[0]); }},
    {"money-measure-resend", "the same of one who measures each photon and sends two", "", "money", kNote,
     [](Values v) { return counterfeit_measure_resend(v[0]); }},
    {"money-classical-verification", "the same of notes that two verifiers check by classical messages", "", "money",
     kNote, [](Values v) { return counterfeit_classical_verification(v[0]); }},
};

}  // namespace

std::span<const Bound> coding_bounds() { return kBounds; }

}  // namespace herald::study
