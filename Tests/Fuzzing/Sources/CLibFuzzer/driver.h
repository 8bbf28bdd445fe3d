// libFuzzer as a library: its own `main` gives way to that of a Swift executable.
#ifndef FUZZING_DRIVER_H
#define FUZZING_DRIVER_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(
    int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));

#endif
