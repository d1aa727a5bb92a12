package repo_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// prey is an object with every kind of shard and value, for attacks at random.
type (
	preyPart struct {
		Secret string
		Plain  string
		Set    map[string]bool
		Inner  *preyLeaf
		Leaves []preyLeaf
	}
	preyLeaf struct {
		Secret string
		Plain  string
	}
	prey struct {
		ID     string
		Secret string
		Plain  string
		List   []string
		Set    map[string]bool
		One    preyPart
		Opt    *preyPart
		Parts  []preyPart
		Ptrs   []*preyLeaf
		Map    map[string]preyPart
		Mixed  []preyLeaf
		Stay   []preyPart
		Rows   map[string]preyPart
		Meta   meta.Record `dynamodbav:"-"`
	}
)

var preyID = repo.KeyOf(func(p *prey) *string { return &p.ID })

func preyTables() []string {
	return []string{"Root", "One", "Opt", "Parts", "Ptrs", "Map", "Mixed", "Inner", "Leaves"}
}

func preyModel(t testing.TB) repo.Model[prey] {
	inner := shard.Optional(shard.To("Inner"), func(p *preyPart) **preyLeaf { return &p.Inner })
	leaves := shard.Each(shard.To("Leaves"), func(p *preyPart) *[]preyLeaf { return &p.Leaves })
	plain := lens.Of(func(p *prey) *string { return &p.Plain })
	inPart := lens.Of(func(p *preyPart) *string { return &p.Plain })
	parts := lens.Of(func(p *prey) *[]preyPart { return &p.Parts })
	rows := lens.Of(func(p *prey) *map[string]preyPart { return &p.Rows })
	onePlain := lens.Of(func(p *prey) *string { return &p.One.Plain })
	return repo.TableOf("Root", preyID,
		shard.New(shard.To("One"), func(p *prey) *preyPart { return &p.One }, inner, leaves),
		shard.Optional(shard.To("Opt", shard.WhenOver(600)), func(p *prey) **preyPart { return &p.Opt }, inner, leaves),
		shard.Each(shard.To("Parts"), func(p *prey) *[]preyPart { return &p.Parts }, inner, leaves),
		shard.EachPtr(shard.To("Ptrs"), func(p *prey) *[]*preyLeaf { return &p.Ptrs }),
		shard.EachValue(shard.To("Map"), func(p *prey) *map[string]preyPart { return &p.Map }, inner, leaves),
		shard.Each(shard.To("Mixed", shard.WhenOver(300)), func(p *prey) *[]preyLeaf { return &p.Mixed }),
		shard.Within(func(p *prey) *[]preyPart { return &p.Stay }, inner, leaves),
		shard.WithinValues(func(p *prey) *map[string]preyPart { return &p.Rows }, inner, leaves),
		cipher.ProtectAll(testKeys(t), plain, onePlain, lens.Each(parts, inPart), lens.EachValue(rows, inPart)),
		meta.Keep(func(p *prey) *meta.Record { return &p.Meta }))
}

func somePart(n int) preyPart {
	s := fmt.Sprint("s", n)
	return preyPart{Secret: s, Plain: "p", Set: map[string]bool{s: true}, Inner: &preyLeaf{s, "p"}, Leaves: []preyLeaf{{s, "p"}, {s + "x", "p"}}}
}

func somePrey() prey {
	big := strings.Repeat("x", 400)
	opt := somePart(2)
	return prey{ID: "1", Secret: "s", Plain: "p", List: []string{"s"}, Set: map[string]bool{"s": true}, One: somePart(1), Opt: &opt,
		Parts: []preyPart{somePart(3), somePart(4)}, Ptrs: []*preyLeaf{{"s5", "p"}, nil, {"s6", "p"}}, Map: map[string]preyPart{"k": somePart(7)},
		Mixed: []preyLeaf{{"s8", "p"}, {"s9", big}, {"s10", "p"}}, Stay: []preyPart{somePart(11), somePart(12)}, Rows: map[string]preyPart{"k": somePart(13)}}
}

func (p *prey) sealed() (out []string) {
	leaf := func(l preyLeaf) { out = append(out, l.Secret) }
	part := func(p preyPart) {
		out = append(out, p.Secret)
		for k := range p.Set {
			out = append(out, k)
		}
		if p.Inner != nil {
			leaf(*p.Inner)
		}
		for _, l := range p.Leaves {
			leaf(l)
		}
	}
	out = append(out, p.Secret)
	out = append(out, p.List...)
	for k := range p.Set {
		out = append(out, k)
	}
	part(p.One)
	if p.Opt != nil {
		part(*p.Opt)
	}
	for _, ps := range [][]preyPart{p.Parts, p.Stay} {
		for _, q := range ps {
			part(q)
		}
	}
	for _, ps := range []map[string]preyPart{p.Map, p.Rows} {
		for _, q := range ps {
			part(q)
		}
	}
	for _, l := range p.Mixed {
		leaf(l)
	}
	for _, l := range p.Ptrs {
		if l != nil {
			leaf(*l)
		}
	}
	return out
}

// sealedIn collects the values at the encrypted paths of a document.
func sealedIn(doc any, sealed *[]string) {
	var all func(any)
	all = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, e := range v {
				*sealed = append(*sealed, k)
				all(e)
			}
		case []any:
			for _, e := range v {
				all(e)
			}
		case string:
			*sealed = append(*sealed, v)
		case nil:
			*sealed = append(*sealed, evil+" nil")
		default:
			*sealed = append(*sealed, fmt.Sprint(v))
		}
	}
	m, ok := doc.(map[string]any)
	if !ok {
		return
	}
	get := func(m map[string]any, name string) {
		if v, ok := m[name]; ok {
			all(v)
		}
	}
	leaf := func(v any) {
		if m, ok := v.(map[string]any); ok {
			get(m, "Secret")
		}
	}
	many := func(v any, f func(any)) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				f(e)
			}
		case map[string]any:
			for _, e := range v {
				f(e)
			}
		}
	}
	part := func(v any) {
		if m, ok := v.(map[string]any); ok {
			get(m, "Secret")
			get(m, "Set")
			leaf(m["Inner"])
			many(m["Leaves"], leaf)
		}
	}
	get(m, "Secret")
	get(m, "List")
	get(m, "Set")
	part(m["One"])
	part(m["Opt"])
	for _, n := range []string{"Parts", "Map", "Stay", "Rows"} {
		many(m[n], part)
	}
	many(m["Mixed"], leaf)
	many(m["Ptrs"], leaf)
}

func cloneItems(items map[string][]map[string]types.AttributeValue) map[string][]map[string]types.AttributeValue {
	out := map[string][]map[string]types.AttributeValue{}
	for table, list := range items {
		for _, it := range list {
			out[table] = append(out[table], item.CloneMap(it))
		}
	}
	return out
}

// prepared is what the tables hold after a Create.
func prepared(t testing.TB) map[string][]map[string]types.AttributeValue {
	ctx := context.Background()
	c := embedded.New().Client()
	r, err := repo.New(c, preyModel(t))
	noErr(t, err)
	noErr(t, r.CreateTables(ctx))
	p := somePrey()
	noErr(t, errOf(r.Create(ctx, &p)))
	items := map[string][]map[string]types.AttributeValue{}
	for _, table := range preyTables() {
		out, err := c.Scan(ctx, &dynamodb.ScanInput{TableName: &table})
		noErr(t, err)
		items[table] = out.Items
	}
	return items
}
