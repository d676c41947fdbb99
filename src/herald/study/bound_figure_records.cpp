#include "herald/study/bound_figures.h"

namespace herald::study {
namespace {

constexpr FigureSetting kFewPhotons[] = {{"photons", 1e5}, {"length", 4}};
constexpr FigureSetting kManyPhotons[] = {{"photons", 1e6}, {"length", 4}};
constexpr FigureSetting kVeryMany[] = {{"photons", 1e8}, {"length", 4}};
constexpr BoundCurve kGapCurves[] = {
    {"transfer-both", "proven, 10^5 photons", kFewPhotons, {"memory", 0, 1e5}, true},
    {"transfer-both", "proven, 10^6", kManyPhotons, {"memory", 0, 1e6}, true},
    {"transfer-both", "proven, 10^8", kVeryMany, {"memory", 0, 1e8}, true},
    {"transfer-attack", "best known attack, 10^6", kManyPhotons, {"memory", 0, 1e6}},
};
constexpr PlayedCheat kGapCheats[] = {{"ot-bounded-storage",
                                       "bob",
                                       "cheat-store",
                                       "bob-knows-both",
                                       "cheat-store, 10^6",
                                       kManyPhotons,
                                       {"memory", 0, 1e6},
                                       "0:1:0.1",
                                       400}};

constexpr FigureSetting kSmallTransfer[] = {{"photons", 100}, {"length", 8}};
constexpr BoundCurve kSmallCurves[] = {
    {"transfer-attack", "both strings of 8 bits: best known attack", kSmallTransfer, {"memory", 100, -1}},
    {"bounded-commitment-attack", "a bit opened that was drawn afterwards", {kSmallTransfer, 1}, {"memory", 100, -1}},
};
constexpr PlayedCheat kSmallCheats[] = {
    {"ot-bounded-storage",
     "bob",
     "cheat-store",
     "bob-knows-both",
     "ot-bounded-storage cheat-store",
     kSmallTransfer,
     {"memory", 100, -1},
     "0:40:4",
     10'000},
    {"ot-bounded-storage",
     "bob",
     "cheat-one-basis",
     "bob-knows-both",
     "cheat-one-basis",
     kSmallTransfer,
     {"memory", 100, -1},
     "2:38:4",
     10'000},
    {"commit-bounded-storage",
     "alice",
     "cheat-store",
     "opens-afterwards",
     "commit-bounded-storage cheat-store",
     {kSmallTransfer, 1},
     {"memory", 100, -1},
     "0:40:4",
     10'000},
};

constexpr BoundCurve kTradeCurves[] = {
    {"coin-flip-berlin-alice", "Berlin et al., any loss", {}, {"y", 0, 1}},
    {"coin-flip-kitaev", "Kitaev's bound, 1/(2 P_B)", {}, {"alice", 0, 1}, true},
};
constexpr FigureSetting kNoLoss[] = {{"transmittance", 1}};
constexpr PlayedCheat kTradeCheats[] = {
    {"coin-flip-berlin",
     "alice",
     "cheat-between",
     "wanted",
     "coin-flip-berlin cheat-between",
     {},
     {"y", 0, 1},
     "0.5:1:0.05",
     10'000},
    {"coin-flip-ambainis",
     "alice",
     "cheat-between",
     "wanted",
     "coin-flip-ambainis cheat-between",
     kNoLoss,
     {},
     "0.75",
     10'000},
};
constexpr FigureMark kTradeMarks[] = {
    {0.9, 0.9, "Berlin et al.: fair at 0.9", "Phys. Rev. A 80, 062321 (2009)", "quoted"},
};

constexpr FigureSetting kEta99[] = {{"storage", 0.99}};
constexpr FigureSetting kEta90[] = {{"storage", 0.9}};
constexpr FigureSetting kEta50[] = {{"storage", 0.5}};
constexpr FigureSetting kEta0[] = {{"storage", 0}};
constexpr BoundCurve kStringCurves[] = {
    {"coin-flip-epr", "pairs, memory of efficiency 0.99", kEta99, {"photons", 0, 1}},
    {"coin-flip-epr", "0.9", kEta90, {"photons", 0, 1}},
    {"coin-flip-epr", "0.5", kEta50, {"photons", 0, 1}},
    {"coin-flip-epr", "a lie: no memory", kEta0, {"photons", 0, 1}},
};
constexpr PlayedCheat kStringCheats[] = {
    {"coin-flip", "alice", "cheat-epr", "lie-passes", "cheat-epr 0.99", kEta99, {"photons", 0, 1}, "10:100:10", 10'000},
    {"coin-flip", "alice", "cheat-epr", "lie-passes", "cheat-epr 0.9", kEta90, {"photons", 0, 1}, "10:100:10", 10'000},
    {"coin-flip", "alice", "cheat-epr", "lie-passes", "cheat-epr 0.5", kEta50, {"photons", 0, 1}, "5:45:5", 100'000},
    {"coin-flip", "alice", "cheat-lie", "lie-passes", "cheat-lie", {}, {"photons", 0, 1}, "3:24:3", 100'000},
};

constexpr FigureSetting kCoherent[] = {
    {"y", 0.9}, {"pulses", 1000}, {"transmittance", 0.5}, {"dark-count", 0}, {"error", 0}};
constexpr FigureSetting kFair[] = {{"y", 0.9}};
constexpr FigureSetting kPlayedCoherent[] = {{"wanted", 1}, {"pulses", 1000}};
constexpr BoundCurve kCoherentCurves[] = {
    {"coin-flip-berlin-alice", "Alice, whatever the light", kFair, {}},
    {"coin-flip-practical-bob", "Bob at the most", kCoherent, {"mean-photon-number", 0, 1}, true},
    {"coin-flip-practical-reads-all", "Bob reads all photons", kCoherent, {"mean-photon-number", 0, 1}},
    {"coin-flip-practical-reads-first", "Bob reads the first pulse", kCoherent, {"mean-photon-number", 0, 1}},
    {"coin-flip-practical-classical",
     "classically, as often without a coin at transmittance 1/2",
     kCoherent,
     {"mean-photon-number", 0, 1},
     true},
};
constexpr PlayedCheat kCoherentCheats[] = {
    {"coin-flip-coherent",
     "bob",
     "cheat-read-all",
     "wanted",
     "cheat-read-all",
     kPlayedCoherent,
     {"mean-photon-number", 0, 1},
     "0.002:0.03:0.004",
     10'000},
    {"coin-flip-coherent",
     "bob",
     "cheat-read-first",
     "wanted",
     "cheat-read-first",
     kPlayedCoherent,
     {"mean-photon-number", 0, 1},
     "0.004:0.028:0.004",
     10'000},
};

constexpr BoundCurve kWeakCurves[] = {
    {"coin-flip-weak-spekkens-rudolph", "Spekkens and Rudolph: P_A P_B = 1/2", {}, {"alice", 0, 1}},
};
constexpr PlayedCheat kWeakCheats[] = {
    {"coin-flip-weak", "alice", "cheat-pair", "alice-wins", "cheat-pair", {}, {"y", 0, 1}, "0.5:1:0.05", 10'000},
};

constexpr BoundCurve kCommitmentCurves[] = {
    {"commitment-states-rotation", "honest commitment, rotated: (1 + F^2)/2", {}, {"bob", 0, 1}},
    {"commitment-states", "best superposition: (1 + F)/2", {}, {"bob", 0, 1}},
    {"commitment-optimal", "Chailloux and Kerenidis: no commitment is below", {}, {"bob", 0, 1}, true},
};
constexpr PlayedCheat kCommitmentCheats[] = {
    {"commit-optimal",
     "alice",
     "cheat-rotate",
     "opened",
     "commit-optimal cheat-rotate",
     {},
     {"t", -1, 2},
     "0.5:1:0.05",
     10'000},
    {"commit-optimal",
     "alice",
     "cheat-superpose",
     "opened",
     "commit-optimal cheat-superpose",
     {},
     {"t", -1, 2},
     "0.5:1:0.05",
     10'000},
};
constexpr FigureMark kCommitmentMarks[] = {
    {0.739296, 0.739296, "both alike: 0.739", "Chailloux, Kerenidis, FOCS 2011", "quoted"},
};

constexpr FigureSetting kErasure[] = {{"channel", 1}};
constexpr FigureSetting kDamping[] = {{"channel", 3}};
constexpr BoundCurve kThresholdCurves[] = {
    {"noisy-threshold", "depolarising", {}, {"share", 0, 1}},
    {"memory-threshold", "erasure", kErasure, {"share", 0, 1}},
    {"memory-threshold", "amplitude damping, at least", kDamping, {"share", 0, 1}},
};

constexpr BoundCurve kIndividualCurves[] = {
    {"noisy-individual", "best by itself: max((1 + r)/2, cos^2(pi/8))", {}, {"storage", 0, 1}},
};
constexpr FigureSetting kFewBits[] = {{"photons", 10}, {"length", 1}};
constexpr PlayedCheat kIndividualCheats[] = {
    {"ot-noisy-storage",
     "bob",
     "cheat-individual",
     "bit-guessed",
     "cheat-individual",
     kFewBits,
     {"storage", 0, 1},
     "0:1:0.1",
     10'000},
    {"ot-noisy-storage",
     "bob",
     "cheat-store",
     "bit-guessed",
     "cheat-store",
     kFewBits,
     {"storage", 0, 1},
     "0.05:0.95:0.1",
     10'000},
};

constexpr FigureSetting kPublicString[] = {{"string", 1000}, {"overlap", 8}, {"length", 4}};
constexpr FigureSetting kPlayedString[] = {{"string", 1000}, {"overlap", 8}, {"length", 4}, {"kept", 150}};
constexpr BoundCurve kClassicalCurves[] = {
    {"classical-guesses", "guesses a key of 4 bits", kPublicString, {"memory", 0, 1000}},
    {"classical-knows", "kept all 8 common positions", {kPublicString, 2}, {"memory", 0, 1000}},
};
constexpr PlayedCheat kClassicalCheats[] = {
    {"key-classical-storage",
     "eve",
     "cheat-store",
     "eve-knows-key",
     "key-classical-storage cheat-store",
     kPlayedString,
     {"memory", 0, 1000},
     "0:1:0.1",
     3000},
};

constexpr BoundFigure kFigures[] = {
    {.name = "bounded-storage-gap",
     .title = "Oblivious transfer against a quantum memory: what is proven, and what is known to break it",
     .source = "Damgaard, Fehr, Renner, Salvail, Schaffner, CRYPTO 2007; the sums of docs/theory/mistrust.md",
     .note =
         "Strings of 4 bits, which are guessed with 1/16. The proof ends before a quarter of the photons, and where "
         "depends on their number; the best known attack is a guess until the memory takes all but some 20 of them. "
         "What lies between is open for this protocol.",
     .x_label = "memory (share of the photons)",
     .y_label = "probability of knowing both strings",
     .range = "0:1:0.005",
     .curves = kGapCurves,
     .cheats = kGapCheats},
    {.name = "bounded-storage-attack",
     .title = "100 photons, a few of which are not stored: the best measurement",
     .source = "docs/theory/mistrust.md",
     .note = "Breidbart's basis for few photons, nearly one basis for many; the cheats find the angle by themselves. A "
             "joint measurement would do a little better.",
     .x_label = "photons that are measured before the bases are told",
     .y_label = "probability",
     .range = "0:40:1",
     .curves = kSmallCurves,
     .cheats = kSmallCheats},
    {.name = "coin-flip-string",
     .title = "Bennett and Brassard's coin flip: entangled pairs and an imperfect memory",
     .source = "Bennett, Brassard, IEEE Conf. Computers, Systems and Signal Processing (1984)",
     .note = "((3 + eta)/4)^n; a perfect memory passes always.",
     .x_label = "photons",
     .y_label = "probability that a lie passes",
     .range = "0:100:1",
     .log_y = true,
     .least_y = 1e-6,
     .curves = kStringCurves,
     .cheats = kStringCheats},
    {.name = "coin-flip-trade-off",
     .title = "Strong coin flips: how well either party cheats",
     .source =
         "Berlin, Brassard, Bussieres, Godbout, PRA 80, 062321 (2009); Ambainis, JCSS 68, 398 (2004); Kitaev (2002)",
     .note =
         "The parameter y of the loss-tolerant flip is what Bob reaches. Kitaev's bound is reached by Chailloux and "
         "Kerenidis (2009) in many rounds, which are not played here.",
     .x_label = "a cheating Bob has his way",
     .y_label = "a cheating Alice has hers",
     .range = "0.5:1:0.005",
     .curves = kTradeCurves,
     .cheats = kTradeCheats,
     .marks = kTradeMarks},
    {.name = "coin-flip-coherent",
     .title = "A coin flip of 1000 pulses of an attenuated laser",
     .source =
         "Pappa, Chailloux, Diamanti, Kerenidis, PRA 84, 052305 (2011); Pappa et al., Nat. Commun. 5, 3717 (2014)",
     .note = "States with y = 0.9. More light means fewer flips without a coin, and more pulses of several photons for "
             "Bob. "
             "The papers' own parameters were not at hand, so that these are not their curves.",
     .x_label = "mean photon number of a pulse",
     .y_label = "a cheat has the wanted side",
     .range = "0.001:0.03:0.0005",
     .curves = kCoherentCurves,
     .cheats = kCoherentCheats},
    {.name = "coin-flip-weak",
     .title = "Weak coin flips: how well either party cheats",
     .source = "Spekkens, Rudolph, PRL 89, 227901 (2002)",
     .note = "Each place is a protocol of the family, of one parameter; fair at 0.7071. Games of many points come as "
             "near to "
             "1/2 for both as one likes (Mochon 2007) and are evaluated, not played.",
     .x_label = "a cheating Bob wins",
     .y_label = "a cheating Alice wins",
     .range = "0.5:1:0.005",
     .curves = kWeakCurves,
     .cheats = kWeakCheats},
    {.name = "commitment-trade-off",
     .title = "Bit commitment: binding against hiding",
     .source = "Mayers, PRL 78, 3414 (1997); Lo, Chau, PRL 78, 3410 (1997); Chailloux, Kerenidis, FOCS 2011",
     .note = "States with F = 1 - D, the best that two states can have. To rotate an honest commitment is not Alice's "
             "best, and "
             "may be below the bound; it is reached in many rounds by a protocol "
             "built on weak coin flips, which is not played here.",
     .x_label = "a cheating Bob guesses the bit",
     .y_label = "a cheating Alice opens the bit that she is told",
     .range = "0.5:1:0.005",
     .curves = kCommitmentCurves,
     .cheats = kCommitmentCheats,
     .marks = kCommitmentMarks},
    {.name = "noisy-storage-threshold",
     .title = "Noisy storage: which memories weak string erasure is secure against",
     .source = "Koenig, Wehner, Wullschleger, IEEE TIT 58, 1962 (2012)",
     .note =
         "Secure below the curves, where C nu < 1/2, n large; 1 while a memory is taken for at most half of the "
         "photons. "
         "Of amplitude damping the entanglement-assisted capacity stands in for the classical one, which is not known. "
         "The transfer ot-noisy-storage asks for C nu < 1/4, ot-noisy-storage-hashing for C nu < 1/2.",
     .x_label = "qubits that are stored a photon",
     .y_label = "r, what the memory keeps of a qubit",
     .range = "0.25:4:0.05",
     .curves = kThresholdCurves},
    {.name = "noisy-storage-individual",
     .title = "Noisy storage: how well a single bit is guessed",
     .source = "Schaffner, Terhal, Wehner, Quantum Inf. Comput. 9, 963 (2009)",
     .note = "Stored from r = 1/sqrt 2 on, else measured in Breidbart's basis.",
     .x_label = "r, probability that the memory keeps a qubit",
     .y_label = "probability that the bit is right",
     .range = "0:1:0.01",
     .curves = kIndividualCurves,
     .cheats = kIndividualCheats},
    {.name = "classical-storage-key",
     .title = "A key from a public random string, and an Eve who keeps much of it",
     .source = "Maurer, J. Cryptology 5, 53 (1992); Cachin, Maurer, CRYPTO 1997",
     .note =
         "Of 1000 bits, so that it is played fast; honest parties keep 150. Longer strings change nothing that is seen "
         "here but the share that honest parties need, the square root of the length.",
     .x_label = "what Eve keeps (share of the string)",
     .y_label = "probability that Eve has the key",
     .range = "0.01:1:0.01",
     .curves = kClassicalCurves,
     .cheats = kClassicalCheats},
};

}  // namespace

std::span<const BoundFigure> bound_figures() { return kFigures; }

}  // namespace herald::study
