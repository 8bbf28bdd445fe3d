/* A C program that forks, changes its root or runs out of descriptors, with clients inside.
   Usage: fork-host SCENARIO SOCKET */
#define _GNU_SOURCE
#include "client.h"
#include "waiter.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECONDS = 60 };

#define SAY(...) dprintf(STDOUT_FILENO, __VA_ARGS__)

static void call(const char *who, void *client, const char *name, void *runner) {
    struct waiter waiter = WAITER;
    client_call(client, name, runner, &waiter, answered);
    SAY("%s %s: %s\n", who, name, wait_for(&waiter, SECONDS));
}

/* A request on a loop that this thread turns meanwhile. */
static void *turning_client;
static void stop_turning(void *context, const char *text) {
    answered(context, text);
    client_shut_down(turning_client);
}

static void request_while_turning(const char *path) {
    struct waiter waiter = WAITER;
    turning_client = client_make(path, 0);
    client_call(turning_client, "request", turning_client, &waiter, stop_turning);
    int result = client_run(turning_client);
    SAY("child turns its own loop: %s, %d\n", wait_for(&waiter, SECONDS), result);
    client_free(turning_client);
}

/* Turns once the loop sleeps again after a job; that it does is no more than a turn away. */
static void *watched_client;
static long turns_of_watched(void) { return client_turns(watched_client); }

static long turns_when_asleep(void *client) {
    struct waiter waiter = WAITER;
    watched_client = client;
    client_on_loop(client, turns_of_watched, &waiter, answered);
    long turns = atol(wait_for(&waiter, SECONDS)) + 1;
    time_t limit = time(NULL) + SECONDS;
    while (client_turns(client) < turns && time(NULL) < limit) sched_yield();
    return client_turns(client);
}

static void child_of_late_fork(const char *path, void *used, void *idle) {
    static const char *const calls[] = {
        "request", "stream", "connect", "reconfigure", "runOnLoop", "run", "openHandleCount",
        "statistics", "healthChanges", "drain", "close", "shutdown",
    };
    SAY("child start: %d\n", client_start(used) == -ESRCH);
    SAY("child run(): %d\n", client_run(used) == -ESRCH);
    SAY("child turns: %ld\n", client_turns(used));
    void *own = client_make(path, 1);
    for (size_t number = 0; number < sizeof calls / sizeof *calls; number++)
        call("child", used, calls[number], own);
    call("child on the parent's executor", idle, "request", idle);
    client_shut_down(idle);
    client_free(used);
    client_free(idle);
    call("child's own", own, "request", own);
    void *shared = client_make_shared(path);
    call("child's shared", shared, "request", shared);
    request_while_turning(path);
    _exit(0);
}

static int late_fork(const char *path) {
    struct waiter pool = WAITER;
    client_use_pool(&pool, answered);
    SAY("pool: %s\n", wait_for(&pool, SECONDS));
    void *used = client_make(path, 1), *idle = client_make(path, 1);
    void *shared = client_make_shared(path);
    call("parent", used, "request", used);
    call("parent's shared", shared, "request", shared);
    SAY("parent start: %d\n", client_start(idle));
    long turns = turns_when_asleep(idle);
    pid_t child = fork();
    if (child == 0) child_of_late_fork(path, used, idle);
    int status = -1;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    SAY("child: %d\n", status);
    SAY("parent was woken: %ld\n", client_turns(idle) - turns);
    call("parent", used, "request", used);
    call("parent", used, "opened", used);
    return 0;
}

/* fork() in a callback of the loop: the child has the loop's own thread. */
static const char *fork_path;
static void *forking_client;
static long fork_on_loop(void) {
    pid_t child = fork();
    if (child == 0) {
        SAY("child start: %d\n", client_start(forking_client) == -ESRCH);
        void *own = client_make(fork_path, 1);
        call("child", forking_client, "request", own);
        call("child's own", own, "request", own);
        _exit(0);
    }
    int status = -1;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    return status;
}

static int fork_from_the_loop(const char *path) {
    struct waiter waiter = WAITER;
    fork_path = path;
    forking_client = client_make(path, 1);
    call("parent", forking_client, "request", forking_client);
    client_on_loop(forking_client, fork_on_loop, &waiter, answered);
    SAY("child: %s\n", wait_for(&waiter, SECONDS));
    call("parent", forking_client, "request", forking_client);
    call("parent", forking_client, "opened", forking_client);
    return 0;
}

/* Clients that were made and not used before are the daemon's. */
static int daemon_first(const char *path) {
    void *own = client_make(path, 1), *shared = client_make_shared(path);
    if (daemon(1, 1) != 0) return 1;
    call("daemon", own, "request", own);
    call("daemon's shared", shared, "request", shared);
    request_while_turning(path);
    SAY("done\n");
    return 0;
}

static int daemon_late(const char *path) {
    void *used = client_make(path, 1);
    call("before", used, "request", used);
    if (daemon(1, 1) != 0) return 1;
    void *own = client_make(path, 1);
    call("daemon", used, "request", own);
    call("daemon", own, "request", own);
    SAY("done\n");
    return 0;
}

static int change_root(const char *directory) {
    void *client = client_make("/socket", 1);
    if (chroot(directory) != 0 || chdir("/") != 0) {
        SAY("chroot: %s\n", strerror(errno));
        return 1;
    }
    SAY("/dev/null: %s\n", access("/dev/null", F_OK) == 0 ? "there" : strerror(errno));
    SAY("start: %d\n", client_start(client));
    call("chroot", client, "request", client);
    return 0;
}

static volatile int has_run = 0;
static long run_job(void) {
    __atomic_store_n(&has_run, 1, __ATOMIC_SEQ_CST);
    return 1;
}

static int run_out_of_descriptors(const char *path) {
    struct rlimit limit = {64, 64};
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return 1;
    int taken[64], count = 0;
    while (count < 64 && (taken[count] = dup(STDOUT_FILENO)) >= 0) count++;
    void *client = client_make(path, 1);
    struct waiter waiter = WAITER;
    client_on_loop(client, run_job, &waiter, answered);
    SAY("start: %d\n", client_start(client) == -EMFILE);
    SAY("job has run: %d\n", __atomic_load_n(&has_run, __ATOMIC_SEQ_CST));
    while (count > 0) close(taken[--count]);
    SAY("job: %s\n", wait_for(&waiter, SECONDS));
    call("client", client, "request", client);
    return 0;
}

static long stack_size(void) {
    pthread_attr_t attributes;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return -1;
    pthread_attr_getstacksize(&attributes, &size);
    pthread_attr_destroy(&attributes);
    return (long)size;
}

/* As in a process whose C library gives its threads little, musl's for example. */
static int small_stacks(const char *path) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 128 * 1024);
    pthread_setattr_default_np(&attributes);
    struct waiter waiter = WAITER;
    client_on_loop(client_make(path, 1), stack_size, &waiter, answered);
    SAY("stack: %s\n", wait_for(&waiter, SECONDS));
    return 0;
}

int main(int count, char **arguments) {
    static const struct {
        const char *name;
        int (*run)(const char *);
    } scenarios[] = {
        {"late-fork", late_fork},       {"fork-on-loop", fork_from_the_loop},
        {"daemon-first", daemon_first}, {"daemon-late", daemon_late},
        {"chroot", change_root},        {"descriptors", run_out_of_descriptors},
        {"small-stacks", small_stacks},
    };
    for (size_t number = 0; count == 3 && number < sizeof scenarios / sizeof *scenarios; number++)
        if (strcmp(arguments[1], scenarios[number].name) == 0)
            return scenarios[number].run(arguments[2]);
    return 64;
}
