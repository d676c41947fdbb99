#pragma once
// Transfers of bits between two parties of a joint computation, many at a time: a quantum transfer each, or extended.

#include <memory>
#include <vector>

#include "herald/protocol/computation/joint_computation.h"

namespace Botan {
class StreamCipher;
}

namespace herald::joint_computation {

inline constexpr std::size_t kColumns = 128;  // of the extension: its security parameter

// AES-128 in counter mode from a transferred seed.
class Keystream {
 public:
  explicit Keystream(BitView seed);
  Keystream(Keystream&&) noexcept;
  Keystream& operator=(Keystream&&) noexcept;
  ~Keystream();
  // The next bits, of whole bytes.
  BitString next(std::size_t bits);

 private:
  std::unique_ptr<Botan::StreamCipher> m_cipher;
};

// Who has two bits a transfer. Stays in place while its parties run.
class BitSender {
 public:
  BitSender(Peer& receiver, SimulationRandom& random, const JointComputation& joint, bool stores);
  // Once, before the first send(): extended, the quantum transfers of the seeds.
  Party<bool> begin();
  Party<bool> send(const BitString& zero, const BitString& one);
  // Extended, by one who stores photons: what the receiver chose in the last send().
  const BitString& choices() const { return m_choices; }

 private:
  Party<bool> send_extended(const BitString& zero, const BitString& one);

  Peer* m_receiver;
  SimulationRandom* m_random;
  ObliviousTransfer m_of_bits, m_of_seeds;
  bool m_extended, m_stores;
  BitString m_secret;                // extended: which of each column's two seeds it has
  std::vector<Keystream> m_streams;  // of each column
  std::vector<Keystream> m_other;    // of the first column, the other seed's; of one who stores photons
  std::uint64_t m_sent = 0;
  BitString m_choices;
};

// Who chooses.
class BitReceiver {
 public:
  BitReceiver(Peer& sender, SimulationRandom& random, const JointComputation& joint, bool stores);
  Party<bool> begin();
  Party<BitString> receive(const BitString& choices);
  // Not extended, by one who stores photons: where the two bits of the last receive() differ.
  const BitString& differences() const { return m_differences; }

 private:
  Party<BitString> receive_extended(const BitString& choices);

  Peer* m_sender;
  SimulationRandom* m_random;
  ObliviousTransfer m_of_bits, m_of_seeds;
  bool m_extended, m_stores;
  std::vector<Keystream> m_zero, m_one;  // extended: of each column
  std::uint64_t m_received = 0;
  BitString m_differences;
};

}  // namespace herald::joint_computation
