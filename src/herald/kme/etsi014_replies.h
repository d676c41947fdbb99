#pragma once
// The replies of ETSI GS QKD 014 as a client reads them. A server is a stranger too: what it sends is checked against
// what was asked, and a key that is not as it should be is no key.

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "herald/kme/etsi014.h"

namespace herald::kme {

// Status, 6.1. Errors: malformed.
Result<Status> read_status(std::string_view body);

// What a key container shall hold: this many keys under different IDs, of one size.
struct AskedKeys {
  std::uint64_t number = 1;
  std::optional<std::uint64_t> size;  // bits; nothing: what the KME has for its default
  std::vector<Uuid> ids = {};         // exactly these, in any order; empty: any
};
// Key container, 6.3; with `ids`, in their order. `body` is overwritten where it holds keys. Errors: malformed;
// disagreement (other keys than asked for).
Result<std::vector<DeliveredKey>> read_container(std::span<char> body, const AskedKeys& asked);

// Why a reply of another status than 200 brings nothing: with the KME's own words, if it has any (Error, 6.5).
Error read_error(unsigned status, std::string_view body);

}  // namespace herald::kme
