#pragma once
// A key distribution protocol as a link runs it: what both ends must have in common, and the two parties of a block.

#include <cstdint>
#include <optional>
#include <string>

#include "herald/base/random.h"
#include "herald/protocol/outcome.h"
#include "herald/protocol/wire.h"

namespace herald::link {

struct BlockContext {
  std::uint64_t number = 0;
  ErrorRate expected_error_rate;  // in the key basis; fixes how much reconciliation may disclose
};

class BlockProtocol {
 public:
  virtual ~BlockProtocol() = default;
  // "key = value" lines; the ends compare them and bind them into every tag.
  virtual std::string describe() const = 0;
  virtual ErrorRate first_error_rate() const = 0;
  virtual ErrorRate abort_error_rate() const = 0;
  virtual Epsilon epsilon() const = 0;  // of one block
  // `peer` and `lab` outlive the party.
  virtual Party<BlockOutcome> alice(Wire& peer, Wire& lab, BlockContext block, SecretRandom& random) = 0;
  virtual Party<BlockOutcome> bob(Wire& peer, Wire& lab, BlockContext block, SecretRandom& random) = 0;
};

// What stands between an end and its light: gives a wire a block.
class Lab {
 public:
  virtual ~Lab() = default;
  virtual Wire& open(std::uint64_t block) = 0;
  virtual void shut(std::uint64_t block) = 0;
  // Why there is no such block, and none after it: a recording's end.
  virtual std::optional<std::string> missing(std::uint64_t) const { return std::nullopt; }
};

}  // namespace herald::link
