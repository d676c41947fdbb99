#pragma once
// One function a protocol, or a family.

#include "herald/study/expectations.h"

namespace herald::study {

std::vector<Expectation> expect_conjugate_coding(const Casting& casting);
std::vector<Expectation> expect_random_access_code(const Casting& casting);
std::vector<Expectation> expect_money(const Casting& casting);
std::vector<Expectation> expect_money_classical(const Casting& casting);
std::vector<Expectation> expect_coin_flip(const Casting& casting);
std::vector<Expectation> expect_coin_flip_ambainis(const Casting& casting);
std::vector<Expectation> expect_coin_flip_berlin(const Casting& casting);
std::vector<Expectation> expect_coin_flip_coherent(const Casting& casting);
std::vector<Expectation> expect_coin_flip_ideal(const Casting& casting);
std::vector<Expectation> expect_coin_flip_weak(const Casting& casting);
std::vector<Expectation> expect_commit_bb84(const Casting& casting);
std::vector<Expectation> expect_commit_bcjl(const Casting& casting);
std::vector<Expectation> expect_commit_puf(const Casting& casting);
std::vector<Expectation> expect_commit_multiparty(const Casting& casting);
std::vector<Expectation> expect_commit_cheat_sensitive(const Casting& casting);
std::vector<Expectation> expect_commit_states(const Casting& casting);
std::vector<Expectation> expect_commit_optimal(const Casting& casting);
std::vector<Expectation> expect_ot_from_commitment(const Casting& casting);
std::vector<Expectation> expect_coin_flip_relativistic(const Casting& casting);
std::vector<Expectation> expect_commit_relativistic(const Casting& casting);
std::vector<Expectation> expect_commit_relativistic_rounds(const Casting& casting);
std::vector<Expectation> expect_two_party_computation(const Casting& casting);
std::vector<Expectation> expect_one_sided_computation(const Casting& casting);
std::vector<Expectation> expect_key_locking(const Casting& casting);
std::vector<Expectation> expect_composed_transfer(const Casting& casting);
std::vector<Expectation> expect_bounded_transfer(const Casting& casting);
std::vector<Expectation> expect_bounded_commitment(const Casting& casting);
std::vector<Expectation> expect_noisy_transfer(const Casting& casting);
std::vector<Expectation> expect_hashing_transfer(const Casting& casting);
std::vector<Expectation> expect_robust_transfer(const Casting& casting);
std::vector<Expectation> expect_coherent_transfer(const Casting& casting);
std::vector<Expectation> expect_classical_transfer(const Casting& casting);
std::vector<Expectation> expect_classical_key(const Casting& casting);

// Of a protocol that is not in the registry; before any thread asks for some.
void add_expectations(std::string_view protocol, std::vector<Expectation> (*expect)(const Casting&));

// What a theory value cannot be had for expects nothing.
inline void expect(std::vector<Expectation>& all, std::string_view event, Relation relation,
                   const Result<double>& value, std::string_view source) {
  if (value) all.push_back({event, relation, *value, source});
}

}  // namespace herald::study
