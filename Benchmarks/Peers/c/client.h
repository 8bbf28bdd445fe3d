/* What the clients in C share beside the measurement: the command line, the requests, a minimal
   incremental parser, and the times at which requests are due. */
#ifndef CLIENT_H
#define CLIENT_H

#include "measurement.h"

#include <stddef.h>
#include <stdint.h>

enum work { work_raw, work_json, work_download, work_upload, work_connect, work_hold };

struct options {
    const char *socket, *out;
    enum work work;
    long requests, warmup, callers, connections;
    double rate;
    uint64_t size;
};

/* Reads the command line; exits with 64 when it is wrong. `version` is what --version prints. */
struct options options_read(int argc, char **argv, const char *version);

_Noreturn void client_fail(const char *what);

/* A request: the head and a small body, and how many zeros follow. */
struct request {
    const char *method, *path;
    char bytes[512];
    size_t length;
    uint64_t zeros;
    int closes, keeps_body;
};

extern const char client_zeros[65536];

/* The work's request; in the warm-up a request to be held is a plain one. */
struct request request_make(const struct options *options, int is_warmup);

/* A response as far as it was read. */
struct response {
    int status, has_head, keeps_body;
    uint64_t length, received;
    size_t kept;
    char bytes[8192];
};

/* Forgets what was there. */
void response_begin(struct response *response, const struct request *request);

/* Takes bytes: 1 when the response is complete, 0 when there is more to come. */
int response_feed(struct response *response, const char *bytes, size_t length);

/* Takes bytes of the body alone. */
void response_feed_body(struct response *response, const char *bytes, size_t length);

/* Exits with 1 unless the response is what the work asks for. */
void response_check(const struct response *response, const struct options *options);

/* When the request of that number is due, by measurement_now; 0 in a closed loop. */
uint64_t due_time(const struct options *options, long number);

/* Sleeps until then. */
void wait_until(uint64_t time);

/* A timerfd that becomes readable at a time. */
int due_timer(void);
void due_timer_set(int timer, uint64_t time);
/* It has fired: no longer readable. */
void due_timer_clear(int timer);

#endif
