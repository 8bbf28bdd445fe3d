/* A daemon with a libuv loop of its own, which asks the engine for its status each 100 ms.
   Usage: c-host ENGINE_SOCKET */
#include <signal.h>
#include <stdio.h>

#include "client.h"

static client *engine;
static uv_timer_t timer;
static uv_signal_t termination;

static void print_status(const char *text) {
    puts(text);
    fflush(stdout);
}

static void ask(uv_timer_t *handle) {
    (void)handle;
    client_status(engine, print_status);
}

static void terminate(uv_signal_t *handle, int number) {
    (void)handle;
    (void)number;
    uv_close((uv_handle_t *)&timer, NULL);
    uv_close((uv_handle_t *)&termination, NULL);
    client_shut_down(engine);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: c-host ENGINE_SOCKET\n");
        return 64;
    }
    uv_loop_t loop;
    if (uv_loop_init(&loop) != 0) return 1;
    engine = client_attach(&loop, argv[1]);
    if (engine == NULL) return 1;
    uv_timer_init(&loop, &timer);
    uv_timer_start(&timer, ask, 0, 100);
    uv_signal_init(&loop, &termination);
    uv_signal_start(&termination, terminate, SIGTERM);

    uv_run(&loop, UV_RUN_DEFAULT);

    int result = uv_loop_close(&loop);
    printf("uv_loop_close: %d\n", result);
    return result == 0 ? 0 : 1;
}
