// A web server that answers with its version, and whose health check fails after a request to /hang.
package main

import (
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

func main() {
	version := os.Args[1]
	var isHung atomic.Bool
	handle := func(w http.ResponseWriter, r *http.Request) {
		if pause, _ := strconv.Atoi(r.URL.Query().Get("pause")); pause > 0 {
			time.Sleep(time.Duration(pause) * time.Millisecond)
		}
		if r.URL.Path == "/hang" {
			isHung.Store(true)
		}
		if r.URL.Path == "/healthz" && isHung.Load() {
			w.WriteHeader(http.StatusInternalServerError)
		}
		fmt.Fprint(w, version)
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	go func() {
		<-signals
		os.Exit(0)
	}()
	fmt.Println("serving", version)
	fmt.Println(http.ListenAndServe(":8080", http.HandlerFunc(handle)))
	os.Exit(1)
}
