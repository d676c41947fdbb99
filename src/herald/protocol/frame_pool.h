#pragma once
// Memory of coroutine frames, kept for the next party of the same size: a run of a protocol allocates nothing after the
// first. Not under AddressSanitizer, from which it would hide a use after free.

#include <array>
#include <cstddef>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#define HERALD_FRAME_POOL 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HERALD_FRAME_POOL 0
#endif
#endif
#ifndef HERALD_FRAME_POOL
#define HERALD_FRAME_POOL 1
#endif

namespace herald::detail {

class FramePool {
 public:
  FramePool() = default;
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;
  ~FramePool() {
    for (Free*& list : m_free)
      while (list != nullptr) {
        Free* const next = list->next;
        ::operator delete(list);
        list = next;
      }
  }

  void* take(std::size_t size) {
    const std::size_t kind = kind_of(size);
    if (kind >= kKinds) return fresh(size);
    if (Free* const frame = m_free[kind]; frame != nullptr) {
      m_free[kind] = frame->next;
      return frame;
    }
    return fresh((kind + 1) * kStep);
  }
  void give_back(void* frame, std::size_t size) noexcept {
    const std::size_t kind = kind_of(size);
    if (kind >= kKinds) {
      ::operator delete(frame);
    } else {
      m_free[kind] = new (frame) Free{m_free[kind]};
    }
  }

 private:
  struct Free {
    Free* next;
  };
  static constexpr std::size_t kStep = 64, kKinds = 64;
  // Apart, because g++ 12 believes a frame's own operators mismatched when it sees through them.
  [[gnu::noinline]] static void* fresh(std::size_t size) { return ::operator new(size); }
  static std::size_t kind_of(std::size_t size) { return (size - 1) / kStep; }

  std::array<Free*, kKinds> m_free{};
};

inline FramePool& frame_pool() {
  thread_local FramePool pool;
  return pool;
}

}  // namespace herald::detail
