/* Counts the bytes of a chunked body, however it is cut. */
#ifndef CHUNKS_H
#define CHUNKS_H

#include <stddef.h>
#include <stdint.h>

struct chunks {
    uint64_t left;    /* of the chunk's data */
    uint64_t total;   /* of all data so far */
    uint64_t size;    /* as far as its digits were read */
    enum { chunk_size, chunk_data, chunk_end, last_line, line_is_not_empty } state;
};

/* Takes bytes; answers with how many belong to the body, and sets `done` at its end. */
size_t chunks_feed(struct chunks *chunks, const char *bytes, size_t length, int *done);

#endif
