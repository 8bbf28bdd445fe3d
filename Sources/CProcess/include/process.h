#ifndef CPROCESS_H
#define CPROCESS_H

#include <stdint.h>

/* Counts the calls of fork() that lead to this process, from 1 on. */
extern uint32_t cprocess_generation_value;

/* A number that no other thread of this process or of its parents has; 0 until it is asked for. */
extern _Thread_local uint64_t cprocess_thread_value;

/* From here on a child of fork() has another generation, and its thread no number. */
void cprocess_watch_forks(void);

/* Gives the calling thread a number, unless it has one. */
uint64_t cprocess_number_thread(void);

static inline uint32_t cprocess_generation(void) {
    return __atomic_load_n(&cprocess_generation_value, __ATOMIC_RELAXED);
}

static inline uint64_t cprocess_current_thread(void) { return cprocess_thread_value; }

#endif
