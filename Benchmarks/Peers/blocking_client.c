/* The floor: one blocking socket, write and read, and a look for the end of the head and the
   body's length. Usage: blocking_client SOCKET REQUESTS; prints nanoseconds, one line a request. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + time.tv_nsec;
}

static void exchange(int socket, const char *request, size_t length, char *buffer, size_t size) {
    if (write(socket, request, length) != (ssize_t)length) fail("write");
    size_t got = 0, wanted = 0;
    do {
        ssize_t count = read(socket, buffer + got, size - 1 - got);
        if (count <= 0) fail("read");
        got += count;
        buffer[got] = 0;
        char *end = strstr(buffer, "\r\n\r\n");
        if (end == NULL) continue;
        char *field = strcasestr(buffer, "content-length:");
        wanted = (end + 4 - buffer) + (field ? strtoul(field + 15, NULL, 10) : 0);
    } while (wanted == 0 || got < wanted);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: blocking_client SOCKET REQUESTS\n");
        return 64;
    }
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
    int socket_fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(socket_fd, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    const char request[] = "POST /metrics/list HTTP/1.1\r\nHost: localhost\r\n"
                           "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    static char buffer[1 << 20];
    long requests = strtol(argv[2], NULL, 10);
    uint64_t *times = malloc(requests * sizeof *times);
    if (times == NULL) fail("malloc");
    for (long i = 0; i < requests; i++) {
        uint64_t start = now();
        exchange(socket_fd, request, sizeof request - 1, buffer, sizeof buffer);
        times[i] = now() - start;
    }
    for (long i = 0; i < requests; i++) printf("%llu\n", (unsigned long long)times[i]);
    return 0;
}
