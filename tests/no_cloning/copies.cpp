// What physics forbids does not compile: -DCOPY=Qubit or -DASSIGN=Qubit, or of another type, fails, and the message
// names the deleted copy. With neither it compiles (tests/CMakeLists.txt).
#include "herald/quantum/qubit_string.h"

template <typename T>
void move_away() {
  T original;
  T moved(std::move(original));
  original = std::move(moved);
}

int main() {
  move_away<herald::Qubit>();
  move_away<herald::QubitString>();
#if defined(COPY)
  herald::COPY original;
  const herald::COPY second(original);
#elif defined(ASSIGN)
  herald::ASSIGN original;
  herald::ASSIGN second;
  second = original;
#endif
}
