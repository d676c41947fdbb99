#pragma once
// What an application may ask for, and how often.

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace herald::kme {

struct Policy {
  double requests_per_s = 0;            // 0: as many as it likes; a second's worth may come at once
  std::uint64_t keys_per_hour = 0;      // as a master; 0: as many as there are; an hour's worth may be had at once
  std::uint64_t leave = 0;              // bytes of a pool that it leaves for others when keys are short
  std::set<std::string> partners;       // applications with which it shares keys; empty: all
  std::optional<std::uint64_t> hold_s;  // its keys wait for their slaves so long
  bool is_hybrid = false;               // its keys are combined with secrets of ML-KEM
  std::uint64_t idempotency_s = 0;      // a reply with keys may be had again so long; 0: each is given once
  bool allows(const std::string& partner) const { return partners.empty() || partners.contains(partner); }
};

// A budget that fills with time up to its limit.
class Budget {
 public:
  using Time = std::chrono::milliseconds;
  // `amount` of it, if there is so much; otherwise how long until there is (never more than a budget holds).
  std::optional<Time> take(double amount, double per_s, double limit, Time now);
  void give_back(double amount) { m_left += amount; }

 private:
  double m_left = -2;  // never asked yet: full
  Time m_at{};
};

}  // namespace herald::kme
