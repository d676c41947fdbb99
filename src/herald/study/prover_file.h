#pragma once
// A protocol from a file, for the numerical prover: states, measurements, announcements, key map and statistics, or a
// channel to compute them from. The form of the file is in docs/file-formats.md, examples in examples/prover/.

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "herald/proof/prover/prover.h"

namespace herald::study {

// A number of the file by its dotted name ("channel.depolarising", "bob.V.weight"), and what to put in its place.
using Override = std::pair<std::string, double>;

struct ProtocolFile {
  std::string title;
  CharacterisedProtocol protocol;
  std::vector<Observed> observed;
  SiftedPart sifted;                     // NaN where the statistics do not tell
  double reconciliation_efficiency = 1;  // f, of Slepian and Wolf's bound
  std::optional<double> leak;            // bits per round sent that reconciliation discloses, instead of f H(Z|Y)
};

struct ProverReport {
  std::string title;
  double rate = 0;       // secret bits per round sent; negative: so far from a key
  double certified = 0;  // bits per round that Eve lacks, at least
  double gap = 0;        // ProverBound's estimate - secret_bits
  int iterations = 0;
  // "sifted", "error_rate", "reconciliation" (bits per round), "rate_per_sifted", "dimension", "rounding": those that
  // are known.
  std::vector<std::pair<std::string_view, double>> figures;
};

// Errors: not_found, io, malformed (no TOML), invalid_argument (all that is wrong with the description, with file and
// line); not_found for an override of what is no number of the file.
Result<ProtocolFile> read_protocol(const std::filesystem::path& path, std::span<const Override> overrides = {});
// The text of a file called `name`.
Result<ProtocolFile> parse_protocol(std::string_view text, std::string_view name,
                                    std::span<const Override> overrides = {});

// Reads, proves, and subtracts the cost of reconciliation. Errors: as read_protocol; invalid_argument when no state
// explains the statistics.
Result<ProverReport> prove_file(const std::filesystem::path& path, std::span<const Override> overrides = {});
Result<ProverReport> prove_protocol(const ProtocolFile& file);

}  // namespace herald::study
