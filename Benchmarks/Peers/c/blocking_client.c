/* The floor: one blocking socket, write and read, and the least that an answer can be looked at. */
#define _GNU_SOURCE
#include "client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char input[262144];
static struct response response;

static int connect_to(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection < 0) client_fail("socket");
    if (connect(connection, (struct sockaddr *)&address, sizeof address) != 0)
        client_fail("connect");
    return connection;
}

static void write_all(int connection, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t written = write(connection, bytes, length);
        if (written < 0) client_fail("write");
        bytes += written;
        length -= (size_t)written;
    }
}

static void exchange(int connection, const struct request *request) {
    write_all(connection, request->bytes, request->length);
    for (uint64_t left = request->zeros; left > 0;) {
        size_t piece = left < sizeof client_zeros ? (size_t)left : sizeof client_zeros;
        write_all(connection, client_zeros, piece);
        left -= piece;
    }
    response_begin(&response, request);
    int is_complete;
    do {
        ssize_t got = read(connection, input, sizeof input);
        if (got < 0) client_fail("read");
        if (got == 0) {
            errno = ECONNRESET;
            client_fail("read");
        }
        is_complete = response_feed(&response, input, (size_t)got);
    } while (!is_complete);
}

int main(int argc, char **argv) {
    struct options options = options_read(argc, argv, "write and read");
    if (options.callers != 1) return 64;
    measurement_prepare((size_t)options.requests);
    int connection = -1;
    for (int is_warmup = 1; is_warmup >= 0; is_warmup--) {
        struct request request = request_make(&options, is_warmup);
        if (!is_warmup) measurement_begin();
        long count = is_warmup ? options.warmup : options.requests;
        for (long i = 0; i < count; i++) {
            uint64_t due = is_warmup ? 0 : due_time(&options, i);
            if (due > measurement_now()) wait_until(due);
            uint64_t start = due ? due : measurement_now();
            if (connection < 0) connection = connect_to(options.socket);
            exchange(connection, &request);
            if (!is_warmup) measurement_record(measurement_now() - start);
            if (!is_warmup || options.work != work_hold) response_check(&response, &options);
            if (!request.closes) continue;
            close(connection);
            connection = -1;
        }
    }
    measurement_end();
    measurement_write(options.out);
    return 0;
}
