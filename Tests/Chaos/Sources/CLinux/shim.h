// What Swift's own module of glibc leaves out.
#ifndef CHAOS_LINUX_H
#define CHAOS_LINUX_H

#include <fcntl.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Sets how many descriptors a process may have open, at most as many as its hard limit says.
static inline int chaos_limit_descriptors(int process, uint64_t limit) {
    // RLIMIT_NOFILE
    enum { resource = 7 };
    struct { uint64_t soft, hard; } limits;
    if (syscall(SYS_prlimit64, process, resource, NULL, &limits) != 0) return -1;
    limits.soft = limit < limits.hard ? limit : limits.hard;
    return (int)syscall(SYS_prlimit64, process, resource, &limits, NULL);
}

/// Makes a pipe whose ends are closed in programs that are started.
static inline int chaos_pipe(int ends[2]) { return (int)syscall(SYS_pipe2, ends, O_CLOEXEC); }

#endif
