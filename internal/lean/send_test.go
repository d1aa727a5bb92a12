package lean_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	smithyendpoints "github.com/aws/smithy-go/endpoints"

	"github.com/dystore/dystore/internal/answer"
)

// A request is what the SDK's client sends, but for what the SDK says about itself.
func TestSameRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the same time
		for name, opt := range map[string]func(*dynamodb.Options){
			"as it is":      func(*dynamodb.Options) {},
			"dual stack":    func(o *dynamodb.Options) { o.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateEnabled },
			"FIPS":          func(o *dynamodb.Options) { o.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateEnabled },
			"without HTTPS": func(o *dynamodb.Options) { o.EndpointOptions.DisableHTTPS = true },
			"of China":      func(o *dynamodb.Options) { o.Region = "cn-north-1" },
			"a base":        func(o *dynamodb.Options) { o.BaseEndpoint = aws.String("https://proxy.example:8443/a/b") },
		} {
			a := &answers{list: []reply{{status: 200, body: "{}"}}}
			s := sdk(a, opt)
			for _, c := range []client{s, leanly(t, s)} {
				if _, err := get(t.Context(), c); err != nil {
					t.Fatal(name, err)
				}
			}
			want, got := a.seen[0], a.seen[1]
			if want.URL.String() != got.URL.String() || want.Method != got.Method || want.ContentLength != got.ContentLength || a.body[0] != a.body[1] {
				t.Errorf("%s: the SDK sends %s %s %q, we %s %s %q", name, want.Method, want.URL, a.body[0], got.Method, got.URL, a.body[1])
			}
			for h := range want.Header {
				switch h {
				case "User-Agent", "Amz-Sdk-Invocation-Id", "Amz-Sdk-Request", "Authorization":
				default:
					if want.Header.Get(h) != got.Header.Get(h) {
						t.Errorf("%s: %s is %q, ours %q", name, h, want.Header.Get(h), got.Header.Get(h))
					}
				}
			}
			scope := func(r *http.Request) string {
				s, _, _ := strings.Cut(r.Header.Get("Authorization"), ",")
				return s
			}
			if scope(want) != scope(got) || got.GetBody != nil {
				t.Errorf("%s: it is signed %q, ours %q", name, scope(want), scope(got))
			}
		}
	})
}

// The endpoint is that of the account of the credentials, or of the ARN of a table.
func TestAccounts(t *testing.T) {
	account, a := "111111111111", &answers{list: []reply{{status: 200, body: "{}"}}}
	s := sdk(a, func(o *dynamodb.Options) {
		o.AccountIDEndpointMode = aws.AccountIDEndpointModePreferred
		o.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "A", SecretAccessKey: "S", AccountID: account}, nil
		})
	})
	c := leanly(t, s)
	const other = "arn:aws:dynamodb:eu-west-1:333333333333:table/Table"
	for _, step := range []struct{ account, table, host string }{
		{"111111111111", "Table", "111111111111"},
		{"222222222222", "Table", "222222222222"},
		{"222222222222", other, "333333333333"},
		{"222222222222", "Table", "222222222222"},
		{"", "Table", "dynamodb"},
	} {
		account = step.account
		for _, c := range []client{s, c} {
			if _, err := c.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &step.table, Key: key()}); err != nil {
				t.Fatal(err)
			}
			if host := a.seen[len(a.seen)-1].URL.Host; !strings.HasPrefix(host, step.host+".") {
				t.Errorf("%+v, by a %T: %s", step, c, host)
			}
			if _, err := c.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{Put: &types.Put{TableName: &step.table, Item: key()}}}}); err != nil {
				t.Fatal(err)
			}
			if host := a.seen[len(a.seen)-1].URL.Host; !strings.HasPrefix(host, step.host+".") {
				t.Errorf("%+v, a transaction by a %T: %s", step, c, host)
			}
		}
	}
}

// resolver is a resolver of the user's, which may look at anything.
type resolver struct{}

func (resolver) ResolveEndpoint(_ context.Context, p dynamodb.EndpointParameters) (e smithyendpoints.Endpoint, _ error) {
	e.URI.Scheme, e.URI.Host = "https", strings.Join(append(p.ResourceArnList, aws.ToString(p.ResourceArn)), "")+".example"
	e.Headers = http.Header{"X-Route": {"r"}}
	return e, nil
}

// A resolver of the user's is asked each time.
func TestResolver(t *testing.T) {
	a := &answers{list: []reply{{status: 200, body: "{}"}}}
	c := leanly(t, sdk(a, func(o *dynamodb.Options) { o.EndpointResolverV2 = resolver{} }))
	for _, table := range []string{"one", "two"} {
		if _, err := c.Scan(t.Context(), &dynamodb.ScanInput{TableName: &table}); err != nil {
			t.Fatal(err)
		}
		if r := a.seen[len(a.seen)-1]; r.URL.Host != table+".example" || r.Header.Get("X-Route") != "r" {
			t.Errorf("%s: %s, %v", table, r.URL, r.Header)
		}
	}
}

// A request that a wrong clock has signed is signed again, and later ones by the right clock,
// until the clock of the process is right.
func TestSkew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		date := func(d time.Duration) map[string]string {
			return map[string]string{"Date": time.Now().Add(d).UTC().Format(http.TimeFormat)}
		}
		refused := refusal("InvalidSignatureException", `,"message":"m"`)
		for name, c := range map[string]struct {
			off  bool
			list []reply
			sign []time.Duration // by which clock each request is signed
			fail bool            // the first call
		}{
			"an hour behind":      {false, []reply{{status: 400, body: refused, header: date(time.Hour)}, {status: 200, body: "{}", header: date(time.Hour)}}, []time.Duration{0, time.Hour, time.Hour}, false},
			"right again":         {false, []reply{{status: 400, body: refused, header: date(time.Hour)}, {status: 200, body: "{}", header: date(0)}}, []time.Duration{0, time.Hour, 0}, false},
			"a minute":            {false, []reply{{status: 400, body: refused, header: date(time.Minute)}, {status: 200, body: "{}", header: date(0)}}, []time.Duration{0, time.Minute}, true},
			"no date":             {false, []reply{{status: 400, body: refused}, {status: 200, body: "{}"}}, []time.Duration{0, 0}, true},
			"from a cache":        {false, []reply{{status: 400, body: refused, header: map[string]string{"Age": "1", "Date": date(time.Hour)["Date"]}}, {status: 200, body: "{}"}}, []time.Duration{0, 0}, true},
			"not to be looked at": {true, []reply{{status: 400, body: refused, header: date(time.Hour)}, {status: 200, body: "{}"}}, []time.Duration{0, 0}, true},
		} {
			for i := range 2 {
				a := &answers{list: c.list}
				s := sdk(a, func(o *dynamodb.Options) { o.DisableClockSkewCorrection = c.off })
				var cl client = s
				if i == 1 {
					cl = leanly(t, s)
				}
				began := time.Now()
				if _, err := get(t.Context(), cl); (err != nil) != c.fail {
					t.Errorf("%s, %T: %v", name, cl, err)
				}
				if _, err := get(t.Context(), cl); err != nil {
					t.Errorf("%s, %T: %v", name, cl, err)
				}
				for i, r := range a.seen {
					at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
					if off := at.Sub(began) - c.sign[min(i, len(c.sign)-1)]; err != nil || off.Abs() > 10*time.Second {
						t.Errorf("%s, %T, request %d: signed at %v, %v", name, cl, i, at, err)
					}
				}
				if len(a.seen) != len(c.sign) {
					t.Errorf("%s, %T: %d requests", name, cl, len(a.seen))
				}
			}
		}
	})
}

// A connection is used again after answers, refusals and what is no answer. Calls may be made
// at the same time.
func TestConnections(t *testing.T) {
	var made, n atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		switch n.Add(1) % 4 {
		case 1:
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, refusal("ValidationException", "")+strings.Repeat(" ", 1<<16))
		case 2:
			_, _ = io.WriteString(w, `{"Item":`+strings.Repeat(" ", 1<<16))
		default:
			_, _ = io.WriteString(w, `{}`)
		}
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			made.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	c := leanly(t, sdk(nil, func(o *dynamodb.Options) {
		o.HTTPClient, o.BaseEndpoint, o.Retryer = &http.Client{Transport: transport}, &server.URL, aws.NopRetryer{}
	}))
	calls := func() {
		for range 20 {
			_, _ = get(t.Context(), c)
		}
	}
	calls()
	if n.Load() != 20 || made.Load() != 1 {
		t.Errorf("%d requests over %d connections", n.Load(), made.Load())
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(calls)
	}
	all.Wait()
	if n.Load() != 100 {
		t.Errorf("%d requests", n.Load())
	}
}

// An option that is middleware cannot be heeded.
func TestMiddlewareOfCall(t *testing.T) {
	a := &answers{list: []reply{{status: 200, body: "{}"}}}
	_, err := leanly(t, sdk(a)).GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("Table"), Key: key()},
		func(o *dynamodb.Options) { o.Protocol = nil; answer.Told(o) })
	if err == nil || len(a.seen) != 0 {
		t.Errorf("%v, %d requests", err, len(a.seen))
	}
}

// An attempt has nothing of the one before: neither what it was signed with, nor what the
// HTTP client has added to it.
func TestAttemptsApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, asked := &answers{list: []reply{{status: 500, body: refusal("InternalServerError", "")}, {status: 200, body: "{}"}}}, 0
		var headers []http.Header
		_, err := get(t.Context(), leanly(t, sdk(a, func(o *dynamodb.Options) {
			o.HTTPClient = adds{a, &headers}
			o.Credentials = aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
				creds, err := credentials(ctx)
				if asked++; asked > 1 {
					creds.SessionToken = ""
				}
				return creds, err
			})
		})))
		if err != nil || len(headers) != 2 {
			t.Fatalf("%d requests, %v", len(headers), err)
		}
		if headers[0].Get("X-Amz-Security-Token") != "T" || headers[1].Get("X-Amz-Security-Token") != "" || headers[1].Get("Traceparent") != "" || a.body[0] != a.body[1] {
			t.Errorf("%v, %q", headers, a.body)
		}
	})
}

// adds is an HTTP client that adds to the header of requests.
type adds struct {
	next    *answers
	headers *[]http.Header // as they came
}

func (c adds) Do(r *http.Request) (*http.Response, error) {
	*c.headers = append(*c.headers, r.Header.Clone())
	r.Header.Set("Traceparent", "00")
	return c.next.Do(r)
}

// counted is an HTTP client of one call.
type counted struct {
	next dynamodb.HTTPClient
	sent int
}

func (c *counted) Do(r *http.Request) (*http.Response, error) {
	c.sent++
	return c.next.Do(r)
}

// The options by which a write learns whether its request has left are heeded.
func TestOptionsOfWrites(t *testing.T) {
	no := errors.New("no")
	for name, c := range map[string]struct {
		list  []reply
		creds error
		sent  int
	}{
		"done":            {[]reply{{status: 200, body: "{}"}}, nil, 1},
		"broken":          {[]reply{{status: 500, body: refusal("InternalServerError", "")}}, nil, 1},
		"lost":            {[]reply{{err: no}}, nil, 1},
		"never a request": {[]reply{{status: 200, body: "{}"}}, no, 0},
	} {
		var watch *counted
		_, err := leanly(t, sdk(&answers{list: c.list}, func(o *dynamodb.Options) {
			o.RetryMaxAttempts = 9
			o.Credentials = aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
				creds, _ := credentials(ctx)
				return creds, c.creds
			})
		})).PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("Table"), Item: key()}, func(o *dynamodb.Options) {
			watch = &counted{next: o.HTTPClient}
			o.HTTPClient, o.Retryer, o.RetryMaxAttempts = watch, aws.NopRetryer{}, 0
		}, answer.Answered)
		if watch.sent != c.sent || (err == nil) != (name == "done") {
			t.Errorf("%s: %d requests, %v", name, watch.sent, err)
		}
	}
}

// A transaction without a token gets one, of its own, and its input stays as it is.
func TestTokens(t *testing.T) {
	a := &answers{list: []reply{{status: 200, body: "{}"}}}
	c := leanly(t, sdk(a))
	in := &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{Put: &types.Put{TableName: aws.String("Table"), Item: key()}}}}
	for range 2 {
		if _, err := c.TransactWriteItems(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	if a.body[0] == a.body[1] || !strings.Contains(a.body[0], `"ClientRequestToken":"`) || in.ClientRequestToken != nil {
		t.Errorf("%q", a.body)
	}
}
