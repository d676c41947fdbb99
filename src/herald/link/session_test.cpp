#include "herald/link/session.h"

#include <gtest/gtest.h>

#include "herald/auth/memory_pad_store.h"
#include "herald/link/lab.h"
#include "herald/link/link_config.h"
#include "herald/link/runner.h"
#include "herald/protocol/bb84/simulated_light.h"
#include "herald/protocol/eve.h"
#include "herald/store/secret_file.h"
#include "herald/store/test_store.h"

