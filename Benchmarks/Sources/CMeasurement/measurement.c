#define _GNU_SOURCE
#include "measurement.h"

#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct sample {
    uint64_t wall, user, system, heap;
    long resident, peak, faults, waits, preemptions;
};

static uint64_t *times;
static size_t capacity;
static atomic_size_t recorded;
static struct sample before, after;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

uint64_t measurement_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static uint64_t nanoseconds(struct timeval time) {
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_usec * 1000u;
}

static void sample_memory(struct sample *sample) {
    struct mallinfo2 heap = mallinfo2();
    sample->heap = heap.uordblks + heap.hblkhd;
    /* ru_maxrss counts what the process was before exec; the kernel's own lines do not. */
    char text[4096], *line;
    int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
    if (length < 0) fail("/proc/self/status");
    close(file);
    text[length] = 0;
    if ((line = strstr(text, "VmRSS:"))) sample->resident = strtol(line + 6, NULL, 10);
    if ((line = strstr(text, "VmHWM:"))) sample->peak = strtol(line + 6, NULL, 10);
}

static void sample_time(struct sample *sample) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    sample->user = nanoseconds(usage.ru_utime);
    sample->system = nanoseconds(usage.ru_stime);
    sample->faults = usage.ru_minflt;
    sample->waits = usage.ru_nvcsw;
    sample->preemptions = usage.ru_nivcsw;
}

void measurement_prepare(size_t requests) {
    capacity = requests;
    times = malloc(requests * sizeof *times);
    if (times == NULL) fail("malloc");
    memset(times, 0xff, requests * sizeof *times);
}

void measurement_begin(void) {
    /* From here on the peak is that of the measured part. */
    int file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, "5", 1) != 1) fail("/proc/self/clear_refs");
    close(file);
    sample_memory(&before);
    sample_time(&before);
    before.wall = measurement_now();
}

uint64_t measurement_start(void) { return before.wall; }

void measurement_record(uint64_t nanoseconds) {
    size_t index = atomic_fetch_add_explicit(&recorded, 1, memory_order_relaxed);
    if (index < capacity) times[index] = nanoseconds;
}

void measurement_end(void) {
    after.wall = measurement_now();
    sample_time(&after);
    sample_memory(&after);
}

void measurement_write(const char *file) {
    size_t count = atomic_load(&recorded);
    if (count != capacity) {
        fprintf(stderr, "%zu requests were recorded, not %zu\n", count, capacity);
        exit(1);
    }
    FILE *out = fopen(file, "w");
    if (out == NULL || fwrite(times, sizeof *times, count, out) != count || fclose(out) != 0)
        fail(file);
    printf("{\"requests\": %zu, \"wall_ns\": %" PRIu64 ", \"user_ns\": %" PRIu64
           ", \"system_ns\": %" PRIu64 ", \"resident_before_kib\": %ld, "
           "\"resident_after_kib\": %ld, \"peak_kib\": %ld, \"heap_before\": %" PRIu64
           ", \"heap_after\": %" PRIu64 ", \"page_faults\": %ld, \"voluntary_switches\": %ld, "
           "\"involuntary_switches\": %ld}\n",
           count, after.wall - before.wall, after.user - before.user,
           after.system - before.system, before.resident, after.resident, after.peak, before.heap,
           after.heap, after.faults - before.faults, after.waits - before.waits,
           after.preemptions - before.preemptions);
    fflush(stdout);
}
