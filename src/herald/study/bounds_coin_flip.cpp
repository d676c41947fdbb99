// Coin flips.

#include <algorithm>

#include "herald/cheating/coin_flip_bb84.h"
#include "herald/cheating/coin_flip_practical.h"
#include "herald/cheating/coin_flip_strong.h"
#include "herald/cheating/coin_flip_weak.h"
#include "herald/cheating/two_bases.h"
#include "herald/study/bound_records.h"

namespace herald::study {
namespace {

constexpr ProtocolParameter kString[]{{"photons", "", "of Alice's string", 10, 0, 1e9, true}};
constexpr ProtocolParameter kKeptHalves[]{
    kString[0], {"storage", "", "efficiency of storing and measuring: what fails tells a random bit", 0.99, 0, 1}};
constexpr ProtocolParameter kEntangled[]{{"photons", "", "of Alice's string", 10, 1, 200, true},
                                         {"errors", "", "greatest share of errors that Bob lets pass", 0, 0, 1}};
constexpr ProtocolParameter kHoles[]{
    {"photons", "", "of Alice's string", 1000, 1, 1e6, true},
    {"transmittance", "", "from Alice through Bob's detector, when both are honest", 0.2, 0, 1},
    {"refusal", "", "how often Bob may refuse an honest Alice for her losses", 1e-6, 1e-300, 1},
};
constexpr ProtocolParameter kChosenHoles[]{
    kHoles[0], kHoles[1], kHoles[2], {"detector", "", "efficiency of Bob's detector alone", 1, 0, 1}};
constexpr ProtocolParameter kAlice[]{{"alice", "", "how often a cheating Alice has her way", 0.75, 0.5, 1}};
constexpr ProtocolParameter kY[]{{"y", "", "the larger squared amplitude of the states", 0.9, 0.5, 1}};
constexpr ProtocolParameter kAbort[]{{"abort", "", "how often honest parties end without a coin", 0.01, 0, 0.5}};
constexpr ProtocolParameter kLight[]{
    kY[0],
    {"mean-photon-number", "", "mean photon number of a pulse", 0.005, 0, 100},
    {"pulses", "", "of one flip", 100'000, 1, 1e9, true},
    {"transmittance", "", "from Alice's output through Bob's detector", 0.2, 0, 1},
    {"dark-count", "", "probability of a dark click a pulse", 1e-7, 0, 1},
    {"error", "", "probability of a wrong outcome in Alice's basis", 0.01, 0, 1},
};
constexpr ProtocolParameter kGame[]{{"points", "", "k of Mochon's games", 1, 1, 1e6, true}};

PracticalCoin coin_of(Values v) { return {v[0], v[1], v[2], v[3], v[4], v[5]}; }

constexpr Bound kBounds[]{
    {"coin-flip-lie", "how often Alice wins by sending honestly and lying when Bob guessed right", "", "coin-flip-bb84",
     kString, [](Values v) { return alice_wins_by_lying(v[0]); }},
    {"coin-flip-epr", "how often halves of entangled pairs pass Bob's comparison, whatever he guessed", "",
     "coin-flip-bb84", kKeptHalves,
     [](Values v) -> Result<double> {
       HERALD_TRY(const double pass, pass_epr(v[1]));
       return all_pass(pass, v[0]);
     }},
    {"coin-flip-no-memory",
     "how often the best Alice without a memory passes as Bob's guess requires, her photons entangled among each other",
     "", "two-bases", kEntangled, [](Values v) { return best_in_either_basis(static_cast<std::int64_t>(v[0]), v[1]); }},
    {"coin-flip-clicks", "the most clicks that Bob may ask for", "clicks", "coin-flip-bb84-holes", kHoles,
     [](Values v) -> Result<double> {
       HERALD_TRY(const HoleRule rule, hole_rule(static_cast<std::int64_t>(v[0]), v[1], v[2]));
       return static_cast<double>(rule.fewest_clicks);
     }},
    {"coin-flip-holes", "how often an Alice with a perfect line passes with a lie that her holes hide", "",
     "coin-flip-bb84-holes", kChosenHoles,
     [](Values v) -> Result<double> {
       HERALD_TRY(const HoleRule rule, hole_rule(static_cast<std::int64_t>(v[0]), v[1], v[2]));
       HERALD_TRY(const HoleAttack attack, pass_with_chosen_holes(rule, v[3], pass_lie()));
       return attack.pass;
     }},
    {"coin-flip-kitaev", "the least that any strong coin flip leaves Bob with, when it leaves Alice with so much", "",
     "coin-flip-kitaev", kAlice, [](Values v) { return kitaev_other(v[0]); }},
    {"coin-flip-berlin-alice", "how often a cheating Alice has her way in the loss-tolerant flip", "",
     "coin-flip-berlin", kY,
     [](Values v) -> Result<double> {
       HERALD_TRY(const CoinBias bias, loss_tolerant(v[0]));
       return bias.alice;
     }},
    {"coin-flip-berlin-bob", "how often a cheating Bob has his", "", "coin-flip-berlin", kY,
     [](Values v) -> Result<double> {
       HERALD_TRY(const CoinBias bias, loss_tolerant(v[0]));
       return bias.bob;
     }},
    {"coin-flip-classical", "what a cheater reaches at least without quantum mechanics", "", "coin-flip-classical",
     kAbort, [](Values v) { return classical_coin_bound(v[0]); }},
    {"coin-flip-practical-bob", "at most how often a cheating Bob has his way with weak coherent light", "",
     "coin-flip-practical", kLight,
     [](Values v) -> Result<double> {
       HERALD_TRY(const CoinBias bias, practical_coin(coin_of(v)));
       return bias.bob;
     }},
    {"coin-flip-practical-reads-all", "how often he has it by reading all photons and naming the pulse that tells most",
     "", "coin-flip-practical", kLight, [](Values v) { return practical_coin_bob_reads_all(coin_of(v)); }},
    {"coin-flip-practical-reads-first", "how often by reading the first pulse that has any", "", "coin-flip-practical",
     kLight, [](Values v) { return practical_coin_bob_reads_first(coin_of(v)); }},
    {"coin-flip-practical-classical",
     "what a cheater reaches at least without quantum mechanics, honest parties ending as often without a coin", "",
     "coin-flip-classical", kLight,
     [](Values v) -> Result<double> {
       HERALD_TRY(const double abort, practical_coin_abort(coin_of(v)));
       return classical_coin_bound(std::min(abort, 0.5));
     }},
    {"coin-flip-practical-abort", "how often honest parties end without a coin", "", "coin-flip-practical", kLight,
     [](Values v) { return practical_coin_abort(coin_of(v)); }},
    {"coin-flip-practical-fair", "the y at which both cheat equally well; it does not depend on the y given", "",
     "coin-flip-practical", kLight, [](Values v) { return practical_coin_fair(coin_of(v)); }},
    {"coin-flip-weak-spekkens-rudolph", "Bob's cheating probability in the weak flip of this Alice", "",
     "coin-flip-weak", kAlice, [](Values v) { return spekkens_rudolph_other(v[0]); }},
    {"coin-flip-weak-mochon", "bias of a weak flip by games of 2k points", "", "coin-flip-weak", kGame,
     [](Values v) { return mochon_bias(v[0]); }},
};

}  // namespace

std::span<const Bound> coin_flip_bounds() { return kBounds; }

}  // namespace herald::study
