package repo_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
	"github.com/dystore/dystore/trace"
)

type planned struct {
	ID    string        `dynamodbav:"id"`
	Mail  string        `dynamodbav:"mail"`
	Text  string        `dynamodbav:"text"`
	Note  *plannedNote  `dynamodbav:"note"`
	Notes []plannedNote `dynamodbav:"notes"`

	Meta meta.Record `dynamodbav:"-"`
}

type plannedNote struct {
	Text string `dynamodbav:"text"`
}

var (
	plannedID   = repo.KeyOf(func(v *planned) *string { return &v.ID })
	plannedMail = lens.Of(func(v *planned) *string { return &v.Mail })
	plannedText = lens.Of(func(v *planned) *string { return &v.Text })
)

// plannedModels are models of different shapes.
func plannedModels(t *testing.T) map[string]repo.Model[planned] {
	t.Helper()
	key, err := cipher.NewKey(1, []byte(strings.Repeat("k", 32)))
	noError(t, err)
	ring, err := cipher.NewKeyset(cipher.Primary(key))
	noError(t, err)
	keys, err := cipher.New(ring)
	noError(t, err)
	keep := meta.Keep(func(v *planned) *meta.Record { return &v.Meta })
	note := func() repo.Part[planned] {
		return shard.Optional(shard.To("Notes"), func(v *planned) **plannedNote { return &v.Note })
	}
	list := func() repo.Part[planned] {
		return shard.Each(shard.To("Lists"), func(v *planned) *[]plannedNote { return &v.Notes })
	}
	return map[string]repo.Model[planned]{
		"one item":      repo.TableOf("Planned", plannedID, keep),
		"parts":         repo.TableOf("Planned", plannedID, keep, note(), list()),
		"sealed":        repo.TableOf("Planned", plannedID, keep, note(), cipher.Protect(keys, plannedText)),
		"unique":        repo.TableOf("Planned", plannedID, keep, shard.Unique(shard.To("Mails"), plannedMail)),
		"an index":      repo.TableOf("Planned", plannedID, keep, repo.SimpleIndexOf("by-mail", func(v *planned) *string { return &v.Mail }, repo.KeysOnly())),
		"an index, all": repo.TableOf("Planned", plannedID, keep, repo.SimpleIndexOf("by-mail", func(v *planned) *string { return &v.Mail })),
	}
}

// asPlanned is what was really sent, in the form of a plan.
func asPlanned(c *trace.Cost) (lines []string) {
	for _, r := range c.Requests() {
		lines = append(lines, r.Operation+" "+strings.Join(r.Tables, " "))
	}
	return lines
}

func linesOf(p *repo.Plan) (lines []string) {
	for _, r := range p.Requests {
		var tables []string
		for _, a := range r.Actions {
			tables = append(tables, a.Table)
		}
		slices.Sort(tables)
		lines = append(lines, r.Operation+" "+strings.Join(slices.Compact(tables), " "))
	}
	return lines
}

// TestPlanIsWhatIsSent: of operations that read nothing first, the requests are those
// that are sent then, and the units those that the engine charges.
func TestPlanIsWhatIsSent(t *testing.T) {
	t.Parallel()
	models := plannedModels(t)
	for name, m := range models {
		client := embedded.New().Client()
		setUp, err := repo.New(client, m)
		noError(t, err)
		noError(t, setUp.CreateTables(t.Context()))
		r, err := repo.New(client, m, repo.WithTracer(trace.Costs()))
		noError(t, err)
		number := 0
		rapid.Check(t, func(rt *rapid.T) {
			number++
			text := func(label string) string {
				return strings.Repeat("x", 1+rapid.IntRange(0, 5000).Draw(rt, label))
			}
			v := &planned{ID: text("id")[:1] + strings.Repeat("i", number), Mail: strings.Repeat("m", number), Text: text("text")}
			if rapid.Bool().Draw(rt, "note") {
				v.Note = &plannedNote{text("note text")}
			}
			for range rapid.IntRange(0, 3).Draw(rt, "notes") {
				v.Notes = append(v.Notes, plannedNote{text("element")})
			}
			try := func(what string, exact bool, op repo.Op) {
				var plan *repo.Plan
				var planned, sent error
				ctx, cost := trace.Measure(t.Context())
				// At one time: the record has milliseconds, and zeros at the end of a number
				// count nothing, so that a later write may be some bytes longer or shorter.
				synctest.Test(t, func(*testing.T) {
					plan, planned = r.Plan(ctx, op)
					sent = repo.Transact(ctx, []repo.Op{op})
				})
				if planned != nil || sent != nil {
					rt.Fatalf("%s, %s: %v, %v", name, what, planned, sent)
				}
				if diff := cmp.Diff(linesOf(plan), asPlanned(cost)); diff != "" {
					rt.Fatalf("%s, %s (-planned +sent):\n%s", name, what, diff)
				}
				read, write := cost.Units()
				if exact && (plan.AtLeast || read != plan.Read || write != plan.Write) || read < plan.Read || write < plan.Write {
					rt.Fatalf("%s, %s: it cost %g, %g; the plan was\n%s", name, what, read, write, plan)
				}
				if plan.AtLeast == exact || plan.Assumed {
					rt.Fatalf("%s, %s:\n%s", name, what, plan)
				}
			}
			try("Create", true, r.CreateOp(v))
			key := plannedID.Of(v.ID)
			v.Text += text("more")
			if v.Note != nil {
				v.Note.Text += "more"
			}
			if !strings.HasPrefix(name, "an index") && name != "unique" { // what changes there depends on the old item
				try("Put", true, r.PutOp(v))
			}
			try("Update", false, r.UpdateOp(key, plannedText.Set("short")))
			try("Check", false, r.CheckOp(key, plannedMail.Eq(v.Mail)))
		})
	}
}

// TestPlanSendsNothing: not even a read, and nothing becomes of the values.
func TestPlanSendsNothing(t *testing.T) {
	t.Parallel()
	client, net := fault.Wrap(embedded.New().Client())
	r, err := repo.New(client, watchedModel())
	noError(t, err)
	noError(t, r.CreateTables(t.Context()))
	v := &watched{ID: "a", Side: &watchedSide{"s"}}
	var into *watched
	for _, c := range []struct {
		name string
		ops  []repo.Planned
		want string
	}{
		{"create", []repo.Planned{r.CreateOp(v)}, "TransactWriteItems: 1 Put Tracks, 1 Put Sides, 0, 4"},
		{"put", []repo.Planned{r.PutOp(v)}, "GetItem: 1 Get Tracks; TransactWriteItems: 1 Put Tracks, 1 Put Sides, 1, 4, at least, assumed"},
		{"relaxed", []repo.Planned{r.With(repo.Relaxed()).CreateOp(&watched{ID: "a"})}, "PutItem: 1 Put Tracks, 0, 1"},
		{"delete", []repo.Planned{r.DeleteOp(watchedID.Of("a"))}, "GetItem: 1 Get Tracks, 1, 0, at least, assumed"},
		{"several", []repo.Planned{r.CreateOp(v), r.UpdateOp(watchedID.Of("b"), watchedN.Set(1))}, "TransactWriteItems: 1 Put Tracks, 1 Put Sides, 1 Update Tracks, 0, 6, at least"},
		{"get", []repo.Planned{r.GetOp(watchedID.Of("a"), &into)}, "TransactGetItems: 1 Get Tracks, 1 Get Sides, 4, 0, at least, assumed"},
	} {
		net.Reset()
		plan, err := r.Plan(t.Context(), c.ops...)
		noError(t, err)
		if got := planText(plan); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if n := len(net.Requests()); n != 0 {
			t.Errorf("%s: %d requests", c.name, n)
		}
		if v.Meta.Version != 0 || into != nil {
			t.Errorf("%s: %+v, %v", c.name, v, into)
		}
	}
}

func planText(p *repo.Plan) string {
	var requests []string
	for _, r := range p.Requests {
		var actions []string
		for _, a := range r.Actions {
			actions = append(actions, string(rune('0'+a.Items))+" "+a.Operation+" "+a.Table)
		}
		requests = append(requests, r.Operation+": "+strings.Join(actions, ", "))
	}
	text := strings.Join(requests, "; ") + ", " + trimFloat(p.Read) + ", " + trimFloat(p.Write)
	if p.AtLeast {
		text += ", at least"
	}
	if p.Assumed {
		text += ", assumed"
	}
	return text
}

func trimFloat(f float64) string { return string(rune('0' + int(f))) }

// TestPlanReadsFirst: the reads of an operation are sent, and the write is not.
func TestPlanReadsFirst(t *testing.T) {
	t.Parallel()
	client, net := fault.Wrap(embedded.New().Client())
	r, err := repo.New(client, watchedModel())
	noError(t, err)
	noError(t, r.CreateTables(t.Context()))
	key, err := r.Create(t.Context(), &watched{ID: "a", Side: &watchedSide{strings.Repeat("s", 5000)}})
	noError(t, err)
	first := r.With(repo.ReadFirst())
	for name, c := range map[string]struct {
		op   repo.Op
		want string
	}{
		"delete": {r.DeleteOp(key), "GetItem: 1 Get Tracks; TransactWriteItems: 1 Delete Tracks, 1 Delete Sides, 1, 4, at least"},
		"put":    {r.PutOp(&watched{ID: "a"}), "GetItem: 1 Get Tracks; TransactWriteItems: 1 Put Tracks, 1 Delete Sides, 1, 4, at least"},
	} {
		net.Reset()
		plan, err := first.Plan(t.Context(), c.op)
		noError(t, err)
		if got := planText(plan); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if got := net.Operations(); !slices.Equal(got, []string{"GetItem"}) {
			t.Errorf("%s: %v", name, got)
		}
	}
	v, err := r.Get(t.Context(), key)
	if err != nil || v.Meta.Version != 1 {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestPlanRefuses(t *testing.T) {
	t.Parallel()
	r, err := repo.New(embedded.New().Client(), watchedModel())
	noError(t, err)
	var into *watched
	for want, ops := range map[string][]repo.Planned{
		"there is no operation":              nil,
		"operation 0 is nil":                 {nil},
		"reads and writes are planned apart": {r.CreateOp(&watched{ID: "a"}), r.GetOp(watchedID.Of("a"), &into)},
		"the operation is zero":              {repo.Op{}},
		"the key is empty":                   {r.CreateOp(&watched{})},
	} {
		_, err := r.Plan(t.Context(), ops...)
		if !errors.Is(err, repo.ErrInvalid) || want != "the key is empty" && !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// A part that is too big for an item is planned in pieces.
func TestPlanOfPieces(t *testing.T) {
	t.Parallel()
	r, err := repo.New(embedded.New().Client(), watchedModel())
	noError(t, err)
	plan, err := r.Plan(t.Context(), r.CreateOp(&watched{ID: "a", Side: &watchedSide{strings.Repeat("x", 500_000)}}))
	noError(t, err)
	var operations []string
	for _, q := range plan.Requests {
		operations = append(operations, q.Operation)
	}
	// A state to begin from, the item of the part, its two pieces, the root item.
	if d := cmp.Diff([]string{"TransactWriteItems", "PutItem", "BatchWriteItem", "PutItem"}, operations); d != "" {
		t.Error(d)
	}
}
