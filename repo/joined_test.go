package repo_test

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// jEvent has a joined key of a text, a time and a number.
type jEvent struct {
	Tenant string      `dynamodbav:"tenant"`
	Kind   string      `dynamodbav:"kind,omitempty"`
	At     time.Time   `dynamodbav:"at"`
	No     int32       `dynamodbav:"no"`
	Body   string      `dynamodbav:"body"`
	In     *xPart      `dynamodbav:"in"`
	Meta   meta.Record `dynamodbav:"-"`
}

var (
	jTenant = lens.Of(func(e *jEvent) *string { return &e.Tenant })
	jKind   = lens.Of(func(e *jEvent) *string { return &e.Kind })
	jAt     = lens.Of(func(e *jEvent) *time.Time { return &e.At })
	jNo     = lens.Of(func(e *jEvent) *int32 { return &e.No })
	jBody   = lens.Of(func(e *jEvent) *string { return &e.Body })
	jInText = lens.Of(func(e *jEvent) *string { return &e.In.Text })
	jKey    = repo.JoinedKeyOf(
		repo.AttributeOf("PK", repo.Word[jEvent]("T"), jTenant),
		repo.AttributeOf("SK", repo.Word[jEvent]("E"), jKind, jAt, repo.Word[jEvent]("No"), jNo, jTenant))
)

func jEvents(t *testing.T, parts ...repo.Part[jEvent]) (*repo.Repo[jEvent], *fault.Transport) {
	t.Helper()
	client, net := fault.Wrap(embedded.New().Client())
	r, err := repo.New(client, repo.TableOf("Events", jKey, append(parts, meta.Keep(func(e *jEvent) *meta.Record { return &e.Meta }))...))
	if err == nil {
		err = r.CreateTables(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	net.Reset()
	return r, net
}

func jKeyOf(e *jEvent) repo.Key[jEvent] {
	return jKey.Of(jNo.Eq(e.No), jAt.Eq(e.At), jKind.Eq(e.Kind), jTenant.Eq(e.Tenant))
}

// TestJoinedModel compares ranges with a sorted list of the same objects.
func TestJoinedModel(t *testing.T) {
	text := rapid.OneOf(rapid.StringOfN(rapid.RuneFrom([]rune("\x00 !#$%a")), 0, 2, -1), rapid.SampledFrom([]string{"", "é", "\U0010FFFF"}))
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		zone := time.FixedZone("z", 3600*rapid.IntRange(-2, 2).Draw(t, "zone"))
		return time.Unix(rapid.Int64Range(0, 1).Draw(t, "s"), rapid.SampledFrom([]int64{0, 1, 1e8}).Draw(t, "ns")).In(zone)
	})
	number := rapid.OneOf(rapid.Int32Range(-2, 2), rapid.SampledFrom([]int32{math.MinInt32, math.MaxInt32}))
	event := rapid.Custom(func(t *rapid.T) jEvent {
		return jEvent{Tenant: rapid.SampledFrom([]string{"", "a", "a#", "a#b"}).Draw(t, "tenant"), Kind: text.Draw(t, "kind"), At: moment.Draw(t, "at"), No: number.Draw(t, "no")}
	})
	byKey := func(a, b jEvent) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Kind, b.Kind), a.At.Compare(b.At), cmp.Compare(a.No, b.No))
	}
	show := func(all []jEvent) (out []string) {
		for _, e := range all {
			out = append(out, fmt.Sprintf("%q %q %s %d", e.Tenant, e.Kind, e.At.UTC().Format(time.RFC3339Nano), e.No))
		}
		return out
	}
	rapid.Check(t, func(rt *rapid.T) {
		r, _ := jEvents(t)
		ctx, all := t.Context(), []jEvent{}
		for _, e := range rapid.SliceOfN(event, 1, 30).Draw(rt, "events") {
			if !slices.ContainsFunc(all, func(o jEvent) bool { return byKey(o, e) == 0 }) {
				key, err := r.Create(ctx, &e)
				var parsed jEvent
				if err == nil {
					err = jKey.Parse(key, &parsed)
				}
				if err != nil || byKey(parsed, e) != 0 || !key.Equal(jKeyOf(&e)) {
					rt.Fatalf("%+v: %v, parsed %+v", e, err, parsed)
				}
				all = append(all, e)
			}
		}
		slices.SortFunc(all, byKey)
		for range 8 {
			of := rapid.SampledFrom(all).Draw(rt, "of")
			keep := []func(jEvent) bool{func(e jEvent) bool { return e.Tenant == of.Tenant }}
			equal := []lens.Condition[jEvent]{jTenant.Eq(of.Tenant)}
			fixed := rapid.IntRange(0, 3).Draw(rt, "fixed")
			if fixed > 0 {
				equal = append(equal, jKind.Eq(of.Kind))
				keep = append(keep, func(e jEvent) bool { return e.Kind == of.Kind })
			}
			if fixed > 1 {
				equal = append(equal, jAt.Eq(of.At))
				keep = append(keep, func(e jEvent) bool { return e.At.Equal(of.At) })
			}
			if fixed > 2 {
				equal = append(equal, jNo.Eq(of.No))
				keep = append(keep, func(e jEvent) bool { return e.No == of.No })
			}
			in := repo.Range[jEvent](jKey.In(equal...))
			low, high := rapid.IntRange(0, 2).Draw(rt, "low"), rapid.IntRange(0, 2).Draw(rt, "high")
			back := rapid.Bool().Draw(rt, "backwards")
			switch s := jKey.In(equal...); fixed {
			case 0:
				lo, hi := text.Draw(rt, "lo"), text.Draw(rt, "hi")
				in = jBounds(repo.Then(s, jKind), low, high, min(lo, hi), max(lo, hi), back)
				keep = append(keep, jWithin(low, high, func(e jEvent) (int, int) { return cmp.Compare(e.Kind, min(lo, hi)), cmp.Compare(e.Kind, max(lo, hi)) }))
			case 1:
				lo, hi := moment.Draw(rt, "lo"), moment.Draw(rt, "hi")
				if hi.Before(lo) {
					lo, hi = hi, lo
				}
				in = jBounds(repo.Then(s, jAt), low, high, lo, hi, back)
				keep = append(keep, jWithin(low, high, func(e jEvent) (int, int) { return e.At.Compare(lo), e.At.Compare(hi) }))
			case 2:
				lo, hi := number.Draw(rt, "lo"), number.Draw(rt, "hi")
				in = jBounds(repo.Then(s, jNo), low, high, min(lo, hi), max(lo, hi), back)
				keep = append(keep, jWithin(low, high, func(e jEvent) (int, int) { return cmp.Compare(e.No, min(lo, hi)), cmp.Compare(e.No, max(lo, hi)) }))
			default:
				back = false
			}
			want := slices.DeleteFunc(slices.Clone(all), func(e jEvent) bool {
				return slices.ContainsFunc(keep, func(holds func(jEvent) bool) bool { return !holds(e) })
			})
			if back {
				slices.Reverse(want)
			}
			got := []jEvent{}
			for e, err := range r.Query(ctx, in) {
				if err != nil {
					rt.Fatal(err)
				}
				got = append(got, *e)
			}
			if diff := gocmp.Diff(show(want), show(got)); diff != "" {
				rt.Fatalf("of %+v, %d fixed (-want +got):\n%s", of, fixed, diff)
			}
			if n, err := r.Count(ctx, in); err != nil || n != int64(len(want)) {
				rt.Fatalf("counted %d, %v; want %d", n, err, len(want))
			}
		}
	})
}

// jBounds sets bounds: 0 none, 1 with its end, 2 without.
func jBounds[S any](k repo.KeyRange[jEvent, S], low, high int, lo, hi S, back bool) repo.Range[jEvent] {
	switch low {
	case 1:
		k = k.From(lo)
	case 2:
		k = k.After(lo)
	}
	switch high {
	case 1:
		k = k.UpTo(hi)
	case 2:
		k = k.Before(hi)
	}
	if back {
		k = k.Backwards()
	}
	return k
}

// jWithin reports whether an event is within the bounds that jBounds sets.
func jWithin(low, high int, compare func(jEvent) (int, int)) func(jEvent) bool {
	return func(e jEvent) bool {
		lo, hi := compare(e)
		return (low == 0 || lo > 0 || low == 1 && lo == 0) && (high == 0 || hi < 0 || high == 1 && hi == 0)
	}
}

func TestJoinedEncryption(t *testing.T) {
	r, net := jEvents(t, cipher.ProtectAll[jEvent](testKeys(t)))
	ctx, e := t.Context(), jEvent{Tenant: "a", Kind: "k", No: 3, Body: "secret"}
	if _, err := r.Create(ctx, &e); err != nil {
		t.Fatal(err)
	}
	net.Reset()
	got, err := r.Get(ctx, jKeyOf(&e))
	if err != nil || got.Body != "secret" || got.No != 3 || got.Tenant != "a" || got.Kind != "k" {
		t.Errorf("%+v, %v", got, err)
	}
	if err := r.Update(ctx, jKeyOf(&e), jBody.Set("other"), repo.If(jNo.Eq(3))); err != nil {
		t.Error(err)
	}
	for e, err := range r.Query(ctx, jKey.In(jTenant.Eq("a")).Where(jNo.Gt(2))) {
		if err != nil || e.Body != "other" {
			t.Errorf("%+v, %v", e, err)
		}
	}
	if got, want := net.Operations(), []string{"GetItem", "TransactWriteItems", "Query"}; !slices.Equal(got, want) {
		t.Errorf("sent %v, want %v", got, want)
	}
}

// TestJoinedWiderType: a program whose field has a wider type has the same keys.
func TestJoinedWiderType(t *testing.T) {
	type wide struct {
		Tenant string    `dynamodbav:"tenant"`
		Kind   string    `dynamodbav:"kind"`
		At     time.Time `dynamodbav:"at"`
		No     int64     `dynamodbav:"no"`
		Body   string    `dynamodbav:"body"`
	}
	tenant, kind := lens.Of(func(e *wide) *string { return &e.Tenant }), lens.Of(func(e *wide) *string { return &e.Kind })
	at, no := lens.Of(func(e *wide) *time.Time { return &e.At }), lens.Of(func(e *wide) *int64 { return &e.No })
	key := repo.JoinedKeyOf(repo.AttributeOf("PK", repo.Word[wide]("T"), tenant), repo.AttributeOf("SK", repo.Word[wide]("E"), kind, at, repo.Word[wide]("No"), no, tenant))

	client := embedded.New().Client()
	narrow, err := repo.New(client, repo.TableOf("Events", jKey), repo.Plain())
	if err != nil {
		t.Fatal(err)
	}
	wider, err := repo.New(client, repo.TableOf("Events", key), repo.Plain())
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	if err := narrow.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	zero := time.Unix(0, 0).UTC()
	for _, n := range []int64{-1, 2, math.MaxInt32 + 1} {
		if _, err := wider.Create(ctx, &wide{Tenant: "a", Kind: "k", At: zero, No: n}); err != nil {
			t.Fatal(err)
		}
	}
	var read []int32
	var failed []string
	for e, err := range narrow.Query(ctx, jKey.In(jTenant.Eq("a"))) {
		if err != nil {
			failed = append(failed, err.Error())
			continue
		}
		read = append(read, e.No)
	}
	const wrong = `repo: Query Events "T#a"/"E#k#1970-01-01T00:00:00.000000000Z#No#00000000002147483648#a": stored data is corrupt: codec: no: the number is out of range for int32`
	if !slices.Equal(read, []int32{-1, 2}) || len(failed) != 1 || failed[0] != wrong {
		t.Errorf("read %v, failed %q; want %q", read, failed, wrong)
	}
}

// TestJoinedRefused: what would change the key is refused before any request, whatever
// the option is.
func TestJoinedRefused(t *testing.T) {
	r, net := jEvents(t)
	ctx, key := t.Context(), jKeyOf(&jEvent{Tenant: "a", Kind: "k", No: 3})
	for name, run := range map[string]func() error{
		"EnsureParents": func() error { return r.With(repo.EnsureParents()).Update(ctx, key, jInText.Set("x"), jKind.Set("y")) },
		"Relaxed":       func() error { return r.With(repo.Relaxed()).Update(ctx, key, jKind.Set("y")) },
		"UpdateGet":     func() error { _, err := repo.UpdateGet(ctx, r, key, jKind.Set("y")); return err },
		"UpdateOp":      func() error { return repo.Transact(ctx, []repo.Op{r.UpdateOp(key, jKind.Set("y"))}) },
		"PutAt":         func() error { return r.PutAt(ctx, key, &jEvent{}) },
	} {
		err := run()
		want := "is part of the object's key, which cannot change"
		if name == "PutAt" {
			want = "the model keeps its key in a field; CreateAt and PutAt are for repo.DetachedKey"
		}
		wantInvalid(t, name, err, want)
	}
	wantInvalid(t, "Parse into nil", jKey.Parse(key, nil), "Parse: the *repo_test.jEvent is nil")
	wantInvalid(t, "Parse of a zero key", jKey.Parse(repo.Key[jEvent]{}, &jEvent{}), "Parse: key: it has 0 parts, those of the declaration have 2")
	wantInvalid(t, "Parse by a zero declaration", repo.JoinedKey[jEvent]{}.Parse(key, &jEvent{}), "Parse: a zero JoinedKey reads no key")
	wantInvalid(t, "Parse by a wrong declaration", repo.JoinedKeyOf(repo.AttributeOf[jEvent]("PK")).Parse(key, &jEvent{}), "Parse: repo.JoinedKeyOf(repo_test.jEvent, PK): it is made of nothing")
	_, err := r.Get(ctx, jKey.Of(jTenant.Eq("a"), jKind.Eq("k"), jNo.Eq(1), jAt.Eq(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC))))
	wantInvalid(t, "a year", err, "key: at: year 10000 cannot be sorted as text")
	_, err = r.Get(ctx, jKey.Of(jTenant.Eq("\xff"), jKind.Eq("k"), jNo.Eq(1), jAt.Eq(time.Unix(0, 0))))
	wantInvalid(t, "no text", err, "key: tenant: ")
	if sent := net.Operations(); len(sent) > 0 {
		t.Errorf("sent %v", sent)
	}
}

func wantInvalid(t *testing.T, what string, err error, text string) {
	t.Helper()
	if !errors.Is(err, repo.ErrInvalid) || !strings.Contains(err.Error(), text) {
		t.Errorf("%s: %v; want ErrInvalid with %q", what, err, text)
	}
}
