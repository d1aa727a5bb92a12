package ranges

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

var brokenUnionChecks = []kit.Check{
	{Name: "bad items", Out: kit.Out{Staged: "it puts items under derived keys"}, Run: func(t *testing.T, x *kit.World) {
		ctx, d := t.Context(), openDesk(t, x).fill(t)
		x.Tampered = true
		other := kit.Open(t, x, repo.TableOf("Desk", eventKey, eventStatus), repo.Entity("other"))
		kit.Must(t, second(other.Create(ctx, &event{PK: "c1", SK: "M, of nobody here", Text: "x"})))
		kit.Must(t, second(d.events.Create(ctx, &event{PK: "c1", SK: "N, without text"}))) // its validator is off
		for key, item := range map[string]kit.Row{
			"A, no record":          {"text": kit.Str("theirs")},
			"B, a text for it":      {"_meta": kit.Str("x")},
			"C, no entity in it":    recordOf(x, t, "EVENT#1", "e", nil),
			"D, damaged":            recordOf(x, t, "TICKET#1", "b", kit.Str("x")),
			"E, too new":            recordOf(x, t, "TICKET#1", "f", kit.Num("9")),
			"O, another's part":     recordOf(x, t, "TICKET#2", "c", kit.Num("7")),
			"P, damaged, nobody's":  recordOf(x, t, "M, of nobody here", "b", kit.Str("x")),
			"PROFILE, sealed apart": recordOf(x, t, "PROFILE", "c", kit.Num("7")),
		} {
			item["pk"], item["sk"] = kit.Str("c1"), kit.Str(key)
			x.Plant(t, "Desk", item)
		}
		x.Net.Reset()
		got, failed := tried(d.inDesk(ctx))
		x.WantSent(t, "all", "Query: Desk", "BatchGetItem: Lines x2, Notes x5",
			"BatchGetItem: Desk x2, Notes x2", "BatchGetItem: Desk x2, Notes x2", "BatchGetItem: Desk x2, Notes x2") // whether a part is missing for good
		kit.Equal(t, "objects", keysOf(got), []string{"EVENT#1", "N, without text", "PROFILE", "TICKET#1", "TICKET#1#EVENT", "TICKET#2"})
		want := []struct {
			key, path, text string
			kind            error
		}{
			{"A, no record", "_meta", "the item has no record, which says whose object it is; its own repository reads it, and a Put there gives it one", repo.ErrCorrupt},
			{"B, a text for it", "_meta", "", repo.ErrCorrupt},
			{"C, no entity in it", "_meta", "", repo.ErrCorrupt},
			{"D, damaged", "_meta", "", repo.ErrCorrupt},
			{"E, too new", "_meta", "", repo.ErrSchemaTooNew},
			{"O, another's part", "note", "is missing", repo.ErrCorrupt},
			{"PROFILE, sealed apart", "note", "is missing", repo.ErrCorrupt},
		}
		for i, err := range failed {
			if i == len(want) {
				t.Fatalf("%d errors more: %v", len(failed)-i, err)
			}
			where := kit.WantErr(t, want[i].key, err, want[i].kind, want[i].text)
			kit.Equal(t, "where", where, repo.Error{Op: "Union", Table: x.Table("Desk"), Key: `"c1"/"` + want[i].key + `"`, Path: want[i].path})
		}
		kit.Equal(t, "number of errors", len(failed), len(want))
		// As Query has it, each by itself. To one member alone, an item without a record
		// is its own.
		kit.Equal(t, "events", len(errorsOf(d.events.Query(ctx, eventKey.In("c1")))), 2)
		for _, members := range [][]repo.Member{{d.events}} {
			alone, failed := tried(repo.Union(ctx, eventKey.In("c1").UpTo("A, no record"), members))
			kit.Equal(t, "alone", []any{alone, failed}, []any{[]any{event{PK: "c1", SK: "A, no record", Text: "theirs"}}, []error(nil)})
		}
		checked, err := repo.New(x.Client, repo.TableOf("Desk", eventKey, eventStatus), repo.Entity("event"), repo.TablePrefix(x.Prefix), repo.ValidateOnRead())
		kit.Must(t, err)
		_, failed = tried(repo.Union(ctx, eventKey.In("c1").From("N"), []repo.Member{checked, d.tickets}))
		kit.Equal(t, "validated", kit.WantErr(t, "validated", failed[0], repo.ErrInvalid, "required").Key, `"c1"/"N, without text"`)
	}},
	{Name: "indexes", Run: func(t *testing.T, x *kit.World) {
		ctx, d := t.Context(), openDesk(t, x).fill(t)
		open := func(in iter.Seq2[any, error]) []string {
			t.Helper()
			return keysOf(values(t, in))
		}
		kit.Must(t, d.clients.Delete(ctx, clientKey.Of("c2", "PROFILE")))
		kit.Must(t, d.tickets.Delete(ctx, ticketKey.Of("c2", "TICKET#1")))
		kit.Must(t, d.events.Delete(ctx, eventKey.Of("c2", "EVENT#1")))
		x.Net.Reset()
		byTime := []string{"TICKET#1", "EVENT#1", "PROFILE"}
		kit.Equal(t, "of all", open(repo.Union(ctx, clientStatus.In("open"), d.all)), byTime)
		x.WantSent(t, "of all", "Query: Desk/by-status (eventually)", "BatchGetItem: Lines x2, Notes x2")
		kit.Equal(t, "of keys", values(t, repo.Union(ctx, clientKeys.In("open"), d.all[:2])), []any{d.stored[2], d.stored[1]})
		x.WantSent(t, "of keys", "Query: Desk/of-keys (eventually)", "BatchGetItem: Desk x3", "BatchGetItem: Lines x2, Notes x2")
		kit.Equal(t, "backwards", open(repo.Union(ctx, eventKeys.In("open").Backwards(), d.all)), kit.Backwards(byTime))
		more, err := repo.New(x.Client, repo.TableOf("Desk", eventKey, eventMore), x.Options([]repo.Option{repo.Entity("event")})...)
		kit.Must(t, err)
		kit.Equal(t, "of keys and more", open(repo.Union(ctx, eventMore.In("open"), []repo.Member{more, d.tickets})), byTime[:2])
		kit.Equal(t, "bounds", open(repo.Union(ctx, eventStatus.In("open").From(kit.At(1)).Before(kit.At(3)), d.all)), byTime[:2])
		kit.Equal(t, "bounds of keys", open(repo.Union(ctx, ticketKeys.In("open").After(kit.At(1)).Before(kit.At(3)), d.all)), byTime[1:2])
		kit.Equal(t, "roots", open(repo.Union(ctx, ticketKeys.In("open"), d.all[:2], repo.RootOnly())), []string{"TICKET#1", "PROFILE"})
		kit.Equal(t, "limited", open(repo.Union(ctx, ticketKeys.In("open"), d.all[:2], repo.Limit(1))), byTime[:1])
		// When the index has been read, one leaves the range.
		tickets := aside(t, x, ticketModel(t), "ticket")
		for _, in := range []repo.Range[ticket]{ticketStatus.In("open"), ticketKeys.In("open")} {
			besideRead(x, "BatchGetItem", func() {
				kit.Must(t, tickets.Update(ctx, ticketKey.Of("c1", "TICKET#1"), kStatus.Set("paid"), kNoteN.Set(9)))
			})
			kit.Equal(t, "left in between", open(repo.Union(ctx, in, d.all)), byTime[1:])
			kit.Must(t, tickets.Update(ctx, ticketKey.Of("c1", "TICKET#1"), kStatus.Set("open")))
		}
	}},
	{Name: "refused", Run: func(t *testing.T, x *kit.World) {
		ctx, d := t.Context(), openDesk(t, x)
		model := func(table string, parts ...repo.Part[event]) repo.Model[event] {
			return repo.TableOf(table, eventKey, parts...)
		}
		with := func(m repo.Model[event], opts ...repo.Option) []repo.Member {
			t.Helper()
			r, err := repo.New(x.Client, m, append([]repo.Option{repo.TablePrefix(x.Prefix)}, opts...)...)
			kit.Must(t, err)
			return []repo.Member{d.clients, r}
		}
		elsewhere, err := repo.New(dynamodb.New(x.Raw.Options()), model("Desk"), repo.TablePrefix(x.Prefix))
		kit.Must(t, err)
		type numbered struct {
			PK string `dynamodbav:"pk"`
			SK int    `dynamodbav:"sk"`
		}
		numbers, err := repo.New(x.Client, repo.TableOf("Desk", repo.CompositeKeyOf(func(n *numbered) *string { return &n.PK }, func(n *numbered) *int { return &n.SK })), repo.TablePrefix(x.Prefix), repo.Entity("n"))
		kit.Must(t, err)
		late := repo.IndexOf("by-status", func(e *event) *string { return &e.Text }, func(e *event) *time.Time { return &e.At })
		keys := repo.IndexOf("by-status", func(e *event) *string { return &e.Status }, func(e *event) *time.Time { return &e.At }, repo.KeysOnly())
		entity, c1 := repo.Entity("x"), clientKey.In("c1")
		for name, c := range map[string]struct {
			in   iter.Seq2[any, error]
			text string
		}{
			"no member":          {repo.Union(ctx, c1, nil), "repo: Union: invalid: there is no member; name the repositories whose objects are wanted"},
			"nil":                {repo.Union(ctx, c1, []repo.Member{nil}), "repo: Union: invalid: member 0 is nil"},
			"a nil repository":   {repo.Union(ctx, c1, []repo.Member{d.clients, (*repo.Repo[event])(nil)}), "member 1 is nil"},
			"zero":               {repo.Union(ctx, c1, []repo.Member{d.clients, &repo.Repo[event]{}}), "member 1 is a zero repository; repo.New makes one"},
			"plain":              {repo.Union(ctx, c1, with(model("Desk"), repo.Plain())), "member 1 (ranges.event): invalid: repo.Plain leaves out the record, which says whose an item is"},
			"another table":      {repo.Union(ctx, c1, with(model("Other"), entity)), "member 1 (ranges.event): invalid: its table is " + x.Table("Other") + ", that of member 0 is " + x.Table("Desk") + "; a range is of one table"},
			"another prefix":     {repo.Union(ctx, c1, with(model("Desk"), entity, repo.TablePrefix("y."))), "its table is y.Desk, that of member 0 is " + x.Table("Desk") + "; a range is of one table"},
			"another key":        {repo.Union(ctx, c1, []repo.Member{d.clients, numbers}), "member 1 (ranges.numbered): invalid: its key is pk (S), sk (N), that of member 0 is pk (S), sk (S); models of one table have the attributes of its key"},
			"another record":     {repo.Union(ctx, c1, with(model("Desk"), entity, repo.MetaAttribute("m"))), "its record is in attribute m, that of member 0 in _meta; see repo.MetaAttribute"},
			"one entity":         {repo.Union(ctx, c1, with(model("Desk"), repo.Entity("client"))), `member 1 (ranges.event): invalid: its entity "client" is that of member 0 as well; see repo.Entity`},
			"twice":              {repo.Union(ctx, c1, []repo.Member{d.clients, d.tickets, d.clients}), `member 2 (ranges.client): invalid: its entity "client" is that of member 0 as well`},
			"another client":     {repo.Union(ctx, c1, []repo.Member{d.clients, elsewhere}), "member 1 (ranges.event): invalid: it has another client than member 0; a range is read by one"},
			"no member's range":  {repo.Union(ctx, eventKey.In("c1"), []repo.Member{d.clients, d.tickets}), "no member is of ranges.event, of which the range is; a range is one of a member"},
			"another key's":      {repo.Union(ctx, repo.CompositeKeyOf(func(c *client) *string { return &c.PK }, func(c *client) *string { return &c.SK }).In("c1"), d.all), "the range is of another key declaration than the model's"},
			"a nil range":        {repo.Union[client](ctx, nil, d.all), "no range is given"},
			"a zero range":       {repo.Union(ctx, repo.KeyRange[client, string]{}, d.all), "a zero KeyRange selects nothing"},
			"two bounds":         {repo.Union(ctx, c1.Before("a").UpTo("b"), d.all), "two bounds of one end"},
			"Where":              {repo.Union(ctx, c1.Where(lens.Of(func(c *client) *time.Time { return &c.At }).Exists()), d.all), "Where is a filter of one model; filter in the loop, or query the model alone"},
			"Where, of one":      {repo.Union(ctx, eventKey.In("c1").Where(eText.Eq("x")), []repo.Member{d.events}), "Where is a filter of one model"},
			"an index of one":    {repo.Union(ctx, clientStatus.In("open"), with(model("Desk"), entity)), "member 1 (ranges.event): invalid: it does not declare index by-status, which the range is of"},
			"other keys of it":   {repo.Union(ctx, clientStatus.In("open"), with(model("Desk", late), entity)), "member 1 (ranges.event): invalid: its index by-status is not declared as that of the range"},
			"only keys":          {repo.Union(ctx, clientStatus.In("open"), with(model("Desk", keys), entity)), "whether it projects everything"},
			"no index of it":     {repo.Union(ctx, late.In("open"), d.all), "the range is of index by-status, which is not a part of the model"},
			"segments":           {repo.Union(ctx, c1, d.all, repo.Segments(2)), "Segments is for a scan of everything"},
			"RootOnly":           {d.inDesk(ctx, repo.RootOnly()), "member 2 (ranges.event): invalid: RootOnly and Skip need meta.Keep"},
			"RootOnly of a view": {repo.Union(ctx, c1, []repo.Member{d.clients, d.events.With(repo.RootOnly())}), "member 1 (ranges.event): invalid: RootOnly and Skip need meta.Keep"},
			"nobody's shard":     {repo.Union(ctx, c1, []repo.Member{d.clients}, repo.Skip(clientNote, ticketNote)), "Skip: the shard is not one of a member's model"},
			"another's shard":    {repo.Union(ctx, c1, []repo.Member{d.clients.With(repo.Skip(ticketNote)), d.tickets}), "member 0 (ranges.client): invalid: Skip: the shard is not one of this model"},
			"a limited view":     {repo.Union(ctx, c1, []repo.Member{d.clients, d.tickets.With(repo.MustExist(), repo.Limit(3))}), "member 1 (ranges.ticket): invalid: repo.Limit is about the whole; give it to Union, not to a view that is a member"},
			"an eventual view":   {repo.Union(ctx, c1, []repo.Member{d.clients.With(repo.Eventually())}), "member 0 (ranges.client): invalid: repo.Eventually is about the whole"},
			"a view of nil":      {repo.Union(ctx, c1, []repo.Member{d.clients.With(nil)}), "member 0 (ranges.client): invalid: call option 1 is nil"},
			"a wrong option":     {d.inDesk(ctx, repo.Limit(-1)), "Limit(-1)"},
			"an option of Page":  {d.inDesk(ctx, repo.PageSize(2)), "repo.PageSize is no option of Union, but of Migrate, Reencrypt, Sweep and Page"},
			"no context":         {repo.Union(context.Context(nil), c1, d.all), "the context is nil"},
		} {
			x.Net.Reset()
			n := 0
			for o, err := range c.in {
				n++
				kit.Equal(t, name, o, nil)
				kit.Equal(t, name, kit.WantErr(t, name, err, repo.ErrInvalid, c.text).Op, "Union")
			}
			kit.Equal(t, name+": errors", n, 1)
			x.WantSent(t, name)
		}
	}},
}

// recordOf is the stored item of an object of "c1", with another value in its record,
// nil for none.
func recordOf(x *kit.World, t *testing.T, key, name string, av types.AttributeValue) kit.Row {
	t.Helper()
	item := x.Item2(t, "Desk", kit.Str("c1"), kit.Str(key))
	record := item["_meta"].(*types.AttributeValueMemberM).Value
	if record[name] = av; av == nil {
		delete(record, name)
	}
	return item
}

// errorsOf are the errors of a loop.
func errorsOf[V any](objects iter.Seq2[V, error]) (failed []error) {
	for _, err := range objects {
		if err != nil {
			failed = append(failed, err)
		}
	}
	return failed
}
