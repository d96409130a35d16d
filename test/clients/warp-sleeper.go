// Sleeps an hour in several goroutines, and says how long that was on both of its clocks.
package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	began := time.Now()
	fmt.Println("ready")
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { time.Sleep(time.Hour) })
	}
	timer := time.NewTimer(time.Hour)
	all.Wait()
	<-timer.C
	ended := time.Now()
	fmt.Println(ended.Sub(began).Seconds(), ended.Round(0).Sub(began.Round(0)).Seconds())
}
