// Go's net/http: go-client SOCKET CONCURRENCY REQUESTS, a closed loop, one line of JSON.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"peers/transport"
)

type report struct {
	Client      string         `json:"client"`
	Concurrency int            `json:"concurrency"`
	Requests    int            `json:"requests"`
	Errors      map[string]int `json:"errors"`
	Seconds     float64        `json:"seconds"`
	P50         float64        `json:"p50_ms"`
	P99         float64        `json:"p99_ms"`
	Slowest     float64        `json:"slowest_ms"`
}

func main() {
	if len(os.Args) != 4 {
		usage()
	}
	concurrency, err := strconv.Atoi(os.Args[2])
	if err != nil || concurrency < 1 {
		usage()
	}
	requests, err := strconv.Atoi(os.Args[3])
	if err != nil || requests < 1 {
		usage()
	}
	client := transport.NewClient(os.Args[1], concurrency, 0, 5*time.Second)
	line, err := json.Marshal(run(client, concurrency, requests))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(string(line))
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: go-client SOCKET CONCURRENCY REQUESTS")
	os.Exit(64)
}

func run(client *http.Client, concurrency, requests int) report {
	var left = int64(requests)
	var lock sync.Mutex
	var callers sync.WaitGroup
	times := make([]time.Duration, 0, requests)
	failures := map[string]int{}
	start := time.Now()
	for i := 0; i < concurrency; i++ {
		callers.Add(1)
		go func() {
			defer callers.Done()
			for atomic.AddInt64(&left, -1) >= 0 {
				start := time.Now()
				failure := send(client)
				took := time.Since(start)
				lock.Lock()
				times = append(times, took)
				if failure != "" {
					failures[failure]++
				}
				lock.Unlock()
			}
		}()
	}
	callers.Wait()
	elapsed := time.Since(start)
	sort.Slice(times, func(i, j int) bool { return times[i] < times[j] })
	return report{
		"go", concurrency, len(times), failures, math.Round(elapsed.Seconds()*1e3) / 1e3,
		milliseconds(times, 0.5), milliseconds(times, 0.99), milliseconds(times, 1),
	}
}

// Sends one request; answers with what went wrong, if anything did.
func send(client *http.Client) string {
	response, err := client.Post(
		"http://engine/metrics/list", "application/json", strings.NewReader("{}"))
	if err != nil {
		return name(err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return name(err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Sprintf("status %d", response.StatusCode)
	}
	return ""
}

func name(err error) string {
	var number syscall.Errno
	var timeout net.Error
	switch {
	// EAGAIN of a full backlog calls itself a timeout; it is none.
	case errors.As(err, &number):
		return errno(number)
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "EOF"
	default:
		for errors.Unwrap(err) != nil {
			err = errors.Unwrap(err)
		}
		return err.Error()
	}
}

func errno(number syscall.Errno) string {
	switch number {
	case syscall.EAGAIN:
		return "EAGAIN"
	case syscall.EPIPE:
		return "EPIPE"
	case syscall.ECONNRESET:
		return "ECONNRESET"
	case syscall.ECONNREFUSED:
		return "ECONNREFUSED"
	default:
		return fmt.Sprintf("errno %d", int(number))
	}
}

// The nearest rank, so that each figure is one that was measured.
func milliseconds(sorted []time.Duration, quantile float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	rank := int(math.Ceil(quantile * float64(len(sorted))))
	if rank < 1 {
		rank = 1
	}
	return math.Round(float64(sorted[rank-1].Nanoseconds())/1e3) / 1e3
}
