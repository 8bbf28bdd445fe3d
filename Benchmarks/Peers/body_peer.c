/* Bodies of any size, one blocking thread for each connection.
   Usage: body_peer serve SOCKET            GET /N answers with N bytes, PUT with how many came
          body_peer download SOCKET BYTES   reads such an answer with plain read calls
          body_peer upload SOCKET BYTES     sends such a body with plain write calls */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { piece_size = 65536 };
static char zeros[piece_size];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static struct sockaddr_un address_of(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        fprintf(stderr, "path too long\n");
        exit(64);
    }
    strcpy(address.sun_path, path);
    return address;
}

static int write_all(int socket, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t written = write(socket, bytes, length);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return -1;
        bytes += written;
        length -= (size_t)written;
    }
    return 0;
}

static int write_zeros(int socket, uint64_t count) {
    while (count > 0) {
        size_t piece = count < piece_size ? (size_t)count : piece_size;
        if (write_all(socket, zeros, piece) != 0) return -1;
        count -= piece;
    }
    return 0;
}

/* Bytes that were read and are not used yet. */
struct input {
    int socket;
    size_t start, end;
    char bytes[piece_size];
};

static int fill(struct input *input) {
    ssize_t count;
    do count = read(input->socket, input->bytes, piece_size);
    while (count < 0 && errno == EINTR);
    if (count <= 0) return -1;
    input->start = 0;
    input->end = (size_t)count;
    return 0;
}

static int read_line(struct input *input, char *line, size_t size) {
    size_t length = 0;
    for (;;) {
        if (input->start == input->end && fill(input) != 0) return -1;
        char byte = input->bytes[input->start++];
        if (byte == '\n') break;
        if (byte != '\r' && length + 1 < size) line[length++] = byte;
    }
    line[length] = 0;
    return 0;
}

static int skip(struct input *input, uint64_t count) {
    while (count > 0) {
        if (input->start == input->end && fill(input) != 0) return -1;
        size_t here = input->end - input->start;
        if (here > count) here = (size_t)count;
        input->start += here;
        count -= here;
    }
    return 0;
}

static int skip_chunks(struct input *input, uint64_t *total) {
    char line[256];
    for (;;) {
        if (read_line(input, line, sizeof line) != 0) return -1;
        uint64_t size = strtoull(line, NULL, 16);
        if (skip(input, size) != 0 || read_line(input, line, sizeof line) != 0) return -1;
        if (size == 0) return 0;
        *total += size;
    }
}

static void *serve(void *argument) {
    struct input *input = calloc(1, sizeof *input);
    if (input == NULL) fail("calloc");
    input->socket = (int)(intptr_t)argument;
    char line[4096];
    while (read_line(input, line, sizeof line) == 0) {
        uint64_t wanted = 0, length = 0;
        int is_chunked = 0;
        sscanf(line, "%*s /%lu", &wanted);
        while (read_line(input, line, sizeof line) == 0 && line[0] != 0) {
            if (strncasecmp(line, "Content-Length:", 15) == 0) length = strtoull(line + 15, NULL, 10);
            if (strcasecmp(line, "Transfer-Encoding: chunked") == 0) is_chunked = 1;
        }
        if (is_chunked ? skip_chunks(input, &length) : skip(input, length)) break;
        char response[256], body[32];
        snprintf(body, sizeof body, "%lu", length);
        int size = snprintf(response, sizeof response,
                            "HTTP/1.1 200 OK\r\nContent-Length: %lu\r\n\r\n%s",
                            wanted > 0 ? wanted : strlen(body), wanted > 0 ? "" : body);
        if (write_all(input->socket, response, (size_t)size) != 0) break;
        if (write_zeros(input->socket, wanted) != 0) break;
    }
    close(input->socket);
    free(input);
    return NULL;
}

static _Noreturn void run_server(const char *path) {
    struct sockaddr_un address = address_of(path);
    unlink(path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0) fail("socket");
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0) fail("bind");
    if (listen(listener, 64) != 0) fail("listen");
    puts("listening");
    fflush(stdout);
    for (;;) {
        int connection = accept(listener, NULL, NULL);
        if (connection < 0) fail("accept");
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)connection) != 0) fail("thread");
        pthread_detach(thread);
    }
}

static int run_client(const char *path, int is_download, uint64_t size) {
    struct sockaddr_un address = address_of(path);
    struct input *input = calloc(1, sizeof *input);
    if (input == NULL) fail("calloc");
    input->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (input->socket < 0) fail("socket");
    if (connect(input->socket, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    char text[256];
    snprintf(text, sizeof text, "%s /%lu HTTP/1.1\r\nContent-Length: %lu\r\n\r\n",
             is_download ? "GET" : "PUT", is_download ? size : 0, is_download ? 0 : size);
    if (write_all(input->socket, text, strlen(text)) != 0) fail("write");
    if (!is_download && write_zeros(input->socket, size) != 0) fail("write");
    do if (read_line(input, text, sizeof text) != 0) fail("read");
    while (text[0] != 0);
    if (is_download && skip(input, size) != 0) fail("read");
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
    printf("{\"seconds\": %.6f}\n", seconds);
    return 0;
}

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    if (argc == 3 && strcmp(argv[1], "serve") == 0) run_server(argv[2]);
    if (argc == 4 && strcmp(argv[1], "download") == 0)
        return run_client(argv[2], 1, strtoull(argv[3], NULL, 10));
    if (argc == 4 && strcmp(argv[1], "upload") == 0)
        return run_client(argv[2], 0, strtoull(argv[3], NULL, 10));
    fprintf(stderr, "usage: body_peer serve SOCKET | download SOCKET BYTES | upload SOCKET BYTES\n");
    return 64;
}
