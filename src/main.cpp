#include "herald/cli/command.h"

int main(int argc, char** argv) { return herald::cli::run(argc, argv); }
