/* libuv without a library on top: callers wait in line for one of a few pipes, each of which has
   one request in flight. */
#define _GNU_SOURCE
#include "client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { default_pipes = 16 };

struct lane {
    uv_pipe_t pipe;
    uv_connect_t connecting;
    uv_write_t writing;
    uint64_t start, zeros_left;
    struct response response;
};

static struct options options;
static struct request request;
static int is_warmup = 1;
static long begun, ended, total;
static uv_loop_t *loop;
static uv_poll_t due_poll;
static int timer = -1;
static char input[65536];

/* Callers that wait, by when they began; pipes that have nothing to do. */
static uint64_t *waiting;
static size_t waiting_first, waiting_count, waiting_capacity;
static struct lane **idle;
static long idle_count, open_count, pipe_limit;
/* In an open loop: callers that wait for the next time. */
static long resting;

static void check(int result, const char *what) {
    if (result >= 0) return;
    fprintf(stderr, "%s: %s\n", what, uv_strerror(result));
    exit(1);
}

static void exchange(struct lane *lane);
static void next_request(void);

/* MARK: Callers */

static void call(uint64_t start) {
    if (idle_count > 0) {
        struct lane *lane = idle[--idle_count];
        lane->start = start;
        exchange(lane);
        return;
    }
    waiting[(waiting_first + waiting_count++) % waiting_capacity] = start;
}

/* A caller sends its next request, now or when that is due. */
static void next_request(void) {
    if (begun == total) return;
    uint64_t due = is_warmup ? 0 : due_time(&options, begun);
    if (due > measurement_now()) {
        if (resting++ == 0) due_timer_set(timer, due);
        return;
    }
    begun += 1;
    call(due ? due : measurement_now());
}

static void on_due(uv_poll_t *poll, int status, int events) {
    (void)poll;
    (void)events;
    check(status, "poll");
    long callers = resting;
    resting = 0;
    due_timer_clear(timer);
    while (callers-- > 0) next_request();
    if (begun == total) uv_poll_stop(&due_poll);
}

/* MARK: Pipes */

static void on_connected(uv_connect_t *connecting, int status);

static void connect_lane(struct lane *lane) {
    check(uv_pipe_init(loop, &lane->pipe, 0), "pipe");
    lane->pipe.data = lane;
    uv_pipe_connect(&lane->connecting, &lane->pipe, options.socket, on_connected);
}

static void release(struct lane *lane) {
    if (waiting_count == 0) {
        idle[idle_count++] = lane;
        return;
    }
    lane->start = waiting[waiting_first];
    waiting_first = (waiting_first + 1) % waiting_capacity;
    waiting_count -= 1;
    exchange(lane);
}

static void on_closed(uv_handle_t *handle) { connect_lane(handle->data); }

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer) {
    struct lane *lane = stream->data;
    if (got == 0) return;
    check((int)got, "read");
    if (response_feed(&lane->response, buffer->base, (size_t)got) == 0) return;
    if (!is_warmup || options.work != work_hold) response_check(&lane->response, &options);
    if (!is_warmup) measurement_record(measurement_now() - lane->start);
    ended += 1;
    if (request.closes) {
        uv_close((uv_handle_t *)&lane->pipe, on_closed);
        next_request();
    } else {
        next_request();
        release(lane);
    }
    if (ended == total) uv_stop(loop);
}

static void give_buffer(uv_handle_t *handle, size_t size, uv_buf_t *buffer) {
    (void)handle;
    (void)size;
    *buffer = uv_buf_init(input, sizeof input);
}

static void on_connected(uv_connect_t *connecting, int status) {
    check(status, "connect");
    struct lane *lane = connecting->handle->data;
    check(uv_read_start((uv_stream_t *)&lane->pipe, give_buffer, on_read), "read");
    release(lane);
}

static void write_zeros(struct lane *lane);

static void on_written(uv_write_t *writing, int status) {
    check(status, "write");
    write_zeros(writing->handle->data);
}

static void write_zeros(struct lane *lane) {
    while (lane->zeros_left > 0) {
        size_t size = lane->zeros_left < sizeof client_zeros ? lane->zeros_left
                                                             : sizeof client_zeros;
        uv_buf_t buffer = uv_buf_init((char *)client_zeros, (unsigned)size);
        int written = uv_try_write((uv_stream_t *)&lane->pipe, &buffer, 1);
        if (written != UV_EAGAIN) check(written, "write");
        if (written > 0) {
            lane->zeros_left -= (uint64_t)written;
            continue;
        }
        lane->zeros_left -= size;
        check(uv_write(&lane->writing, (uv_stream_t *)&lane->pipe, &buffer, 1, on_written),
              "write");
        return;
    }
}

static void exchange(struct lane *lane) {
    response_begin(&lane->response, &request);
    uv_buf_t buffer = uv_buf_init(request.bytes, (unsigned)request.length);
    int written = uv_try_write((uv_stream_t *)&lane->pipe, &buffer, 1);
    check(written, "write");
    if ((size_t)written != request.length) check(UV_EIO, "write");
    lane->zeros_left = request.zeros;
    write_zeros(lane);
}

static void run_phase(long count) {
    if (count == 0) return;
    request = request_make(&options, is_warmup);
    begun = ended = 0;
    total = count;
    for (long caller = 0; caller < options.callers && caller < total; caller++) {
        /* As many pipes as there are callers, up to a limit. */
        if (open_count < pipe_limit && open_count <= caller) {
            struct lane *lane = calloc(1, sizeof *lane);
            if (lane == NULL) client_fail("calloc");
            open_count += 1;
            connect_lane(lane);
        }
        next_request();
    }
    uv_run(loop, UV_RUN_DEFAULT);
}

int main(int argc, char **argv) {
    options = options_read(argc, argv, uv_version_string());
    measurement_prepare((size_t)options.requests);
    pipe_limit = options.connections > 0 ? options.connections : default_pipes;
    waiting_capacity = (size_t)options.callers + 1;
    waiting = calloc(waiting_capacity, sizeof *waiting);
    idle = calloc((size_t)pipe_limit, sizeof *idle);
    loop = uv_default_loop();
    if (waiting == NULL || idle == NULL || loop == NULL) client_fail("calloc");
    if (options.rate > 0) {
        timer = due_timer();
        check(uv_poll_init(loop, &due_poll, timer), "poll");
        check(uv_poll_start(&due_poll, UV_READABLE, on_due), "poll");
    }
    run_phase(options.warmup);
    is_warmup = 0;
    measurement_begin();
    run_phase(options.requests);
    measurement_end();
    measurement_write(options.out);
    return 0;
}
