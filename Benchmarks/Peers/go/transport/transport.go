// Package transport makes HTTP clients of a Unix domain socket.
package transport

import (
	"context"
	"net"
	"net/http"
	"time"
)

// NewClient makes a client that keeps as many idle connections as are asked for, of which there are
// at most `limit`; 0 is no limit.
func NewClient(socket string, idle, limit int, timeout time.Duration) *http.Client {
	dialer := &net.Dialer{}
	return &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			// Two is the default, with which most connections would serve one request.
			MaxIdleConnsPerHost: idle,
			MaxConnsPerHost:     limit,
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return dialer.DialContext(ctx, "unix", socket)
			},
		},
	}
}
