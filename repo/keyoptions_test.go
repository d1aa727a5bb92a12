package repo_test

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/repo"
)

// kOptions has keys of every kind under the options that leave values out.
type kOptions struct {
	Int     int        `dynamodbav:"int,omitempty"`
	Uint    uint8      `dynamodbav:"uint,nullempty"`
	Float   float64    `dynamodbav:"float,omitempty"`
	Spelled int        `dynamodbav:"spelled,string,omitempty"`
	Unix    time.Time  `dynamodbav:"unix,unixtime,omitempty"`
	NoUnix  time.Time  `dynamodbav:"nounix,unixtime,nullempty"`
	UUID    uuid.UUID  `dynamodbav:"uuid,omitempty"`
	NoUUID  uuid.UUID  `dynamodbav:"nouuid,nullempty"`
	Addr    netip.Addr `dynamodbav:"addr,omitempty"`

	Text    string                `dynamodbav:"text,omitempty"`
	NoText  string                `dynamodbav:"notext,nullempty"`
	Bytes   []byte                `dynamodbav:"bytes,omitempty"`
	NoBytes []byte                `dynamodbav:"nobytes,nullempty"`
	Number  attributevalue.Number `dynamodbav:"number,omitempty"`
	Array   [2]byte               `dynamodbav:"array,omitempty"`
	NoArray [2]byte               `dynamodbav:"noarray,nullempty"`
	Time    time.Time             `dynamodbav:"time,omitempty"`
	NoTime  time.Time             `dynamodbav:"notime,nullempty"`
}

// A key whose zero value is a key like others must be stored when it is zero.
func TestRefusedKeyOptions(t *testing.T) {
	const omits = "omitempty in its tag keeps the zero value from being stored, which is a key like others; leave the option out"
	const nulls = "nullempty in its tag keeps the zero value from being stored, which is a key like others; leave the option out"
	uuids := func(k *kOptions) *uuid.UUID { return &k.UUID }
	refused(t, []declaration{
		wrong("int", repo.TableOf("Keys", repo.KeyOf(func(k *kOptions) *int { return &k.Int })), "repo.KeyOf(repo_test.kOptions, int): "+omits),
		wrong("uint8", repo.TableOf("Keys", repo.KeyOf(func(k *kOptions) *uint8 { return &k.Uint })), "repo.KeyOf(repo_test.kOptions, uint): "+nulls),
		wrong("float64", repo.TableOf("Keys", repo.KeyOf(func(k *kOptions) *float64 { return &k.Float })), "repo.KeyOf(repo_test.kOptions, float): "+omits),
		wrong("a number as text", repo.TableOf("Keys", repo.KeyOf(func(k *kOptions) *int { return &k.Spelled })), "repo.KeyOf(repo_test.kOptions, spelled): "+omits),
		wrong("unixtime", repo.TableOf("Keys", repo.KeyOf(func(k *kOptions) *time.Time { return &k.Unix })), "repo.KeyOf(repo_test.kOptions, unix): "+omits),
		wrong("unixtime, NULL", repo.TableOf("Keys", repo.KeyOf(func(k *kOptions) *time.Time { return &k.NoUnix })), "repo.KeyOf(repo_test.kOptions, nounix): "+nulls),
		wrong("uuid", repo.TableOf("Keys", repo.KeyOf(uuids)), "repo.KeyOf(repo_test.kOptions, uuid): "+omits),
		wrong("uuid, generated", repo.TableOf("Keys", repo.KeyOf(uuids, keygen.UUIDv7)), "repo.KeyOf(repo_test.kOptions, uuid): "+omits),
		wrong("uuid, NULL", repo.TableOf("Keys", repo.KeyOf(func(k *kOptions) *uuid.UUID { return &k.NoUUID })), "repo.KeyOf(repo_test.kOptions, nouuid): "+nulls),
		wrong("partition and sort key", repo.TableOf("Keys", repo.CompositeKeyOf(func(k *kOptions) *int { return &k.Int }, func(k *kOptions) *uint8 { return &k.Uint })),
			"repo.CompositeKeyOf(repo_test.kOptions, int): "+omits+"\nrepo.CompositeKeyOf(repo_test.kOptions, uint): "+nulls),
	})
}

// The options do no harm to keys whose empty value is no key, or which they do
// not leave out.
func TestKeyOptions(t *testing.T) {
	emptyIsNoKey(t, "string", func(k *kOptions) *string { return &k.Text }, "a")
	emptyIsNoKey(t, "string, NULL", func(k *kOptions) *string { return &k.NoText }, "a")
	emptyIsNoKey(t, "bytes", func(k *kOptions) *[]byte { return &k.Bytes }, []byte{1})
	emptyIsNoKey(t, "bytes, NULL", func(k *kOptions) *[]byte { return &k.NoBytes }, []byte{1})
	emptyIsNoKey(t, "number", func(k *kOptions) *attributevalue.Number { return &k.Number }, "0")
	emptyIsNoKey(t, "address", func(k *kOptions) *netip.Addr { return &k.Addr }, netip.IPv4Unspecified())
	zeroIsKey(t, "array", func(k *kOptions) *[2]byte { return &k.Array })
	zeroIsKey(t, "array, NULL", func(k *kOptions) *[2]byte { return &k.NoArray })
	zeroIsKey(t, "time", func(k *kOptions) *time.Time { return &k.Time })
	zeroIsKey(t, "time, NULL", func(k *kOptions) *time.Time { return &k.NoTime })
}

func emptyIsNoKey[K any](t *testing.T, name string, field func(*kOptions) *K, good K) {
	t.Run(name, func(t *testing.T) {
		ctx := context.Background()
		client, net := fault.Wrap(embedded.New().Client())
		r := repoOver(t, client, repo.TableOf("Keys", repo.KeyOf(field)))
		net.Reset()
		if _, err := r.Create(ctx, &kOptions{}); !errors.Is(err, repo.ErrInvalid) {
			t.Errorf("an empty key: %v", err)
		}
		if sent := net.Operations(); len(sent) > 0 {
			t.Errorf("sent %v", sent)
		}
		v := kOptions{}
		*field(&v) = good
		got := must(r.Get(ctx, must(r.Create(ctx, &v))(t)))(t)
		if d := cmp.Diff(v, *got, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); d != "" {
			t.Error(d)
		}
	})
}

func zeroIsKey[K any](t *testing.T, name string, field func(*kOptions) *K) {
	t.Run(name, func(t *testing.T) {
		ctx := context.Background()
		key := repo.KeyOf(field)
		r := repoOver(t, embedded.New().Client(), repo.TableOf("Keys", key))
		made := must(r.Create(ctx, &kOptions{Int: 7}))(t)
		var zero K
		if !made.Equal(key.Of(zero)) {
			t.Errorf("key %s is not the zero one", made)
		}
		if got := must(r.Get(ctx, key.Of(zero)))(t); got.Int != 7 {
			t.Errorf("got %+v", got)
		}
	})
}

// A zero UUID is a key like others, unless validation says otherwise.
func TestZeroUUIDs(t *testing.T) {
	ctx := context.Background()
	type lax struct {
		ID uuid.UUID `dynamodbav:"id"`
	}
	type given struct {
		ID uuid.UUID `dynamodbav:"id" validate:"required"`
	}
	r := repoOver(t, embedded.New().Client(), repo.TableOf("Any", repo.KeyOf(func(l *lax) *uuid.UUID { return &l.ID })))
	if key := must(r.Create(ctx, &lax{}))(t); key.String() != `"00000000-0000-0000-0000-000000000000"` {
		t.Errorf("key %s", key)
	}
	client, net := fault.Wrap(embedded.New().Client())
	strict := repoOver(t, client, repo.TableOf("Given", repo.KeyOf(func(g *given) *uuid.UUID { return &g.ID })))
	net.Reset()
	for _, err := range []error{errOf(strict.Create(ctx, &given{})), errOf(strict.Put(ctx, &given{}))} {
		if !errors.Is(err, repo.ErrInvalid) || len(net.Operations()) > 0 {
			t.Errorf("got %v, sent %v", err, net.Operations())
		}
	}
}

// kDay is stored as a date, by its own methods.
type kDay time.Time

func (d kDay) MarshalText() ([]byte, error) {
	return time.Time(d).AppendFormat(nil, time.DateOnly), nil
}

func (d *kDay) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.DateOnly, string(text))
	*d = kDay(t)
	return err
}

// A time with a text form of its own is stored so as a key too.
func TestKeyOfAnotherTimeType(t *testing.T) {
	ctx := context.Background()
	type doc struct {
		Day kDay `dynamodbav:"day"`
		N   int  `dynamodbav:"n"`
	}
	r := repoOver(t, embedded.New().Client(), repo.TableOf("Days", repo.KeyOf(func(d *doc) *kDay { return &d.Day })))
	day := kDay(time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC))
	key := must(r.Create(ctx, &doc{day, 1}))(t)
	if key.String() != `"2026-01-02"` {
		t.Errorf("key %s", key)
	}
	if got := must(r.Get(ctx, key))(t); !time.Time(got.Day).Equal(time.Time(day)) || got.N != 1 {
		t.Errorf("got %+v", got)
	}
}

// A number that is stored as text sorts as text: a range of it is refused.
func TestRangesOfSpelledNumbers(t *testing.T) {
	ctx := context.Background()
	type doc struct {
		P string `dynamodbav:"p"`
		N int    `dynamodbav:"n,string"`
	}
	key := repo.CompositeKeyOf(func(d *doc) *string { return &d.P }, func(d *doc) *int { return &d.N })
	client, net := fault.Wrap(embedded.New().Client())
	r := repoOver(t, client, repo.TableOf("Docs", key))
	for _, n := range []int{9, 10, 100, 11} {
		must(r.Create(ctx, &doc{"a", n}))(t)
	}
	net.Reset()
	in := key.In("a")
	for name, bad := range map[string]repo.Range[doc]{
		"Between": in.Between(9, 10), "Before": in.Before(10), "UpTo": in.UpTo(10), "After": in.After(9), "From": in.From(9),
	} {
		want := "repo: Query Docs: invalid: key range: " + name + ": the sort key is a number that is stored as text, where 10 comes before 9; leave the option string out of its tag"
		if err := firstError(r.Query(ctx, bad)); !errors.Is(err, repo.ErrInvalid) || err.Error() != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if sent := net.Operations(); len(sent) > 0 {
		t.Errorf("sent %v", sent)
	}
	for _, c := range []struct {
		in   repo.Range[doc]
		want []int
	}{{in, []int{10, 100, 11, 9}}, {in.BeginsWith(10), []int{10, 100}}, {in.Backwards(), []int{9, 11, 100, 10}}} {
		var got []int
		for v, err := range r.Query(ctx, c.in) {
			noErr(t, err)
			got = append(got, v.N)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Error(d)
		}
	}
}
