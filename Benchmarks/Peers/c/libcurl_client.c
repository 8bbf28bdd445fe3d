/* libcurl: one easy handle that is used again and again, or for several callers a handle each
   under one multi handle. */
#define _GNU_SOURCE
#include "client.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct caller {
    CURL *easy;
    uint64_t start, zeros_left;
    struct response response;
};

static struct options options;
static struct request request;
static struct curl_slist *fields;
static int is_warmup = 1;
static long begun, ended, total;
static CURLM *multi;
static struct caller **resting;
static long resting_count;
static int timer = -1;

static void check(CURLcode code, const char *what) {
    if (code == CURLE_OK) return;
    fprintf(stderr, "%s: %s\n", what, curl_easy_strerror(code));
    exit(1);
}

static void check_multi(CURLMcode code) {
    if (code == CURLM_OK) return;
    fprintf(stderr, "multi: %s\n", curl_multi_strerror(code));
    exit(1);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context) {
    response_feed_body(&((struct caller *)context)->response, bytes, size * count);
    return size * count;
}

static size_t give_body(char *bytes, size_t size, size_t count, void *context) {
    struct caller *caller = context;
    size_t room = size * count;
    if (room > caller->zeros_left) room = (size_t)caller->zeros_left;
    memset(bytes, 0, room);
    caller->zeros_left -= room;
    return room;
}

static void prepare(struct caller *caller) {
    char url[128];
    snprintf(url, sizeof url, "http://localhost%s", request.path);
    CURL *easy = caller->easy;
    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, options.socket);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fields);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, caller);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, caller);
    if (request.closes) curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    if (strcmp(request.method, "POST") == 0) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, "{}");
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, 2L);
    } else if (strcmp(request.method, "PUT") == 0) {
        curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_body);
        curl_easy_setopt(easy, CURLOPT_READDATA, caller);
        curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)request.zeros);
    }
}

static void begin(struct caller *caller, uint64_t due) {
    caller->start = due ? due : measurement_now();
    caller->zeros_left = request.zeros;
    response_begin(&caller->response, &request);
}

static void end(struct caller *caller) {
    long status = 0;
    curl_easy_getinfo(caller->easy, CURLINFO_RESPONSE_CODE, &status);
    caller->response.status = (int)status;
    if (!is_warmup || options.work != work_hold) response_check(&caller->response, &options);
    if (!is_warmup) measurement_record(measurement_now() - caller->start);
    ended += 1;
}

/* MARK: One caller */

static void run_alone(struct caller *caller) {
    prepare(caller);
    for (long i = 0; i < total; i++) {
        uint64_t due = is_warmup ? 0 : due_time(&options, i);
        if (due > measurement_now()) wait_until(due);
        begin(caller, due);
        check(curl_easy_perform(caller->easy), "perform");
        end(caller);
    }
}

/* MARK: Several callers */

static void next_request(struct caller *caller) {
    if (begun == total) return;
    uint64_t due = is_warmup ? 0 : due_time(&options, begun);
    if (due > measurement_now()) {
        if (resting_count == 0) due_timer_set(timer, due);
        resting[resting_count++] = caller;
        return;
    }
    begun += 1;
    begin(caller, due);
    check_multi(curl_multi_add_handle(multi, caller->easy));
}

static void wake_resting(void) {
    due_timer_clear(timer);
    while (resting_count > 0 && begun < total && due_time(&options, begun) <= measurement_now())
        next_request(resting[--resting_count]);
    if (resting_count > 0 && begun < total) due_timer_set(timer, due_time(&options, begun));
}

static void run_together(struct caller *callers) {
    begun = ended = 0;
    for (long i = 0; i < options.callers; i++) {
        prepare(&callers[i]);
        next_request(&callers[i]);
    }
    while (ended < total) {
        int running, left;
        check_multi(curl_multi_perform(multi, &running));
        CURLMsg *message;
        int has_ended = 0;
        while ((message = curl_multi_info_read(multi, &left)) != NULL) {
            if (message->msg != CURLMSG_DONE) continue;
            CURL *easy = message->easy_handle;
            check(message->data.result, "transfer");
            struct caller *caller;
            curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&caller);
            end(caller);
            check_multi(curl_multi_remove_handle(multi, easy));
            next_request(caller);
            has_ended = 1;
        }
        if (resting_count > 0 && due_time(&options, begun) <= measurement_now()) wake_resting();
        if (has_ended || ended == total) continue;
        struct curl_waitfd extra = {.fd = timer, .events = CURL_WAIT_POLLIN};
        check_multi(curl_multi_poll(multi, &extra, timer >= 0 ? 1 : 0, 10000, NULL));
    }
}

int main(int argc, char **argv) {
    options = options_read(argc, argv, curl_version_info(CURLVERSION_NOW)->version);
    measurement_prepare((size_t)options.requests);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    struct caller *callers = calloc((size_t)options.callers, sizeof *callers);
    resting = calloc((size_t)options.callers, sizeof *resting);
    multi = curl_multi_init();
    if (callers == NULL || resting == NULL || multi == NULL) client_fail("calloc");
    for (long i = 0; i < options.callers; i++) callers[i].easy = curl_easy_init();
    if (options.rate > 0 && options.callers > 1) timer = due_timer();
    /* As many idle connections as there are callers: the default grows and shrinks with them. */
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, options.callers);
    if (options.connections > 0)
        curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, options.connections);
    for (; is_warmup >= 0; is_warmup--) {
        request = request_make(&options, is_warmup);
        curl_slist_free_all(fields);
        fields = curl_slist_append(NULL, "Content-Type: application/json");
        fields = curl_slist_append(fields, "Expect:");
        if (request.closes) fields = curl_slist_append(fields, "Connection: close");
        total = is_warmup ? options.warmup : options.requests;
        if (!is_warmup) measurement_begin();
        if (options.callers == 1)
            run_alone(&callers[0]);
        else
            run_together(callers);
    }
    measurement_end();
    measurement_write(options.out);
    return 0;
}
