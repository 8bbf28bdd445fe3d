/* A server that answers every request with the same bytes: epoll, one thread, no parsing beyond
   the empty line. Usage: fixed_server SOCKET [BODY_BYTES] */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { max_events = 64, max_request = 65536 };

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int listen_on(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        fprintf(stderr, "path too long\n");
        exit(64);
    }
    strcpy(address.sun_path, path);
    unlink(path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0) fail("socket");
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0) fail("bind");
    if (listen(listener, 1024) != 0) fail("listen");
    return listener;
}

static char *make_response(size_t body, size_t *length) {
    char head[128];
    int head_length = snprintf(head, sizeof head,
                               "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5, max=1000000000\r\n"
                               "Content-Length: %zu\r\nContent-Type: plain/text\r\n\r\n", body);
    char *response = malloc(head_length + body);
    if (response == NULL) fail("malloc");
    memcpy(response, head, head_length);
    memset(response + head_length, 'x', body);
    *length = head_length + body;
    return response;
}

static int write_all(int socket, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t written = write(socket, bytes, length);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return -1;
        bytes += written;
        length -= written;
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: fixed_server SOCKET [BODY_BYTES]\n");
        return 64;
    }
    signal(SIGPIPE, SIG_IGN);
    size_t length;
    char *response = make_response(argc > 2 ? strtoul(argv[2], NULL, 10) : 90, &length);
    int listener = listen_on(argv[1]);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    if (poll < 0) fail("epoll_create1");
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event) != 0) fail("epoll_ctl");
    static char request[max_request];
    struct epoll_event events[max_events];
    for (;;) {
        int count = epoll_wait(poll, events, max_events, -1);
        if (count < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < count; i++) {
            int socket = events[i].data.fd;
            if (socket == listener) {
                int accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
                if (accepted < 0) continue;
                event = (struct epoll_event){.events = EPOLLIN, .data.fd = accepted};
                if (epoll_ctl(poll, EPOLL_CTL_ADD, accepted, &event) != 0) close(accepted);
                continue;
            }
            ssize_t got = read(socket, request, sizeof request);
            if (got <= 0 || write_all(socket, response, length) != 0) close(socket);
        }
    }
}
