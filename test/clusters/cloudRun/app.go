// The program of all containers of the test: a web server, a job or a worker, by its first argument.
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

func main() {
	switch os.Args[1] {
	case "serve":
		serve()
	case "sidecar":
		http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "beside") })
		http.ListenAndServe(":"+os.Args[2], nil)
	case "break":
		fmt.Println("cannot read the model")
		os.Exit(3)
	case "sleep":
		fmt.Println("sleeping")
		time.Sleep(time.Hour)
	case "run":
		run()
	case "work":
		work()
	}
}

func variables() map[string]string {
	all := map[string]string{}
	for _, each := range os.Environ() {
		name, value, _ := strings.Cut(each, "=")
		all[name] = value
	}
	return all
}

func serve() {
	id := make([]byte, 6)
	rand.Read(id)
	instance := fmt.Sprintf("%x", id)
	var active, most int64
	var isHung atomic.Bool
	answer := func(w http.ResponseWriter, r *http.Request) {
		now := atomic.AddInt64(&active, 1)
		defer atomic.AddInt64(&active, -1)
		for last := atomic.LoadInt64(&most); now > last && !atomic.CompareAndSwapInt64(&most, last, now); last = atomic.LoadInt64(&most) {
		}
		if pause, _ := strconv.Atoi(r.URL.Query().Get("pause")); pause > 0 {
			time.Sleep(time.Duration(pause) * time.Millisecond)
		}
		if r.Header.Get("Ce-Type") != "" {
			fmt.Println("event", event(r))
		}
		found := map[string]any{"instance": instance, "most": atomic.LoadInt64(&most), "revision": os.Getenv("K_REVISION"), "authorization": r.Header.Get("Authorization"), "serverless": r.Header.Get("X-Serverless-Authorization")}
		status := 200
		switch r.URL.Path {
		case "/variables":
			found["variables"] = variables()
		case "/files":
			file, err := os.ReadFile(r.URL.Query().Get("path"))
			found["file"], found["error"] = string(file), fmt.Sprint(err)
		case "/call":
			found["called"] = call(r.URL.Query().Get("url"), r.URL.Query().Get("token") != "")
		case "/write":
			found["error"] = fmt.Sprint(os.WriteFile(r.URL.Query().Get("path"), make([]byte, 1000), 0o600))
		case "/protocol":
			found["protocol"] = r.Proto
		case "/live":
			if isHung.Load() {
				status = 500
			}
		case "/hang":
			isHung.Store(true)
		case "/sql":
			value, err := database.query(r.URL.Query().Get("socket"), "SELECT 42")
			found["answer"] = value
			if err != nil {
				found["answer"], status = err.Error(), 500
			}
		case "/memory":
			fill(r.URL.Query().Get("mebibytes"))
		case "/socket":
			connection, stream, _ := w.(http.Hijacker).Hijack()
			defer connection.Close()
			stream.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
			stream.Flush()
			line, _ := stream.ReadString('\n')
			stream.WriteString("echo " + line)
			stream.Flush()
			return
		case "/exit":
			fmt.Println("out of memory")
			os.Exit(9)
		case "/body":
			body, _ := io.ReadAll(r.Body)
			found["body"] = string(body)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(found)
	}
	fmt.Println("serving", os.Getenv("K_REVISION"))
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	go func() {
		<-signals
		fmt.Println("stopping")
		os.Exit(0)
	}()
	port := os.Getenv("PORT")
	if port == "" {
		port = "80"
	}
	server := http.Server{Addr: ":" + port, Handler: http.HandlerFunc(answer)}
	if len(os.Args) > 2 {
		server.Protocols = new(http.Protocols)
		server.Protocols.SetUnencryptedHTTP2(true)
	}
	if err := server.ListenAndServe(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// call requests a URL, with an identity token of the metadata server.
func call(target string, token bool) string {
	request, _ := http.NewRequest("GET", target, nil)
	if token {
		parsed, _ := url.Parse(target)
		audience := parsed.Scheme + "://" + parsed.Host
		identity, _ := http.NewRequest("GET", "http://"+os.Getenv("GCE_METADATA_HOST")+"/computeMetadata/v1/instance/service-accounts/default/identity?audience="+url.QueryEscape(audience), nil)
		identity.Header.Set("Metadata-Flavor", "Google")
		response, err := http.DefaultClient.Do(identity)
		if err != nil {
			return err.Error()
		}
		value, _ := io.ReadAll(response.Body)
		request.Header.Set("Authorization", "Bearer "+string(value))
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err.Error()
	}
	body, _ := io.ReadAll(response.Body)
	return fmt.Sprint(response.StatusCode, " ", string(body))
}

// event returns the headers and the body of a CloudEvent as JSON.
func event(r *http.Request) string {
	headers := map[string]string{}
	for name := range r.Header {
		if strings.HasPrefix(name, "Ce-") || name == "Content-Type" {
			headers[strings.ToLower(name)] = r.Header.Get(name)
		}
	}
	body, _ := io.ReadAll(r.Body)
	encoded, _ := json.Marshal(map[string]any{"headers": headers, "body": json.RawMessage(body)})
	return string(encoded)
}

// fill uses memory.
func fill(mebibytes string) {
	size, _ := strconv.Atoi(mebibytes)
	block := make([]byte, size<<20)
	for index := 0; index < len(block); index += 4096 {
		block[index] = 1
	}
}

// client is a client of PostgreSQL, which keeps its connection, and opens another one after an error.
// https://www.postgresql.org/docs/current/protocol-flow.html
type client struct {
	sync.Mutex
	connection net.Conn
}

var database client

func (c *client) query(socket, statement string) (string, error) {
	c.Lock()
	defer c.Unlock()
	if c.connection == nil {
		connection, err := net.Dial("unix", socket)
		if err != nil {
			return "", err
		}
		c.connection = connection
		if _, err := c.send("", "\x00\x03\x00\x00user\x00app\x00database\x00postgres\x00\x00"); err != nil {
			return "", err
		}
	}
	return c.send("Q", statement+"\x00")
}

// send sends a message, and returns the value of the answer once the server is ready for the next one.
func (c *client) send(kind, body string) (value string, err error) {
	defer func() {
		if err != nil {
			c.connection.Close()
			c.connection = nil
		}
	}()
	message := binary.BigEndian.AppendUint32([]byte(kind), uint32(4+len(body)))
	if _, err := c.connection.Write(append(message, body...)); err != nil {
		return "", err
	}
	for {
		head := make([]byte, 5)
		if _, err := io.ReadFull(c.connection, head); err != nil {
			return "", err
		}
		content := make([]byte, binary.BigEndian.Uint32(head[1:])-4)
		if _, err := io.ReadFull(c.connection, content); err != nil {
			return "", err
		}
		switch head[0] {
		case 'E':
			return "", errors.New(string(content))
		case 'D':
			value = string(content[6:])
		case 'Z':
			return value, nil
		}
	}
}

// run is a task that fails until its attempt has a number.
func run() {
	pause, _ := time.ParseDuration(os.Getenv("PAUSE"))
	defer fmt.Println("ended")
	attempt, _ := strconv.Atoi(os.Getenv("CLOUD_RUN_TASK_ATTEMPT"))
	fmt.Println("task", os.Getenv("CLOUD_RUN_TASK_INDEX"), "of", os.Getenv("CLOUD_RUN_TASK_COUNT"), "attempt", attempt, os.Getenv("CLOUD_RUN_JOB"), os.Getenv("DAY"))
	time.Sleep(pause)
	if needed, _ := strconv.Atoi(os.Getenv("SUCCEEDS_AT")); attempt < needed {
		os.Exit(1)
	}
}

func post(address string, body any) map[string]any {
	encoded, _ := json.Marshal(body)
	response, err := http.Post(address, "application/json", bytes.NewReader(encoded))
	if err != nil {
		return nil
	}
	found := map[string]any{}
	json.NewDecoder(response.Body).Decode(&found)
	return found
}

// work pulls messages, and writes each to an object of the bucket.
func work() {
	subscription := "http://" + os.Getenv("PUBSUB_EMULATOR_HOST") + "/v1/" + os.Getenv("SUBSCRIPTION")
	for {
		received, _ := post(subscription+":pull", map[string]any{"maxMessages": 1})["receivedMessages"].([]any)
		for _, each := range received {
			message := each.(map[string]any)
			data, _ := base64.StdEncoding.DecodeString(message["message"].(map[string]any)["data"].(string))
			if string(data) == "poison" {
				os.Exit(7)
			}
			object := os.Getenv("STORAGE_EMULATOR_HOST") + "/upload/storage/v1/b/" + os.Getenv("BUCKET") + "/o?uploadType=media&name=" + url.QueryEscape(string(data))
			http.Post(object, "text/plain", strings.NewReader(os.Getenv("CLOUD_RUN_WORKER_POOL")))
			post(subscription+":acknowledge", map[string]any{"ackIds": []any{message["ackId"]}})
		}
		time.Sleep(100 * time.Millisecond)
	}
}
