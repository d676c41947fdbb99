#pragma once
// Memory for what must not leak: locked where the system allows it, left out of core dumps, wiped before it is given
// back.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace herald {

// Writes zeros that the optimiser cannot remove.
void wipe(void* data, std::size_t bytes);

// Whole pages, locked and excluded from core dumps as far as the system allows; zeroed. Ends the process when memory is
// out.
void* allocate_secret(std::size_t bytes);
void free_secret(void* data, std::size_t bytes);

// Equality in time that depends on the lengths alone.
bool constant_time_equal(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b);

template <typename T>
struct SecretAllocator {
  using value_type = T;
  SecretAllocator() = default;
  template <typename U>
  SecretAllocator(const SecretAllocator<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(allocate_secret(n * sizeof(T))); }
  void deallocate(T* data, std::size_t n) { free_secret(data, n * sizeof(T)); }
  template <typename U>
  bool operator==(const SecretAllocator<U>&) const {
    return true;
  }
};

// Secret bytes: move-only, wiped on destruction, compared in constant time, not printable.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::size_t size) : m_bytes(size) {}
  // Copies; the caller wipes its own.
  explicit SecretBytes(std::span<const std::uint8_t> bytes) : m_bytes(bytes.begin(), bytes.end()) {}
  SecretBytes(SecretBytes&&) noexcept = default;
  SecretBytes& operator=(SecretBytes&&) noexcept = default;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;

  std::size_t size() const { return m_bytes.size(); }
  // The one greppable way out of secret memory.
  std::span<const std::uint8_t> expose_secret() const { return m_bytes; }
  std::span<std::uint8_t> expose_secret_mutable() { return m_bytes; }

  friend bool operator==(const SecretBytes& a, const SecretBytes& b) {
    return constant_time_equal(a.expose_secret(), b.expose_secret());
  }

 private:
  std::vector<std::uint8_t, SecretAllocator<std::uint8_t>> m_bytes;
};

}  // namespace herald
