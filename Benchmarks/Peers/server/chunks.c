#include "chunks.h"

static int digit(char byte) {
    if (byte >= '0' && byte <= '9') return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

size_t chunks_feed(struct chunks *chunks, const char *bytes, size_t length, int *done) {
    size_t at = 0;
    *done = 0;
    while (at < length) {
        if (chunks->state == chunk_data) {
            size_t here = length - at;
            if (here > chunks->left) here = (size_t)chunks->left;
            at += here;
            chunks->left -= here;
            chunks->total += here;
            if (chunks->left == 0) chunks->state = chunk_end;
            continue;
        }
        char byte = bytes[at++];
        if (byte == '\r') continue;
        int is_end = byte == '\n';
        switch (chunks->state) {
        case chunk_size:
            if (is_end) {
                chunks->left = chunks->size;
                chunks->size = 0;
                chunks->state = chunks->left > 0 ? chunk_data : last_line;
            } else if (digit(byte) >= 0) {
                chunks->size = chunks->size * 16 + (uint64_t)digit(byte);
            }
            break;
        case chunk_end:
            if (is_end) chunks->state = chunk_size;
            break;
        case last_line:
            if (is_end) {
                *done = 1;
                return at;
            }
            chunks->state = line_is_not_empty;
            break;
        case line_is_not_empty:
            if (is_end) chunks->state = last_line;
            break;
        case chunk_data:
            break;
        }
    }
    return at;
}
