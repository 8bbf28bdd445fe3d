/* What of a request's head the server looks at. */
#ifndef HEAD_H
#define HEAD_H

#include <stddef.h>
#include <stdint.h>

struct head {
    const char *path;
    size_t path_length;
    uint64_t body_length;
    int is_chunked;
    int closes;
};

/* Reads a head that ends with an empty line; -1 when it is none. */
int head_parse(const char *bytes, size_t length, struct head *head);

/* The number behind a prefix of the path, such as /bytes/; -1 when the path is another. */
int64_t head_number(const struct head *head, const char *prefix);

#endif
