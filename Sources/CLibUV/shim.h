#ifndef CLIBUV_SHIM_H
#define CLIBUV_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <pwd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
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

/* Bytes that wait to be read from a socket; negative on failure. */
static inline int clibuv_readable_bytes(int descriptor) {
    int count = 0;
    return ioctl(descriptor, FIONREAD, &count) == 0 ? count : -1;
}

/* Who called listen() on the other side of a Unix stream socket. */
struct clibuv_peer {
    int64_t process;
    uint32_t user;
    uint32_t group;
};

/* Negative errno on failure; the process is -1 where the system does not tell. */
static inline int clibuv_peer_of(int descriptor, struct clibuv_peer *peer) {
#ifdef __linux__
    /* The kernel's struct ucred, which the C library hides behind a feature macro. */
    struct { int32_t process; uint32_t user, group; } credentials;
    socklen_t size = sizeof credentials;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return -errno;
    peer->process = credentials.process;
    peer->user = credentials.user;
    peer->group = credentials.group;
    return 0;
#else
    uid_t user;
    gid_t group;
    if (getpeereid(descriptor, &user, &group) != 0) return -errno;
    peer->process = -1;
    peer->user = user;
    peer->group = group;
    return 0;
#endif
}

/* Owner and permission bits of a file, a symbolic link followed; negative errno on failure. */
static inline int clibuv_owner_of(const char *path, uint32_t *user, uint32_t *permissions) {
    struct stat status;
    if (stat(path, &status) != 0) return -errno;
    *user = status.st_uid;
    *permissions = status.st_mode & 07777;
    return 0;
}

/* The number of a user; negative errno on failure, ENOENT for a name that nobody has. */
static inline int clibuv_user_of_name(const char *name, uint32_t *user) {
    char buffer[16384];
    struct passwd entry, *found = NULL;
    int result;
    do result = getpwnam_r(name, &entry, buffer, sizeof buffer, &found);
    while (result == EINTR);
    /* getpwnam(3) names these for a user that is not there. */
    if (result == ESRCH || result == EBADF || result == EPERM) return -ENOENT;
    if (result != 0) return -result;
    if (found == NULL) return -ENOENT;
    *user = entry.pw_uid;
    return 0;
}

/* Bytes read from an offset; a negative errno on failure. */
static inline int64_t clibuv_read(int descriptor, void *buffer, size_t size, int64_t offset) {
    ssize_t count;
    do count = pread(descriptor, buffer, size, offset);
    while (count < 0 && errno == EINTR);
    return count >= 0 ? count : -errno;
}

/* Bytes that a non-blocking socket has; libuv's error number for none, for the end, and on failure. */
static inline int64_t clibuv_read_available(int descriptor, void *buffer, size_t size) {
    ssize_t count;
    do count = read(descriptor, buffer, size);
    while (count < 0 && errno == EINTR);
    if (count == 0) return UV_EOF;
    return count > 0 ? count : uv_translate_sys_error(errno);
}

/* A regular file's descriptor, or a negative errno: EISDIR for a directory, ENOTSUP for whatever
   else can keep its reader waiting. The size is -1 for what the kernel makes up while it is read. */
static inline int clibuv_open_regular_file(const char *path, int64_t *size) {
    int descriptor;
    do descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0) return -errno;
    struct stat status;
    int failure = 0;
    if (fstat(descriptor, &status) != 0) failure = errno;
    else if (S_ISDIR(status.st_mode)) failure = EISDIR;
    else if (!S_ISREG(status.st_mode)) failure = ENOTSUP;
    if (failure != 0) {
        close(descriptor);
        return -failure;
    }
    char byte;
    *size = status.st_size > 0 || clibuv_read(descriptor, &byte, 1, 0) <= 0 ? status.st_size : -1;
    return descriptor;
}

/* Whether the process may open so many descriptors more; a negative errno if not. */
static inline int clibuv_check_descriptors(int count) {
    int opened[16], number = 0, failure = 0;
    for (; number < count && number < 16; number++) {
        /* No file: a chroot may have none. */
#ifdef SOCK_CLOEXEC
        opened[number] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
#else
        opened[number] = socket(AF_UNIX, SOCK_STREAM, 0);
#endif
        if (opened[number] < 0) {
            failure = -errno;
            break;
        }
    }
    while (number > 0) close(opened[--number]);
    return failure;
}

static inline void clibuv_close(int descriptor) { close(descriptor); }

/* At most 15 bytes; the C library's own call is hidden behind a feature macro. */
static inline int clibuv_set_current_thread_name(const char *name) {
#ifdef __linux__
    return prctl(PR_SET_NAME, name);
#else
    return pthread_setname_np(name);
#endif
}

#ifdef __ELF__
/* The ends of the section that holds the records of linked modules, which the linker defines for
   each image that has such a section; null in one without. Hidden: this image's own, no other's. */
extern const char __start_engine_modules[] __attribute__((weak, visibility("hidden")));
extern const char __stop_engine_modules[] __attribute__((weak, visibility("hidden")));

static inline const void *clibuv_module_records_start(void) { return __start_engine_modules; }
static inline const void *clibuv_module_records_end(void) { return __stop_engine_modules; }
#endif

#endif
