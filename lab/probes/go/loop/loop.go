// Package loop calls again and again: workers that call, tell each failure in one line, and pause.
package loop

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

func number(name string, otherwise int) int {
	if given, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return given
	}
	return otherwise
}

// Forever never returns.
func Forever(call func() error) {
	pause := time.Duration(number("PROBE_PAUSE_SECONDS", 30)) * time.Second
	var workers sync.WaitGroup
	for range number("PROBE_WORKERS", 1) {
		workers.Go(func() {
			for {
				if err := call(); err != nil {
					fmt.Fprintln(os.Stderr, strings.Join(strings.Fields(err.Error()), " "))
				}
				time.Sleep(pause)
			}
		})
	}
	workers.Wait()
}
