#pragma once
// A pad store that forgets everything with the process: for trials in memory, and for tests.

#include <map>

#include "herald/auth/pad_book.h"

namespace herald {

class MemoryPadStore : public PadStore {
 public:
  Result<State> load() override { return m_state; }
  Result<void> append(const PadSegment& segment, BitView pad) override {
    m_state.segments.push_back(segment);
    m_pads[segment.id] = SecretBits::duplicate_secret(pad);
    return {};
  }
  Result<void> spend(const PadRange& range, PadPurpose) override {
    m_state.spent.push_back(range);
    return {};
  }
  Result<SecretBits> take(const PadRange& range) override {
    return secret_slice(m_pads.at(range.segment), range.offset, range.length);
  }

 private:
  State m_state;
  std::map<Uuid, SecretBits> m_pads;
};

}  // namespace herald
