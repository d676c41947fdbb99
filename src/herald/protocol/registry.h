#pragma once
// Every protocol that `herald run` knows.

#include <span>
#include <string_view>

#include "herald/protocol/protocol.h"

namespace herald {

using Protocols = std::span<const Protocol* const>;

// In the order in which they are listed.
Protocols protocols();

// Errors: not_found, with the nearest names.
Result<const Protocol*> find_protocol(std::string_view name, Protocols known = protocols());

}  // namespace herald
