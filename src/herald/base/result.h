#pragma once
// Three kinds of failure (docs/architecture.md): our own bug (HERALD_CHECK), an outside fault (Result<T>), and a
// protocol's outcome (a value of the protocol's own type).

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace herald {

// What went wrong, for a caller to act on. Each has an exit status of its own kind in the program (cli/).
enum class ErrorCode {
  invalid_argument,  // a value outside what is possible: a probability of 1.2
  malformed,         // bytes that are not what they claim to be: a file, a message
  not_found,         // a file, a key, a table
  io,                // a read, write or close that failed; a full disk
  version,           // another version of a file, a store or a peer
  disagreement,      // the two ends are set up differently
  authentication,    // a tag does not verify
  exhausted,         // pads, epsilon budget, keys: there is no more
  unavailable,       // the peer is silent or gone
  insecure,          // refused because the result would not be secret
  interrupted,       // asked to stop
  aborted,           // the peer gave the protocol up
};

std::string_view to_string(ErrorCode code);

struct Error {
  ErrorCode code;
  std::string message;  // names the thing, what is wrong with it, and the way out

  bool operator==(const Error&) const = default;
};

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected(Error{code, std::move(message)});
}

[[noreturn]] void bug(const char* condition, const char* file, int line);

}  // namespace herald

// Always on, in release builds too: a broken invariant of our own ends the process rather than a key's secrecy.
#define HERALD_CHECK(condition) ((condition) ? static_cast<void>(0) : ::herald::bug(#condition, __FILE__, __LINE__))

#define HERALD_CONCAT_INNER(a, b) a##b
#define HERALD_CONCAT(a, b) HERALD_CONCAT_INNER(a, b)
// HERALD_TRY(auto x, expression): x is the value, or the enclosing function returns the error.
#define HERALD_TRY(declaration, ...) HERALD_TRY_INNER(HERALD_CONCAT(herald_result_, __LINE__), declaration, __VA_ARGS__)
#define HERALD_TRY_INNER(result, declaration, ...)                \
  auto result = (__VA_ARGS__);                                    \
  if (!result) return std::unexpected(std::move(result.error())); \
  declaration = std::move(*result)
#define HERALD_TRY_VOID(...) \
  if (auto herald_status = (__VA_ARGS__); !herald_status) return std::unexpected(std::move(herald_status.error()))
