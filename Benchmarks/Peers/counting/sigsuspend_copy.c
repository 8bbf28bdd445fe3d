/* For LD_PRELOAD under valgrind 3.19, which takes a signal out of the set that it is given: libdispatch
   gives it one in read-only memory. */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

int sigsuspend(const sigset_t *set) {
    sigset_t copy = *set;
    /* The kernel's set is shorter than the C library's. */
    return (int)syscall(SYS_rt_sigsuspend, &copy, 8);
}
