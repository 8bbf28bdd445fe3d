// Takes batches of events as cheaply as a server can: reads bodies by their length, counts the
// lines that begin with "E ", and answers 200. One connection at a time is polled with the others.
// Usage: event_receiver SOCKET          prints the events counted when it gets SIGTERM
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { maximum_connections = 64, buffer_size = 1 << 20 };

struct connection {
    char head[8192];
    size_t head_size;
    long body_left; // -1 while the head is read
    char last[2];   // the end of what was counted
};

static volatile sig_atomic_t is_stopped;
static unsigned long events;
static char buffer[buffer_size];
static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

static void stop(int number) { (void)number; is_stopped = 1; }

// Counts "\nE ", also across two reads.
static void count(struct connection *c, const char *bytes, size_t size) {
    for (size_t i = 0; i < size && i < 2; i++) {
        char before = i == 0 ? c->last[1] : bytes[0];
        char first = i == 0 ? c->last[0] : c->last[1];
        if (first == '\n' && before == 'E' && bytes[i] == ' ') events++;
    }
    for (const char *at = bytes, *end = bytes + size;
         (at = memchr(at, '\n', end - at)) && at + 2 < end; at++)
        if (at[1] == 'E' && at[2] == ' ') events++;
    if (size >= 2) memcpy(c->last, bytes + size - 2, 2);
    else if (size == 1) c->last[0] = c->last[1], c->last[1] = bytes[0];
}

static int finish(int fd, struct connection *c) {
    c->body_left = -1;
    c->head_size = 0;
    return write(fd, answer, sizeof answer - 1) == sizeof answer - 1;
}

static int take(int fd, struct connection *c) {
    if (c->body_left < 0) {
        ssize_t size = read(fd, c->head + c->head_size, sizeof c->head - 1 - c->head_size);
        if (size <= 0) return 0;
        c->head_size += size;
        c->head[c->head_size] = 0;
        char *end = memmem(c->head, c->head_size, "\r\n\r\n", 4);
        if (!end) return c->head_size < sizeof c->head - 1;
        char *length = strcasestr(c->head, "content-length:");
        if (!length || length > end) return 0;
        c->body_left = atol(length + 15);
        c->last[0] = c->last[1] = 0;
        size_t rest = c->head + c->head_size - (end + 4);
        count(c, end + 4, rest);
        c->body_left -= rest;
    } else {
        size_t wanted = c->body_left < buffer_size ? c->body_left : buffer_size;
        ssize_t size = read(fd, buffer, wanted);
        if (size <= 0) return 0;
        count(c, buffer, size);
        c->body_left -= size;
    }
    return c->body_left > 0 || finish(fd, c);
}

int main(int argc, char **argv) {
    if (argc != 2) return 64;
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", argv[1]);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    unlink(argv[1]);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 64)) {
        perror("listen");
        return 1;
    }
    puts("listening");
    fflush(stdout);
    static struct pollfd polled[maximum_connections + 1];
    static struct connection *connections[maximum_connections + 1];
    int polled_count = 1;
    polled[0] = (struct pollfd){.fd = listener, .events = POLLIN};
    while (!is_stopped) {
        if (poll(polled, polled_count, -1) < 0) continue;
        for (int i = polled_count - 1; i > 0; i--) {
            if (!polled[i].revents || take(polled[i].fd, connections[i])) continue;
            close(polled[i].fd);
            free(connections[i]);
            polled[i] = polled[--polled_count];
            connections[i] = connections[polled_count];
        }
        if (polled[0].revents && polled_count <= maximum_connections) {
            int fd = accept(listener, NULL, NULL);
            if (fd < 0) continue;
            polled[polled_count] = (struct pollfd){.fd = fd, .events = POLLIN};
            connections[polled_count] = calloc(1, sizeof(struct connection));
            connections[polled_count++]->body_left = -1;
        }
    }
    printf("%lu\n", events);
    unlink(argv[1]);
    return 0;
}
