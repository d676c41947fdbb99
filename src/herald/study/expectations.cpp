#include "herald/study/expectations.h"

#include <algorithm>
#include <array>
#include <utility>

#include "herald/study/expectations/all.h"

namespace herald::study {
namespace {

using Expect = std::vector<Expectation> (*)(const Casting&);

constexpr std::array kKnown{
    std::pair<std::string_view, Expect>{"conjugate-coding", expect_conjugate_coding},
    std::pair<std::string_view, Expect>{"random-access-code", expect_random_access_code},
    std::pair<std::string_view, Expect>{"money", expect_money},
    std::pair<std::string_view, Expect>{"money-classical", expect_money_classical},
    std::pair<std::string_view, Expect>{"coin-flip", expect_coin_flip},
    std::pair<std::string_view, Expect>{"coin-flip-ambainis", expect_coin_flip_ambainis},
    std::pair<std::string_view, Expect>{"coin-flip-berlin", expect_coin_flip_berlin},
    std::pair<std::string_view, Expect>{"coin-flip-coherent", expect_coin_flip_coherent},
    std::pair<std::string_view, Expect>{"coin-flip-ideal", expect_coin_flip_ideal},
    std::pair<std::string_view, Expect>{"coin-flip-weak", expect_coin_flip_weak},
    std::pair<std::string_view, Expect>{"commit-bb84", expect_commit_bb84},
    std::pair<std::string_view, Expect>{"commit-bcjl", expect_commit_bcjl},
    std::pair<std::string_view, Expect>{"commit-states", expect_commit_states},
    std::pair<std::string_view, Expect>{"commit-optimal", expect_commit_optimal},
    std::pair<std::string_view, Expect>{"commit-puf", expect_commit_puf},
    std::pair<std::string_view, Expect>{"commit-multiparty", expect_commit_multiparty},
    std::pair<std::string_view, Expect>{"commit-cheat-sensitive", expect_commit_cheat_sensitive},
    std::pair<std::string_view, Expect>{"coin-flip-relativistic", expect_coin_flip_relativistic},
    std::pair<std::string_view, Expect>{"commit-relativistic", expect_commit_relativistic},
    std::pair<std::string_view, Expect>{"commit-relativistic-rounds", expect_commit_relativistic_rounds},
    std::pair<std::string_view, Expect>{"ot-bounded-storage", expect_bounded_transfer},
    std::pair<std::string_view, Expect>{"commit-bounded-storage", expect_bounded_commitment},
    std::pair<std::string_view, Expect>{"ot-from-commitment", expect_ot_from_commitment},
    std::pair<std::string_view, Expect>{"ot-noisy-storage", expect_noisy_transfer},
    std::pair<std::string_view, Expect>{"ot-noisy-storage-hashing", expect_hashing_transfer},
    std::pair<std::string_view, Expect>{"ot-bounded-storage-robust", expect_robust_transfer},
    std::pair<std::string_view, Expect>{"ot-storage-coherent", expect_coherent_transfer},
    std::pair<std::string_view, Expect>{"ot-classical-storage", expect_classical_transfer},
    std::pair<std::string_view, Expect>{"key-classical-storage", expect_classical_key},
    std::pair<std::string_view, Expect>{"two-party-computation", expect_two_party_computation},
    std::pair<std::string_view, Expect>{"one-sided-computation", expect_one_sided_computation},
    std::pair<std::string_view, Expect>{"key-locking", expect_key_locking},
    std::pair<std::string_view, Expect>{"composed-transfer", expect_composed_transfer},
};

std::vector<std::pair<std::string_view, Expect>>& added() {
  static std::vector<std::pair<std::string_view, Expect>> all;
  return all;
}

}  // namespace

std::string_view sign(Relation relation) {
  return relation == Relation::equal ? "=" : relation == Relation::at_most ? "<=" : ">=";
}

void add_expectations(std::string_view protocol, Expect expect) { added().emplace_back(protocol, expect); }

std::vector<Expectation> expectations(const Casting& casting) {
  const auto named = [&](const auto& entry) { return entry.first == casting.protocol->name; };
  if (const auto found = std::ranges::find_if(kKnown, named); found != kKnown.end()) return found->second(casting);
  if (const auto found = std::ranges::find_if(added(), named); found != added().end()) return found->second(casting);
  return {};
}

}  // namespace herald::study
