#pragma once
// Every theorem that a figure of this software may rest on. `herald rate --list`, the documentation and the tests walk
// it.

#include <span>
#include <string_view>

#include "herald/proof/claim.h"

namespace herald {

std::span<const Theorem> theorems();

// Errors: not_found, naming those that are.
Result<const Theorem*> find_theorem(std::string_view name);

// What a key of this length is believed for, as it stands in its provenance.
Provenance provenance_of(const KeyLength& key, Origin origin);

}  // namespace herald
