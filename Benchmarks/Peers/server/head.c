#define _GNU_SOURCE
#include "head.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int is_field(const char *line, size_t length, const char *name, size_t name_length) {
    return length > name_length && line[name_length] == ':' &&
           strncasecmp(line, name, name_length) == 0;
}

int head_parse(const char *bytes, size_t length, struct head *head) {
    const char *end = bytes + length;
    const char *line_end = memmem(bytes, length, "\r\n", 2);
    const char *path = memchr(bytes, ' ', length);
    if (line_end == NULL || path == NULL || path > line_end) return -1;
    path += 1;
    const char *path_end = memchr(path, ' ', (size_t)(line_end - path));
    if (path_end == NULL) return -1;
    *head = (struct head){.path = path, .path_length = (size_t)(path_end - path)};
    for (const char *line = line_end + 2; line < end - 2; line = line_end + 2) {
        line_end = memmem(line, (size_t)(end - line), "\r\n", 2);
        if (line_end == NULL) return -1;
        size_t size = (size_t)(line_end - line);
        if (is_field(line, size, "Content-Length", 14))
            head->body_length = strtoull(line + 15, NULL, 10);
        else if (is_field(line, size, "Transfer-Encoding", 17))
            head->is_chunked = 1;
        else if (is_field(line, size, "Connection", 10))
            head->closes = memmem(line, size, "lose", 4) != NULL;
    }
    return 0;
}

int64_t head_number(const struct head *head, const char *prefix) {
    size_t length = strlen(prefix);
    if (head->path_length <= length || memcmp(head->path, prefix, length) != 0) return -1;
    return strtoll(head->path + length, NULL, 10);
}
