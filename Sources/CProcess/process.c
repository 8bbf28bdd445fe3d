#include "process.h"

#include <pthread.h>

uint32_t cprocess_generation_value = 1;
_Thread_local uint64_t cprocess_thread_value = 0;

static uint64_t last_thread = 0;

/* Runs in the child, whose only thread is the one that called fork(). */
static void count_fork(void) {
    __atomic_fetch_add(&cprocess_generation_value, 1, __ATOMIC_RELAXED);
    cprocess_thread_value = 0;
}

static void register_handler(void) { (void)pthread_atfork(NULL, NULL, count_fork); }

void cprocess_watch_forks(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, register_handler);
}

uint64_t cprocess_number_thread(void) {
    if (cprocess_thread_value == 0)
        cprocess_thread_value = __atomic_add_fetch(&last_thread, 1, __ATOMIC_RELAXED);
    return cprocess_thread_value;
}
