#ifndef WAITER_H
#define WAITER_H

#include <pthread.h>
#include <stdio.h>
#include <time.h>

/* One answer to come. Made anew for each call: after fork() nothing is left of the parent's. */
struct waiter {
    pthread_mutex_t mutex;
    pthread_cond_t condition;
    int is_answered;
    char text[256];
};

#define WAITER { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, "" }

static void answered(void *context, const char *text) {
    struct waiter *waiter = context;
    pthread_mutex_lock(&waiter->mutex);
    snprintf(waiter->text, sizeof waiter->text, "%s", text);
    waiter->is_answered = 1;
    pthread_cond_signal(&waiter->condition);
    pthread_mutex_unlock(&waiter->mutex);
}

/* The text, or that there is none after so many seconds. */
static const char *wait_for(struct waiter *waiter, int seconds) {
    struct timespec limit;
    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += seconds;
    pthread_mutex_lock(&waiter->mutex);
    int failure = 0;
    while (!waiter->is_answered && failure == 0)
        failure = pthread_cond_timedwait(&waiter->condition, &waiter->mutex, &limit);
    const char *text = waiter->is_answered ? waiter->text : "no answer";
    pthread_mutex_unlock(&waiter->mutex);
    return text;
}

#endif
