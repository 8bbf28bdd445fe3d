#ifndef CLIBUV_SHIM_H
#define CLIBUV_SHIM_H

#include <pthread.h>
#include <sys/ioctl.h>
#include <uv.h>
#ifdef __linux__
#include <linux/sockios.h>
#include <sys/prctl.h>
#endif

#if UV_VERSION_HEX < ((1 << 16) | (44 << 8))
#error "libuv 1.44.0 or newer is required (Debian: apt-get install libuv1-dev)"
#endif

/* libuv's C "inheritance": every handle starts with the fields of uv_handle_t. */
static inline uv_handle_t *clibuv_handle_of_pipe(uv_pipe_t *pipe) { return (uv_handle_t *)pipe; }
static inline uv_handle_t *clibuv_handle_of_timer(uv_timer_t *timer) { return (uv_handle_t *)timer; }
static inline uv_handle_t *clibuv_handle_of_async(uv_async_t *async) { return (uv_handle_t *)async; }
static inline uv_handle_t *clibuv_handle_of_prepare(uv_prepare_t *prepare) { return (uv_handle_t *)prepare; }
static inline uv_handle_t *clibuv_handle_of_check(uv_check_t *check) { return (uv_handle_t *)check; }
static inline uv_handle_t *clibuv_handle_of_idle(uv_idle_t *idle) { return (uv_handle_t *)idle; }
static inline uv_stream_t *clibuv_stream_of_pipe(uv_pipe_t *pipe) { return (uv_stream_t *)pipe; }

/* What the peer of a Unix stream socket has not read yet; negative where the kernel can't tell.
   On AF_UNIX it counts kernel buffer memory, so only zero and non-zero mean anything. */
static inline int clibuv_unread_by_peer(int descriptor) {
#ifdef SIOCOUTQ
    int unread = 0;
    return ioctl(descriptor, SIOCOUTQ, &unread) == 0 ? unread : -1;
#else
    (void)descriptor;
    return -1;
#endif
}

/* At most 15 bytes; the C library's own call is hidden behind a feature macro. */
static inline int clibuv_set_current_thread_name(const char *name) {
#ifdef __linux__
    return prctl(PR_SET_NAME, name);
#else
    return pthread_setname_np(name);
#endif
}

#endif
