#pragma once
// Key rates without a formula: of any protocol with characterised devices in finite dimension, given as states,
// measurements, announcements, a key map and what was observed, a certified lower bound on Eve's ignorance of the key
// by convex optimisation. After Winick, Luetkenhaus, Coles, Quantum 2, 77 (2018); the chain of inequalities, rounding
// included, is in docs/theory/numerical-prover.md.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "herald/proof/claim.h"
#include "herald/quantum/matrix.h"

namespace herald {

// A signal that Alice sends or, of an entangled protocol, an outcome of her measurement.
struct AliceOutcome {
  std::string name;
  ComplexMatrix op;             // the signal's density matrix, or the POVM's element
  double probability = 0;       // of sending it; prepare-and-measure alone
  std::string announces;        // what everybody learns of it after the round; empty: never kept
  std::optional<int> key = {};  // the symbol of the key that it stands for: 0, 1, ...
};

struct BobOutcome {
  std::string name;
  ComplexMatrix op;  // the POVM's element
  std::string announces;
  std::optional<int> key = {};  // what he takes it for, or the key itself where the key is Bob's
};

struct CharacterisedProtocol {
  bool entangled = false;  // Eve hands out the state of both, rather than what becomes of Alice's signals
  std::vector<AliceOutcome> alice;
  std::vector<BobOutcome> bob;
  std::vector<std::pair<std::string, std::string>> kept;  // announcements (Alice's, Bob's) of the rounds with a key
  bool key_from_bob = false;                              // reverse reconciliation
  double key_noise = 0;  // the holder replaces a key symbol by a random other one with this probability, [0, 1/2]
};

// The sum of some joint probabilities of (Alice's outcome, Bob's outcome), by index, and how far it may be off.
struct Observed {
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  double probability = 0;
  double tolerance = 0;
};

struct ProverBound {
  double secret_bits = 0;  // certified: at least so many bits per round of the key are unknown to Eve
  // The value for the worst state that was found, which meets the statistics to 1e-6 or better; secret_bits if that is
  // more. What a tighter certificate could reach.
  double estimate = 0;
  double rounding_bits = 0;   // share of estimate - secret_bits that pays for rounding in operators
  int iterations = 0;         // Newton steps
  std::size_t dimension = 0;  // of the joint state, after source replacement
};

// What is wrong with it as a density matrix, or as an element of a POVM; empty when nothing is. Off by less than 1e-3
// in norm passes for rounding ("0.7071") and is mended.
std::string fault_of_state(const ComplexMatrix& state);
std::string fault_of_effect(const ComplexMatrix& effect);

// Errors (invalid_argument): operators that are not physical, POVMs that do not sum to the identity, priors that do not
// sum to 1, a key map that is none, more than 64 outcomes or key symbols above 15.
Result<void> validate(const CharacterisedProtocol& protocol);
// Its three parts.
Result<void> validate_alice(const CharacterisedProtocol& protocol);
Result<void> validate_bob(const CharacterisedProtocol& protocol);
Result<void> validate_key_map(const CharacterisedProtocol& protocol);
// The protocol that a description with rounded digits stands for: priors and states normalised, POVMs M_y completed to
// T^-1/2 M_y T^-1/2, T their sum. Errors: as validate.
Result<CharacterisedProtocol> mended(const CharacterisedProtocol& protocol);

// Minimum of H(Z|E, announcements) over all that Eve can do, kept rounds counted per round sent. Any number is
// certified; a solver that fails makes it smaller or an error. Errors: as validate; invalid_argument when no state
// explains what was observed, or for more than 64 dimensions of the joint state.
Result<ProverBound> prove(const CharacterisedProtocol& protocol, std::span<const Observed> observed);

// One Observed for each pair of outcomes; `joint` by Alice's outcome, then Bob's.
std::vector<Observed> full_statistics(const CharacterisedProtocol& protocol, std::span<const double> joint,
                                      double tolerance);

// Key symbols are 0 to less than this.
int key_symbols(const CharacterisedProtocol& protocol);

// What sifting leaves, from all joint probabilities. Per round sent.
struct SiftedPart {
  double kept = 0;  // probability that a round has a key symbol
  double uncertainty =
      0;  // H(Z | the other's outcome, announcements), after key noise: what reconciliation sends at least; bits
  double error_rate = 0;  // of kept rounds before key noise, where both ends have a key map; NaN where not
};
SiftedPart sift_joint(const CharacterisedProtocol& protocol, std::span<const double> joint);

const Theorem& numerical_theorem();

}  // namespace herald
