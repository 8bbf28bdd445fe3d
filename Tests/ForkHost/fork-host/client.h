#ifndef CLIENT_H
#define CLIENT_H

/* What the Swift side, DaemonClient, offers. An answer comes once, on any thread. */
typedef void (*client_answer)(void *context, const char *text);

void *client_make(const char *path, int starts_thread);
void *client_make_shared(const char *path);
void client_free(void *client);
int client_start(void *client);
int client_run(void *client);
void client_shut_down(void *client);
long client_turns(void *client);
void client_on_loop(void *client, long (*body)(void), void *context, client_answer answer);
void client_call(
    void *client, const char *call, void *runner, void *context, client_answer answer);
void client_use_pool(void *context, client_answer answer);

#endif
