// Links what a library of ours must bring along: our own archive, and Botan below it.
#include <cstdio>

#include "herald/base/codec.h"
#include "herald/base/random.h"

int main() {
  herald::SimulationRandom simulation(1);
  herald::SecretRandom secret;
  herald::Writer writer;
  writer.varint(simulation.next_word());
  const bool differs = secret.next_word() != secret.next_word();
  std::printf("%zu bytes\n", writer.bytes().size());
  return differs && !writer.bytes().empty() ? 0 : 1;
}
