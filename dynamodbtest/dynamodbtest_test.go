package dynamodbtest

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/dystore/dystore/embedded"
)

// clean unsets every variable that chooses a server.
func clean(t *testing.T) {
	for _, name := range []string{EnvEndpoint, EnvImage, EnvDynoxide, EnvDynalite} {
		t.Setenv(name, "")
	}
}

// answering serves the embedded engine, with GET / as given.
func answering(t *testing.T, product string, get http.HandlerFunc) *httptest.Server {
	db := embedded.New()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			get(w, r)
			return
		}
		w.Header().Set("Server", product)
		db.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// TestEndpoint: the answer to ListTables decides. To a bare GET, AWS answers
// 200, DynamoDB Local 400, and a gateway in front of it may answer anything.
func TestEndpoint(t *testing.T) {
	for name, get := range map[string]http.HandlerFunc{
		"as AWS": func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "healthy: dynamodb.eu-west-1.amazonaws.com ")
		},
		"as DynamoDB Local": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) },
		"not found":         http.NotFound,
	} {
		t.Run(name, func(t *testing.T) {
			clean(t)
			t.Setenv(EnvEndpoint, answering(t, "Some/1.0", get).URL)
			server, err := Open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close()
			if server.Endpoint != os.Getenv(EnvEndpoint) || server.Product != "Some/1.0" || server.Source != "the endpoint of DYSTORE_TEST_ENDPOINT" {
				t.Errorf("got %+v", server)
			}
		})
	}
}

// TestEndpointThatStarts: in front of a container whose server still starts,
// Docker accepts connections and breaks them. The wait goes on.
func TestEndpointThatStarts(t *testing.T) {
	for name, linger := range map[string]int{"ends connections": -1, "resets connections": 0} {
		t.Run(name, func(t *testing.T) {
			server := answering(t, "Some/1.0", http.NotFound)
			front := starting(t, server.Listener.Addr().String(), 3, linger)
			clean(t)
			t.Setenv(EnvEndpoint, "http://"+front)
			got, err := Open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer got.Close()
			if got.Product != "Some/1.0" {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// starting listens in front of addr. It breaks so many connections, after it
// has read a request from each, before it passes one on; linger is of
// [net.TCPConn.SetLinger].
func starting(t *testing.T, addr string, breaks, linger int) string {
	front, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { front.Close() })
	go func() {
		for n := 0; ; n++ {
			conn, err := front.Accept()
			if err != nil {
				return
			}
			if n < breaks {
				conn.Read(make([]byte, 64<<10)) // unread bytes would reset it
				conn.(*net.TCPConn).SetLinger(linger)
				conn.Close()
				continue
			}
			go func() {
				defer conn.Close()
				server, err := net.Dial("tcp", addr)
				if err != nil {
					return
				}
				defer server.Close()
				go io.Copy(server, conn)
				io.Copy(conn, server)
			}()
		}
	}()
	return front.Addr().String()
}

func TestEndpointThatIsNoDynamoDB(t *testing.T) {
	for name, other := range map[string]http.HandlerFunc{
		"an empty page":       func(http.ResponseWriter, *http.Request) {},
		"not found":           http.NotFound,
		"no access":           func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) },
		"an error that lasts": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
	} {
		t.Run(name, func(t *testing.T) {
			wrong := httptest.NewServer(other)
			defer wrong.Close()
			clean(t)
			t.Setenv(EnvEndpoint, wrong.URL)
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			server, err := Open(ctx)
			if err == nil {
				server.Close()
				t.Fatalf("started %s", server.Source)
			}
			if errors.Is(err, ErrUnavailable) || !strings.HasPrefix(err.Error(), "dynamodbtest: DYSTORE_TEST_ENDPOINT="+wrong.URL+": ") {
				t.Errorf("got %v; want a failure that names the endpoint", err)
			}
		})
	}
}
