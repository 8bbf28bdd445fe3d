// Go's net/http under the load that the command line describes.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"peers/transport"
)

const fixedSize = 90

var (
	socket      = flag.String("socket", "", "")
	out         = flag.String("out", "", "")
	work        = flag.String("work", "raw", "")
	requests    = flag.Int("requests", 1, "")
	warmup      = flag.Int("warmup", 0, "")
	callers     = flag.Int("callers", 1, "")
	rate        = flag.Float64("rate", 0, "requests a second in an open loop; 0 for a closed one")
	size        = flag.Int64("size", 0, "bytes of a body")
	connections = flag.Int("connections", 0, "the most connections; 0 for no limit")
	version     = flag.Bool("version", false, "")
)

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func main() {
	flag.Parse()
	if *version {
		fmt.Println(runtime.Version())
		return
	}
	client := transport.NewClient(*socket, *callers, *connections, time.Minute)
	m := newMeasurement(*requests)
	warm := *work
	// What is held until all callers are there can't be asked for by one.
	if warm == "hold" {
		warm = "raw"
	}
	run(*warmup, func(int) { send(client, warm) })
	if *work == "hold" {
		runtime.GC()
	}
	m.begin()
	run(*requests, func(number int) {
		start := time.Now()
		if *rate > 0 {
			due := m.started.Add(time.Duration(float64(number) * 1e9 / *rate))
			time.Sleep(time.Until(due))
			start = due
		}
		send(client, *work)
		m.record(time.Since(start))
	})
	m.end(*work == "hold")
	m.write(*out)
}

func run(count int, body func(int)) {
	if *callers == 1 {
		for number := 0; number < count; number++ {
			body(number)
		}
		return
	}
	var taken int64
	var group sync.WaitGroup
	for i := 0; i < *callers && i < count; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for {
				number := int(atomic.AddInt64(&taken, 1)) - 1
				if number >= count {
					return
				}
				body(number)
			}
		}()
	}
	group.Wait()
}

type resource struct {
	Available  bool   `json:"available"`
	Enabled    bool   `json:"enabled"`
	Status     string `json:"status"`
	Hash       string `json:"hash"`
	LastUpdate int64  `json:"last_successful_update"`
}

type status struct {
	Status string              `json:"status"`
	Ready  bool                `json:"ready"`
	Spaces map[string]resource `json:"spaces"`
	IOC    map[string]resource `json:"ioc"`
	Geo    map[string]resource `json:"geo"`
}

type zeros struct{}

func (zeros) Read(bytes []byte) (int, error) {
	for i := range bytes {
		bytes[i] = 0
	}
	return len(bytes), nil
}

func request(work string) (*http.Request, error) {
	const host = "http://engine"
	switch work {
	case "json":
		return http.NewRequest("GET", host+"/status", nil)
	case "download":
		return http.NewRequest("GET", fmt.Sprintf("%s/bytes/%d", host, *size), nil)
	case "hold":
		return http.NewRequest("GET", fmt.Sprintf("%s/hold/%d", host, *callers), nil)
	case "upload":
		body := io.Reader(http.NoBody)
		if *size > 0 {
			body = io.LimitReader(zeros{}, *size)
		}
		request, err := http.NewRequest("PUT", host+"/sink", body)
		if err == nil {
			request.ContentLength = *size
		}
		return request, err
	case "raw", "connect":
		request, err := http.NewRequest("POST", host+"/metrics/list", strings.NewReader("{}"))
		if err == nil {
			request.Header.Set("Content-Type", "application/json")
			request.Close = work == "connect"
		}
		return request, err
	}
	return nil, fmt.Errorf("no work is called %s", work)
}

// Sends one request and checks its answer.
func send(client *http.Client, work string) {
	request, err := request(work)
	if err != nil {
		fail(err)
	}
	response, err := client.Do(request)
	if err != nil {
		fail(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		fail(fmt.Errorf("status %d", response.StatusCode))
	}
	switch work {
	case "json":
		var reply status
		if err := json.NewDecoder(response.Body).Decode(&reply); err != nil {
			fail(err)
		}
		if reply.Ready || len(reply.IOC) != 6 {
			fail(fmt.Errorf("wrong status"))
		}
		// Without its end the connection would not be used again.
		io.Copy(io.Discard, response.Body)
	case "upload":
		count, err := io.ReadAll(response.Body)
		if err != nil || string(count) != strconv.FormatInt(*size, 10) {
			fail(fmt.Errorf("the server counted %s: %v", count, err))
		}
	default:
		wanted := int64(fixedSize)
		if work == "download" {
			wanted = *size
		}
		received, err := io.Copy(io.Discard, response.Body)
		if err != nil || received != wanted {
			fail(fmt.Errorf("%d bytes: %v", received, err))
		}
	}
}
