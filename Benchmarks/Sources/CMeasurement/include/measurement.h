/* What every client records: the nanoseconds of each request, and what the measured part cost.
   C's and Swift's clients share it. */
#ifndef MEASUREMENT_H
#define MEASUREMENT_H

#include <stddef.h>
#include <stdint.h>

/* Gets memory for that many requests, all of it resident, so that recording one costs 8 bytes. */
void measurement_prepare(size_t requests);

/* Nanoseconds of the monotonic clock. */
uint64_t measurement_now(void);

/* The measured part begins; what came before was warm-up. */
void measurement_begin(void);

/* When the measured part began, by measurement_now. */
uint64_t measurement_start(void);

/* A request ended; may be called from any thread. */
void measurement_record(uint64_t nanoseconds);

/* The measured part has ended. */
void measurement_end(void);

/* Writes the times as 64-bit little-endian numbers to a file, and one line of JSON to standard
   output. Exits with 1 when the file can't be written or not all requests were recorded. */
void measurement_write(const char *file);

#endif
