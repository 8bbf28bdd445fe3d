#define _GNU_SOURCE
#include "client.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { fixed_size = 90 };

const char client_zeros[65536];

void client_fail(const char *what) {
    perror(what);
    exit(1);
}

static _Noreturn void wrong(const char *what) {
    fprintf(stderr, "wrong answer: %s\n", what);
    exit(1);
}

/* MARK: Command line */

static _Noreturn void usage(const char *what) {
    fprintf(stderr, "wrong or missing: %s\n", what);
    exit(64);
}

static enum work work_named(const char *name) {
    const char *names[] = {"raw", "json", "download", "upload", "connect", "hold"};
    for (int work = work_raw; work <= work_hold; work++)
        if (strcmp(names[work], name) == 0) return (enum work)work;
    usage("--work");
}

struct options options_read(int argc, char **argv, const char *version) {
    static const struct option names[] = {
        {"socket", required_argument, NULL, 's'},   {"out", required_argument, NULL, 'o'},
        {"work", required_argument, NULL, 'w'},     {"requests", required_argument, NULL, 'n'},
        {"warmup", required_argument, NULL, 'u'},   {"callers", required_argument, NULL, 'c'},
        {"rate", required_argument, NULL, 'r'},     {"size", required_argument, NULL, 'b'},
        {"connections", required_argument, NULL, 'p'}, {"version", no_argument, NULL, 'v'}, {0}};
    struct options options = {.requests = 1, .callers = 1};
    int name;
    while ((name = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (name) {
        case 's': options.socket = optarg; break;
        case 'o': options.out = optarg; break;
        case 'w': options.work = work_named(optarg); break;
        case 'n': options.requests = strtol(optarg, NULL, 10); break;
        case 'u': options.warmup = strtol(optarg, NULL, 10); break;
        case 'c': options.callers = strtol(optarg, NULL, 10); break;
        case 'r': options.rate = strtod(optarg, NULL); break;
        case 'b': options.size = strtoull(optarg, NULL, 10); break;
        case 'p': options.connections = strtol(optarg, NULL, 10); break;
        case 'v': puts(version); exit(0);
        default: exit(64);
        }
    }
    if (options.socket == NULL || options.out == NULL) usage("--socket and --out");
    if (options.requests < 1 || options.callers < 1) usage("--requests and --callers");
    return options;
}

/* MARK: Requests */

struct request request_make(const struct options *options, int is_warmup) {
    struct request request = {.method = "GET", .keeps_body = 0};
    static char path[2][64];
    char *target = path[is_warmup];
    const char *body = "", *fields = "";
    request.path = target;
    enum work work = options->work;
    if (work == work_hold && is_warmup) work = work_raw;
    switch (work) {
    case work_connect:
        request.closes = 1;
        fields = "Connection: close\r\n";
        /* fall through */
    case work_raw:
        request.method = "POST";
        strcpy(target, "/metrics/list");
        body = "{}";
        break;
    case work_json:
        request.keeps_body = 1;
        strcpy(target, "/status");
        break;
    case work_download: sprintf(target, "/bytes/%" PRIu64, options->size); break;
    case work_upload:
        request.method = "PUT";
        request.keeps_body = 1;
        request.zeros = options->size;
        strcpy(target, "/sink");
        break;
    case work_hold: sprintf(target, "/hold/%ld", options->callers); break;
    }
    request.length = (size_t)snprintf(
        request.bytes, sizeof request.bytes,
        "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n%s"
        "Content-Length: %" PRIu64 "\r\n\r\n%s",
        request.method, target, fields, request.zeros + strlen(body), body);
    return request;
}

/* MARK: Responses */

void response_begin(struct response *response, const struct request *request) {
    response->status = response->has_head = 0;
    response->keeps_body = request->keeps_body;
    response->length = response->received = response->kept = 0;
}

void response_feed_body(struct response *response, const char *bytes, size_t length) {
    response->received += length;
    if (!response->keeps_body) return;
    if (response->kept + length >= sizeof response->bytes) wrong("the body is too long");
    memcpy(response->bytes + response->kept, bytes, length);
    response->kept += length;
    response->bytes[response->kept] = 0;
}

int response_feed(struct response *response, const char *bytes, size_t length) {
    size_t body = 0;
    if (!response->has_head) {
        if (response->kept + length >= sizeof response->bytes && response->kept > 0)
            wrong("the head is too long");
        const char *start = bytes;
        size_t size = length;
        if (response->kept > 0) {
            memcpy(response->bytes + response->kept, bytes, length);
            start = response->bytes;
            size = response->kept + length;
        }
        const char *end = memmem(start, size, "\r\n\r\n", 4);
        if (end == NULL) {
            if (start == bytes) memcpy(response->bytes, bytes, length);
            response->kept = size;
            return 0;
        }
        size_t head = (size_t)(end - start) + 4;
        if (head < 16 || memcmp(start, "HTTP/1.1 ", 9) != 0) wrong("no HTTP/1.1");
        response->status = atoi(start + 9);
        /* The caller's buffer has no end mark, and the field stands before the empty line. */
        const char *field = memmem(start, head, "\r\nContent-Length:", 17);
        if (field == NULL) wrong("no Content-Length");
        response->length = strtoull(field + 17, NULL, 10);
        response->has_head = 1;
        body = head - response->kept;
        response->kept = 0;
    }
    response_feed_body(response, bytes + body, length - body);
    return response->received >= response->length;
}

static void check_status(const struct response *response) {
    json_error_t error;
    json_t *reply = json_loadb(response->bytes, response->kept, 0, &error);
    if (reply == NULL) wrong(error.text);
    if (!json_is_false(json_object_get(reply, "ready"))) wrong("ready");
    if (json_object_size(json_object_get(reply, "ioc")) != 6) wrong("ioc");
    json_decref(reply);
}

void response_check(const struct response *response, const struct options *options) {
    if (response->status != 200) wrong("the status is not 200");
    switch (options->work) {
    case work_json: check_status(response); break;
    case work_upload:
        if (strtoull(response->bytes, NULL, 10) != options->size) wrong("the server's count");
        break;
    default:
        if (response->received != (options->work == work_download ? options->size : fixed_size))
            wrong("the body's length");
    }
}

/* MARK: Time */

uint64_t due_time(const struct options *options, long number) {
    if (options->rate <= 0) return 0;
    return measurement_start() + (uint64_t)((double)number * 1e9 / options->rate);
}

void wait_until(uint64_t time) {
    struct timespec at = {(time_t)(time / 1000000000u), (long)(time % 1000000000u)};
    prctl(PR_SET_TIMERSLACK, 1);
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

int due_timer(void) {
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (timer < 0) client_fail("timerfd_create");
    return timer;
}

void due_timer_set(int timer, uint64_t time) {
    struct itimerspec at = {.it_value = {(time_t)(time / 1000000000u), (long)(time % 1000000000u)}};
    if (timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL) != 0) client_fail("timerfd_settime");
}

void due_timer_clear(int timer) {
    uint64_t expirations;
    if (read(timer, &expirations, sizeof expirations) < 0 && errno != EAGAIN)
        client_fail("timerfd");
}
