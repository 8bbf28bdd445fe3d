#ifndef CLIENT_H
#define CLIENT_H

#include <uv.h>

/* HostClient.swift. All of these are called on the thread that turns the loop. */
typedef struct client client;

/* NULL when the system has no descriptor left. */
client *client_attach(uv_loop_t *loop, const char *socket_path);

/* Asks the engine how it is; the answer comes on the loop. */
void client_status(client *client, void (*callback)(const char *text));

/* Ends the client, and frees it; uv_run goes on until all of it is closed. */
void client_shut_down(client *client);

#endif
