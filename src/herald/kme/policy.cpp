#include "herald/kme/policy.h"

#include <algorithm>
#include <cmath>

namespace herald::kme {

std::optional<Budget::Time> Budget::take(double amount, double per_s, double limit, Time now) {
  const double seconds = std::chrono::duration<double>(now - m_at).count();
  m_left = m_left < -1 ? limit : std::min(limit, m_left + seconds * per_s);
  m_at = now;
  if (m_left >= amount - 1e-6) {  // whoever waited as long as it was told gets it, whatever was rounded
    m_left -= amount;
    return std::nullopt;
  }
  return Time(static_cast<std::int64_t>(std::ceil((std::min(amount, limit) - m_left) / per_s * 1000)));
}

}  // namespace herald::kme
