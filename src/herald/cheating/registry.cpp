#include "herald/cheating/registry.h"

#include <fmt/format.h>

#include <array>

#include "herald/cheating/bounded_storage.h"
#include "herald/cheating/classical_storage.h"
#include "herald/cheating/coin_flip_bb84.h"
#include "herald/cheating/coin_flip_errors.h"
#include "herald/cheating/coin_flip_practical.h"
#include "herald/cheating/coin_flip_strong.h"
#include "herald/cheating/coin_flip_weak.h"
#include "herald/cheating/commitment.h"
#include "herald/cheating/conjugate_coding.h"
#include "herald/cheating/memory_channels.h"
#include "herald/cheating/money.h"
#include "herald/cheating/noisy_storage.h"
#include "herald/cheating/puf.h"
#include "herald/cheating/relativistic.h"
#include "herald/cheating/robust_storage.h"
#include "herald/cheating/two_bases.h"

namespace herald {

std::span<const CheatingTheorem> cheating_theorems() {
  static const std::array kAll = {conjugate_coding_theorem(),       money_theorem(),
                                  coin_flip_bb84_theorem(),         coin_flip_holes_theorem(),
                                  coin_flip_errors_theorem(),       two_bases_theorem(),
                                  coin_flip_kitaev_theorem(),       coin_flip_ambainis_theorem(),
                                  coin_flip_berlin_theorem(),       coin_flip_practical_theorem(),
                                  coin_flip_classical_theorem(),    coin_flip_weak_theorem(),
                                  coin_flip_relativistic_theorem(), commitment_no_go_theorem(),
                                  commitment_optimal_theorem(),     commitment_bb84_theorem(),
                                  commitment_bcjl_theorem(),        commitment_relativistic_theorem(),
                                  commitment_kent_theorem(),        puf_theorem(),
                                  bounded_storage_theorem(),        noisy_storage_theorem(),
                                  individual_storage_theorem(),     robust_storage_theorem(),
                                  memory_channels_theorem(),        classical_storage_theorem()};
  return kAll;
}

Result<const CheatingTheorem*> find_cheating_theorem(std::string_view name) {
  std::string known;
  for (const CheatingTheorem& theorem : cheating_theorems()) {
    if (theorem.name == name) return &theorem;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", theorem.name);
  }
  return fail(ErrorCode::not_found, fmt::format("no cheating theorem is called \"{}\"; known: {}", name, known));
}

}  // namespace herald
