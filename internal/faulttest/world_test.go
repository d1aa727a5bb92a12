package faulttest

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	endpoints "github.com/aws/smithy-go/endpoints"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/repo"
)

// fWorld is an engine with the three models and two clients: the requests of one
// pass through faults, those of the other do not. Below the faults, a witness
// records what really happened.
type fWorld struct {
	way  fWay
	db   *embedded.DB
	net  *fault.Transport
	wit  *witness
	raw  *dynamodb.Client // around faults and witness
	docs sides[fDoc]
	slip sides[fSlip]
	card sides[fCard]

	client *dynamodb.Client // through them
	opens  repo.Client      // of Open
	asked  atomic.Int64     // requests that the SDK wanted to send
	keys   *cipher.AES
}

// quick leaves out what makes up half the time of a request in process: the
// rules for endpoints and the signature.
func quick(o *dynamodb.Options) {
	o.EndpointResolverV2 = nowhere{}
	o.Credentials = aws.AnonymousCredentials{}
	// One client sees more faults here than the retries of a service are rationed for.
	o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) { o.RateLimiter = ratelimit.None })
}

type nowhere struct{}

func (nowhere) ResolveEndpoint(context.Context, dynamodb.EndpointParameters) (endpoints.Endpoint, error) {
	return endpoints.Endpoint{URI: url.URL{Scheme: "http", Host: "localhost"}}, nil
}

// sides are two repositories of one model.
type sides[T any] struct{ faulty, clean *repo.Repo[T] }

func newFaultWorld(t testing.TB, opts ...embedded.Option) *fWorld {
	t.Helper()
	return inTransactions.world(t, opts...)
}

// fWay is how the repositories of a world write.
type fWay struct {
	name   string
	engine []embedded.Option
	repo   []repo.Option
	copies bool // objects of several items are staged
	alone  bool // and so are all others
}

var (
	inTransactions = fWay{name: "transactions"}
	inStages       = fWay{name: "staged", repo: []repo.Option{repo.Staged()}, copies: true}
	alone          = fWay{name: "without transactions", engine: []embedded.Option{embedded.WithoutTransactions()}, repo: []repo.Option{repo.WithoutTransactions()}, copies: true, alone: true}
	stagedWays     = []fWay{inStages, alone}
)

func (way fWay) world(t testing.TB, opts ...embedded.Option) *fWorld {
	t.Helper()
	w := &fWorld{way: way, db: embedded.New(slices.Concat(way.engine, opts)...)}
	w.raw = w.db.Client(quick)
	w.wit = &witness{w: w, next: w.db.Transport()}
	w.net = fault.New(w.wit)
	w.client = w.db.Client(quick, func(o *dynamodb.Options) { o.HTTPClient = w })
	w.opens = w.client
	w.keys = testKeys(t)
	w.docs = newSides(t, w.client, w.raw, fDocModel(w.keys), way.repo...)
	w.slip = newSides(t, w.client, w.raw, fSlipModel(), way.repo...)
	w.card = newSides(t, w.client, w.raw, fCardModel(), append(slices.Clone(way.repo), repo.Plain())...)
	return w
}

// Do counts what the SDK hands over, before anything looks at the context.
func (w *fWorld) Do(r *http.Request) (*http.Response, error) {
	w.asked.Add(1)
	return w.net.Do(r)
}

func newSides[T any](t testing.TB, faulty, clean *dynamodb.Client, m repo.Model[T], opts ...repo.Option) (s sides[T]) {
	t.Helper()
	// The validator is off: it is slow to make, and no subject here.
	opts = append(opts, repo.WithValidator(nil))
	var err error
	if s.faulty, err = repo.New(faulty, m, opts...); err != nil {
		t.Fatal(err)
	}
	if s.clean, err = repo.New(clean, m, opts...); err != nil {
		t.Fatal(err)
	}
	if err := s.clean.CreateTables(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

// witness counts the writes that changed something. It compares everything that is
// stored before and after each, because an answer does not tell: a repetition under
// a token succeeds without effect.
type witness struct {
	w       *fWorld
	next    fault.HTTPClient
	mu      sync.Mutex // writes of one call may come at the same time
	applied int
	blind   bool // it lets everything pass unseen, for tests with several writers

	seen  int   // requests since the last begin
	flips []int // those of them that changed something
}

func (v *witness) Do(r *http.Request) (*http.Response, error) {
	if v.blind {
		return v.next.Do(r)
	}
	target := r.Header.Get("X-Amz-Target")
	operation := target[strings.LastIndexByte(target, '.')+1:]
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	of := fTables[tableOf(fault.Request{Body: body})]
	if v.count(); !isWrite(operation) || v.w.way.copies && of != "" && of != "ID" {
		return v.next.Do(r) // copies come several at a time, and nobody sees them
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	index := v.seen - 1
	before := v.w.digest()
	res, err := v.next.Do(r)
	if v.w.digest() != before && !kit.Adopts(operation, body) {
		v.applied++
		v.flips = append(v.flips, index)
	}
	return res, err
}

// count counts a request.
func (v *witness) count() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.seen++
}

// begin counts from zero.
func (v *witness) begin() { v.applied, v.seen, v.flips = 0, 0, nil }

// dump is everything that is stored, read from the engine itself.
func (w *fWorld) dump() (tables []kit.StoredTable) {
	for name, key := range fTables {
		out, err := w.db.Scan(context.Background(), &dynamodb.ScanInput{TableName: &name, ConsistentRead: aws.Bool(true)})
		if err != nil || len(out.LastEvaluatedKey) > 0 {
			panic(errors.Join(errors.New("the table does not fit one page"), err))
		}
		tables = append(tables, kit.StoredTable{Name: name, Key: key, Items: out.Items})
	}
	slices.SortFunc(tables, func(a, b kit.StoredTable) int { return cmp.Compare(a.Name, b.Name) })
	return tables
}

// orphans lists where manifests and items do not agree, beside what staged writes may
// leave: copies, and records of what is being created or deleted.
func (w *fWorld) orphans() []string {
	if !w.way.copies {
		return kit.Orphans(w.dump())
	}
	left := kit.DebrisIn(w.dump())
	if left.Superseded > 0 {
		left.Problems = append(left.Problems, fmt.Sprintf("%d items of transactions", left.Superseded))
	}
	return left.Problems
}

// count is how many items are stored.
func (w *fWorld) count() (n int) {
	for _, t := range w.dump() {
		n += len(t.Items)
	}
	return n
}

// digest is equal for equal contents, to the last byte. Where writes are staged it is
// of what readers see: of the root items that count, which name everything else.
func (w *fWorld) digest() [32]byte {
	h := sha256.New()
	for _, t := range w.dump() {
		h.Write([]byte(t.Name))
		var items []string
		for _, it := range t.Items {
			if w.way.copies && !isRoot(t, it) {
				continue
			}
			b, err := item.AppendCanonical(nil, &types.AttributeValueMemberM{Value: it})
			if err != nil {
				panic(err)
			}
			items = append(items, string(b))
		}
		slices.Sort(items)
		for _, s := range items {
			h.Write([]byte(s))
		}
	}
	return [32]byte(h.Sum(nil))
}

// isRoot reports whether an item is that of an object, and the object counts.
func isRoot(t kit.StoredTable, it rawItem) bool {
	root, err := stored.Decode(it["_meta"])
	return t.Key == "ID" && (err != nil || !root.Void)
}

// wipe empties all tables.
func (w *fWorld) wipe() {
	for _, t := range w.dump() {
		for _, it := range t.Items {
			_, err := w.db.DeleteItem(context.Background(), &dynamodb.DeleteItemInput{
				TableName: &t.Name, Key: map[string]types.AttributeValue{t.Key: it[t.Key]}})
			if err != nil {
				panic(err)
			}
		}
	}
}

// fState is what an independent reader finds: the objects, nil for none.
type fState struct {
	Doc  *fDoc
	Slip *fSlip
	Card *fCard
}

func (w *fWorld) state() (s fState, err error) {
	ctx := context.Background()
	var errs [3]error
	s.Doc, errs[0] = w.docs.clean.Get(ctx, fDocKey)
	s.Slip, errs[1] = w.slip.clean.Get(ctx, fSlipKey)
	s.Card, errs[2] = w.card.clean.Get(ctx, fCardKey)
	for i, err := range errs {
		if errors.Is(err, repo.ErrNotFound) {
			errs[i] = nil
		}
	}
	return s, errors.Join(errs[:]...)
}

// must ends a test whose own preparation failed.
func (w *fWorld) must(err error) {
	if err != nil {
		panic(err)
	}
}
