#define _GNU_SOURCE
#include "connection.h"

#include "chunks.h"
#include "head.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { piece_size = 262144, head_limit = 8192 };

static char input[piece_size];
static const char zeros[piece_size];

struct connection {
    int socket, poll;
    const struct answers *answers;
    enum { reading_head, reading_body, reading_chunks, writing, held } state;
    int closes;
    uint64_t body_left, received;
    struct chunks chunks;
    const char *output;
    size_t output_left;
    uint64_t zeros_left;
    size_t partial_length;
    char text[256];
    struct head head;
    char partial[head_limit];
    struct connection *next_held;
};

/* Requests for /hold/N wait for the Nth of them. */
static struct connection *held_connections;
static uint64_t held_count;

struct connection *connection_open(int socket, int poll, const struct answers *answers) {
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) return NULL;
    connection->socket = socket;
    connection->poll = poll;
    connection->answers = answers;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event) == 0) return connection;
    free(connection);
    return NULL;
}

static void close_connection(struct connection *connection) {
    struct connection **link = &held_connections;
    while (connection->state == held && *link != NULL) {
        if (*link == connection) {
            *link = connection->next_held;
            held_count -= 1;
            break;
        }
        link = &(*link)->next_held;
    }
    close(connection->socket);
    free(connection);
}

static void watch(struct connection *connection, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = connection};
    if (epoll_ctl(connection->poll, EPOLL_CTL_MOD, connection->socket, &event) != 0)
        perror("epoll_ctl");
}

/* -1 when the connection has ended, 0 when the socket is full, 1 when all is written. */
static int write_more(struct connection *connection) {
    while (connection->output_left > 0 || connection->zeros_left > 0) {
        size_t piece = connection->zeros_left < piece_size ? connection->zeros_left : piece_size;
        struct iovec parts[2] = {
            {(void *)connection->output, connection->output_left}, {(void *)zeros, piece}};
        ssize_t written = piece == 0
            ? write(connection->socket, connection->output, connection->output_left)
            : writev(connection->socket, parts, 2);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno == EAGAIN ? 0 : -1;
        size_t head = (size_t)written < connection->output_left ? (size_t)written
                                                                 : connection->output_left;
        connection->output += head;
        connection->output_left -= head;
        connection->zeros_left -= (size_t)written - head;
    }
    return connection->closes ? -1 : 1;
}

/* Starts an answer: -1 when the connection has ended. */
static int answer(struct connection *connection, const char *bytes, size_t length, uint64_t more) {
    connection->output = bytes;
    connection->output_left = length;
    connection->zeros_left = more;
    connection->state = writing;
    int outcome = write_more(connection);
    if (outcome == 0) watch(connection, EPOLLOUT);
    if (outcome > 0) connection->state = reading_head;
    return outcome < 0 ? -1 : 0;
}

static void release_held(void) {
    struct connection *waiting = held_connections;
    held_connections = NULL;
    held_count = 0;
    while (waiting != NULL) {
        struct connection *connection = waiting;
        const struct answers *answers = connection->answers;
        waiting = connection->next_held;
        /* Its own event closes it: another one of this batch may still point to it. */
        if (answer(connection, answers->fixed, answers->fixed_length, 0) != 0)
            shutdown(connection->socket, SHUT_RDWR);
    }
}

static int respond(struct connection *connection) {
    const struct answers *answers = connection->answers;
    int64_t number = head_number(&connection->head, "/bytes/");
    int is_sink = connection->head.path_length == 5 &&
                  memcmp(connection->head.path, "/sink", 5) == 0;
    if (number >= 0 || is_sink) {
        char count[32];
        int digits = snprintf(count, sizeof count, "%" PRIu64, connection->received);
        int length = snprintf(connection->text, sizeof connection->text,
                              "HTTP/1.1 200 OK\r\nContent-Length: %" PRId64 "\r\n\r\n%s",
                              is_sink ? digits : number, is_sink ? count : "");
        return answer(connection, connection->text, (size_t)length, is_sink ? 0 : (uint64_t)number);
    }
    number = head_number(&connection->head, "/hold/");
    if (number > 0) {
        connection->state = held;
        connection->next_held = held_connections;
        held_connections = connection;
        held_count += 1;
        if (held_count >= (uint64_t)number) release_held();
        return 0;
    }
    if (connection->head.path_length == 7 && memcmp(connection->head.path, "/status", 7) == 0)
        return answer(connection, answers->status, answers->status_length, 0);
    if (connection->closes)
        return answer(connection, answers->closing, answers->closing_length, 0);
    return answer(connection, answers->fixed, answers->fixed_length, 0);
}

static int begin_request(struct connection *connection, const char *bytes, size_t length) {
    if (head_parse(bytes, length, &connection->head) != 0) return -1;
    connection->closes = connection->head.closes;
    connection->body_left = connection->head.body_length;
    connection->received = 0;
    connection->chunks = (struct chunks){0};
    connection->state = connection->head.is_chunked ? reading_chunks : reading_body;
    /* The path is looked at when the body is there, and its bytes may be gone by then. */
    if (connection->head.path_length > sizeof connection->text - 1) return -1;
    memcpy(connection->text, connection->head.path, connection->head.path_length);
    connection->text[connection->head.path_length] = 0;
    connection->head.path = connection->text;
    return 0;
}

/* Takes bytes of a head; answers with how many, or -1. */
static ssize_t take_head(struct connection *connection, const char *bytes, size_t length) {
    size_t before = connection->partial_length;
    const char *end;
    if (before == 0 && (end = memmem(bytes, length, "\r\n\r\n", 4)) != NULL) {
        size_t size = (size_t)(end - bytes) + 4;
        return begin_request(connection, bytes, size) == 0 ? (ssize_t)size : -1;
    }
    size_t here = length < head_limit - before ? length : head_limit - before;
    memcpy(connection->partial + before, bytes, here);
    end = memmem(connection->partial, before + here, "\r\n\r\n", 4);
    if (end == NULL) {
        connection->partial_length = before + here;
        return connection->partial_length == head_limit ? -1 : (ssize_t)here;
    }
    size_t size = (size_t)(end - connection->partial) + 4;
    connection->partial_length = 0;
    return begin_request(connection, connection->partial, size) == 0 ? (ssize_t)(size - before) : -1;
}

static int take(struct connection *connection, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t taken = 0;
        int is_done = 0;
        switch (connection->state) {
        case reading_head:
            taken = take_head(connection, bytes, length);
            if (taken < 0) return -1;
            is_done = connection->state == reading_body && connection->body_left == 0;
            break;
        case reading_body:
            taken = (ssize_t)(length < connection->body_left ? length : connection->body_left);
            connection->body_left -= (size_t)taken;
            connection->received += (size_t)taken;
            is_done = connection->body_left == 0;
            break;
        case reading_chunks:
            taken = (ssize_t)chunks_feed(&connection->chunks, bytes, length, &is_done);
            connection->received = connection->chunks.total;
            break;
        case writing:
        case held:
            /* A request on top of one that is not answered yet: nobody here does that. */
            return -1;
        }
        bytes += taken;
        length -= (size_t)taken;
        if (is_done && respond(connection) != 0) return -1;
    }
    return 0;
}

void connection_ready(struct connection *connection, uint32_t events) {
    if (events & EPOLLOUT) {
        int outcome = write_more(connection);
        if (outcome < 0) close_connection(connection);
        if (outcome <= 0) return;
        connection->state = reading_head;
        watch(connection, EPOLLIN);
        return;
    }
    ssize_t got = read(connection->socket, input, sizeof input);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0 || take(connection, input, (size_t)got) != 0) close_connection(connection);
}
