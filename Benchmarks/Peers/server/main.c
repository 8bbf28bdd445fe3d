/* The server that every client is measured against: epoll, one thread, any number of connections.
   Usage: fixed_server SOCKET STATUS_FILE
     /status        answers with the file's bytes
     /bytes/N       answers with N bytes
     /sink          reads a body of any size, and answers with its size
     /hold/N        answers when N such requests wait
     anything else  answers with the same 90 bytes
   A request with Connection: close is answered, and its connection closed. */
#define _GNU_SOURCE
#include "connection.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { max_events = 256, fixed_size = 90, max_status = 65536 };

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
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0) fail("socket");
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0) fail("bind");
    if (listen(listener, 4096) != 0) fail("listen");
    return listener;
}

static const char *response_to(
    const char *body, size_t size, const char *fields, size_t *length) {
    char *response = malloc(256 + size);
    if (response == NULL) fail("malloc");
    /* As the engine's head is, but for the limit: a connection is never used up. */
    int head = snprintf(response, 256,
                        "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5, max=1000000000\r\n"
                        "Content-Length: %zu\r\nContent-Type: plain/text\r\n%s\r\n", size, fields);
    memcpy(response + head, body, size);
    *length = (size_t)head + size;
    return response;
}

static size_t read_file(const char *path, char *bytes, size_t size) {
    FILE *file = fopen(path, "r");
    if (file == NULL) fail(path);
    size_t length = fread(bytes, 1, size, file);
    fclose(file);
    return length;
}

static void accept_all(int listener, int poll, const struct answers *answers) {
    for (;;) {
        int accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (accepted < 0 && errno == EAGAIN) return;
        if (accepted < 0) fail("accept4");
        if (connection_open(accepted, poll, answers) == NULL) close(accepted);
    }
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: fixed_server SOCKET STATUS_FILE\n");
        return 64;
    }
    signal(SIGPIPE, SIG_IGN);
    static char status[max_status], fixed[fixed_size];
    memset(fixed, 'x', sizeof fixed);
    struct answers answers;
    answers.fixed = response_to(fixed, sizeof fixed, "", &answers.fixed_length);
    answers.closing =
        response_to(fixed, sizeof fixed, "Connection: close\r\n", &answers.closing_length);
    size_t status_size = read_file(argv[2], status, sizeof status);
    answers.status = response_to(status, status_size, "", &answers.status_length);
    int listener = listen_on(argv[1]);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    if (poll < 0) fail("epoll_create1");
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event) != 0) fail("epoll_ctl");
    puts("listening");
    fflush(stdout);
    static struct epoll_event events[max_events];
    for (;;) {
        int count = epoll_wait(poll, events, max_events, -1);
        if (count < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == NULL)
                accept_all(listener, poll, &answers);
            else
                connection_ready(events[i].data.ptr, events[i].events);
        }
    }
}
