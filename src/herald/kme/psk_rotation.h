#pragma once
// Two applications change a pre-shared key together: the master draws a key at its KME, the slave fetches it by its ID
// at the other, and neither puts it in force before both have it. State machines without sockets or clock.
//
//   master                             slave
//          <----- holding ID ---------        on every new connection: the key in force, if it is one of ours
//   draw   ------ propose ID -------->        fetch
//          <----- prepared ID --------
//          ------ use ID ------------>        put in force; the former key is kept
//          <----- used ID ------------
//   put in force
//          ------ settled ID -------->        the former key is wiped
//
// `failed` answers propose, use and revert; revert puts the former key back when the master could not follow. When a
// connection breaks between use and used, the next `holding` tells the master which of the two keys the slave has. Ends
// that do not hold the same key change to a new one at once. The connection authenticates both ends and every message.

#include <functional>
#include <optional>
#include <string>

#include "herald/base/codec.h"
#include "herald/kme/etsi014.h"

namespace herald::kme {

inline constexpr std::size_t kPskBytes = 32;
inline constexpr std::size_t kLongestRotationMessage = 512;  // bytes

struct RotationEvents {
  using OnKey = std::function<void(Result<DeliveredKey>)>;
  std::function<void(Bytes)> send;
  // Master and slave respectively; called back once, or never.
  std::function<void(OnKey)> draw;
  std::function<void(const Uuid&, OnKey)> fetch;
  // All or nothing: after an error the former key is in force.
  std::function<Result<void>(const SecretBytes&)> put_in_force;
  std::function<Result<SecretBytes>()> in_force;
  // Both ends have this key now, as far as this end knows.
  std::function<void(const Uuid&)> rotated;
  // This round came to nothing; the former key is in force.
  std::function<void(Error)> failed;
};

class RotationMaster {
 public:
  explicit RotationMaster(RotationEvents events) : m_events(std::move(events)) {}
  void connected();
  void disconnected();
  // Errors: malformed (then the connection shall be closed).
  Result<void> received(ByteView message);
  // Begins a round, unless one is going on or nobody is there.
  void rotate();
  // A round is going on, or the other end has not said yet what it holds.
  bool is_waiting() const { return m_stage != Stage::down && m_stage != Stage::idle; }
  // Another key was put in force, by somebody else.
  void forget() { m_current = {}; }

 private:
  enum class Stage : std::uint8_t { down, greeting, idle, drawing, proposed, committing, reverting };
  void greet(const Uuid& held);
  void settle();
  void give_up(Error why);

  RotationEvents m_events;
  Stage m_stage = Stage::down;
  std::uint64_t m_round = 0;
  Uuid m_current{};                       // all zeros: none of ours
  std::optional<DeliveredKey> m_pending;  // drawn, not yet in force here; the slave may have it in force
};

class RotationSlave {
 public:
  explicit RotationSlave(RotationEvents events) : m_events(std::move(events)) {}
  void connected();
  void disconnected();
  Result<void> received(ByteView message);
  void forget() { m_current = {}; }

 private:
  void fetch(const Uuid& id);
  Result<void> use(const Uuid& id);
  Result<void> revert(const Uuid& id);
  void fail_round(const Uuid& id, const Error& why);

  RotationEvents m_events;
  std::uint64_t m_round = 0;
  Uuid m_current{};
  std::optional<DeliveredKey> m_prepared;
  std::optional<SecretBytes> m_former;  // until the master has followed
};

}  // namespace herald::kme
