#pragma once
// Memory that is wiped when it is freed, all of it: keys also pass through memory of libraries that leave them there,
// such as the copy that Botan's TLS makes of what it is about to encrypt.

namespace herald {

// From now on the program's operator delete wipes what it frees (src/main.cpp). A program of one's own needs an
// operator delete of that kind.
void wipe_freed_memory();
bool is_freed_memory_wiped();

}  // namespace herald
