/* One connection of the server: reads requests, answers each before it looks at the next. */
#ifndef CONNECTION_H
#define CONNECTION_H

#include <stdint.h>
#include <stddef.h>

struct connection;

/* What the server answers to every path that it does not know, the same before it closes the
   connection, and what it answers to /status. */
struct answers {
    const char *fixed;
    size_t fixed_length;
    const char *closing;
    size_t closing_length;
    const char *status;
    size_t status_length;
};

/* Takes a non-blocking socket and watches it on an epoll instance; NULL when there is no memory. */
struct connection *connection_open(int socket, int poll, const struct answers *answers);

/* Reads or goes on writing; closes and frees the connection at its end or at an error. */
void connection_ready(struct connection *connection, uint32_t events);

#endif
