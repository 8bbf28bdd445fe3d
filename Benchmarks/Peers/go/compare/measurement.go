package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// What every client records: the nanoseconds of each request, and what the measured part cost.
type measurement struct {
	times    []uint64
	recorded int64
	started  time.Time
	before   sample
	after    sample
	wall     time.Duration
}

type sample struct {
	usage          syscall.Rusage
	memory         runtime.MemStats
	resident, peak int
}

func newMeasurement(requests int) *measurement {
	m := &measurement{times: make([]uint64, requests)}
	// Written once, so that it is resident.
	for i := range m.times {
		m.times[i] = ^uint64(0)
	}
	return m
}

func takeSample() (s sample) {
	syscall.Getrusage(syscall.RUSAGE_SELF, &s.usage)
	runtime.ReadMemStats(&s.memory)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		fail(err)
	}
	for _, line := range strings.Split(string(status), "\n") {
		if fields := strings.Fields(line); len(fields) > 1 {
			switch fields[0] {
			case "VmRSS:":
				s.resident, _ = strconv.Atoi(fields[1])
			case "VmHWM:":
				s.peak, _ = strconv.Atoi(fields[1])
			}
		}
	}
	return s
}

func (m *measurement) begin() {
	// From here on the peak is that of the measured part.
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		fail(err)
	}
	m.before = takeSample()
	m.started = time.Now()
}

func (m *measurement) record(took time.Duration) {
	m.times[atomic.AddInt64(&m.recorded, 1)-1] = uint64(took)
}

// The time goes first: looking at memory stops the world. Garbage is no part of what a
// connection holds, so it is collected when `collects` is set.
func (m *measurement) end(collects bool) {
	m.wall = time.Since(m.started)
	m.after = takeSample()
	if collects {
		runtime.GC()
		memory := m.after
		m.after = takeSample()
		m.after.usage = memory.usage
	}
}

func (m *measurement) write(file string) {
	if int(m.recorded) != len(m.times) {
		fail(fmt.Errorf("%d requests were recorded, not %d", m.recorded, len(m.times)))
	}
	out, err := os.Create(file)
	if err == nil {
		err = binary.Write(out, binary.LittleEndian, m.times)
	}
	if err == nil {
		err = out.Close()
	}
	if err != nil {
		fail(err)
	}
	before, after := &m.before, &m.after
	line, err := json.Marshal(map[string]any{
		"requests":             len(m.times),
		"wall_ns":              m.wall.Nanoseconds(),
		"user_ns":              after.usage.Utime.Nano() - before.usage.Utime.Nano(),
		"system_ns":            after.usage.Stime.Nano() - before.usage.Stime.Nano(),
		"resident_before_kib":  before.resident,
		"resident_after_kib":   after.resident,
		"peak_kib":             after.peak,
		"heap_before":          before.memory.HeapAlloc + before.memory.StackInuse,
		"heap_after":           after.memory.HeapAlloc + after.memory.StackInuse,
		"page_faults":          after.usage.Minflt - before.usage.Minflt,
		"voluntary_switches":   after.usage.Nvcsw - before.usage.Nvcsw,
		"involuntary_switches": after.usage.Nivcsw - before.usage.Nivcsw,
		"allocations":          after.memory.Mallocs - before.memory.Mallocs,
	})
	if err != nil {
		fail(err)
	}
	fmt.Println(string(line))
}
