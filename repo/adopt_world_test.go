package repo_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Another program writes goods with a price, and with more about everything in
// them than this one knows.
type (
	adSub  struct{ Text string }
	adGood struct {
		ID    string
		Name  string
		One   adSub
		Opt   *adSub
		List  []adSub
		Map   map[string]adSub
		Stay  []adRow
		Code  string
		Other adSub
		Meta  meta.Record `dynamodbav:"-"`
	}
	adRow struct {
		No  int
		Sub adSub
	}
)

var (
	adID   = repo.KeyOf(func(g *adGood) *string { return &g.ID })
	adName = lens.Of(func(g *adGood) *string { return &g.Name })
	adCode = lens.Of(func(g *adGood) *string { return &g.Code })
	adStay = lens.Of(func(g *adGood) *[]adRow { return &g.Stay })
	adKeep = meta.Keep(func(g *adGood) *meta.Record { return &g.Meta })
)

// adLayouts are the ways in which goods are divided.
func adLayouts(t testing.TB) map[string][]repo.Part[adGood] {
	parts := func(opts ...shard.Option) []repo.Part[adGood] {
		return []repo.Part[adGood]{adKeep,
			shard.New(shard.To("Ones", opts...), func(g *adGood) *adSub { return &g.One }),
			shard.Optional(shard.To("Opts", opts...), func(g *adGood) **adSub { return &g.Opt }),
			shard.Each(shard.To("Lists", opts...), func(g *adGood) *[]adSub { return &g.List }),
			shard.EachValue(shard.To("Maps", opts...), func(g *adGood) *map[string]adSub { return &g.Map }),
			shard.Within(func(g *adGood) *[]adRow { return &g.Stay }, shard.New(shard.To("Subs", opts...), func(r *adRow) *adSub { return &r.Sub }))}
	}
	sealed := cipher.Protect(testKeys(t), adCode)
	return map[string][]repo.Part[adGood]{
		"one item": {adKeep}, "divided": parts(), "small parts stay": parts(shard.WhenOver(100)),
		"one item, encrypted": {adKeep, sealed}, "divided, encrypted": append(parts(), sealed),
	}
}

// theirGood is what the other program stores.
func theirGood(id string) rawItem {
	sub := func(text string) types.AttributeValue {
		return avM(rawItem{"Text": avS(text), "more": avS("of " + text)})
	}
	return rawItem{
		"ID": avS(id), "Name": avS("name"), "price": avS("9.99"), "One": sub("one"), "Opt": sub("opt"),
		"List": avL(sub("a"), sub("b")), "Map": avM(rawItem{"k": sub("k")}), "Other": sub("other"),
		"Stay": avL(avM(rawItem{"No": avN("1"), "Sub": sub("s1"), "more": avS("of 1")}), avM(rawItem{"No": avN("2"), "Sub": sub("s2"), "more": avS("of 2")})),
	}
}

func adGoodOf(id string) adGood {
	return adGood{ID: id, Name: "name", One: adSub{"one"}, Opt: &adSub{"opt"}, List: []adSub{{"a"}, {"b"}}, Map: map[string]adSub{"k": {"k"}},
		Other: adSub{"other"}, Stay: []adRow{{1, adSub{"s1"}}, {2, adSub{"s2"}}}}
}

// adWorld is one table of goods that two programs write.
type adWorld struct {
	t     *testing.T
	raw   *dynamodb.Client
	net   *fault.Transport
	goods *repo.Repo[adGood]
	all   *repo.Stored // reads what the type does not know
}

func eachLayout(t *testing.T, run func(t *testing.T, w *adWorld)) {
	for name, parts := range adLayouts(t) {
		t.Run(name, func(t *testing.T) {
			w := &adWorld{t: t, raw: embedded.New().Client()}
			var client *dynamodb.Client
			client, w.net = fault.Wrap(w.raw)
			w.goods = repoOver(t, client, repo.TableOf("Goods", adID, parts...))
			opts := []repo.Option{repo.AllowTables("Ones", "Opts", "Lists", "Maps", "Subs")}
			if strings.Contains(name, "encrypted") {
				opts = append(opts, repo.WithOpener(testKeys(t)))
			}
			var err error
			w.all, err = repo.Open(w.raw, "Goods", "ID", opts...)
			noErr(t, err)
			run(t, w)
		})
	}
}

func (w *adWorld) plant(it rawItem) {
	w.t.Helper()
	_, err := w.raw.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: new("Goods"), Item: it})
	noErr(w.t, err)
}

// they changes an attribute of the item, as the other program does.
func (w *adWorld) they(id, set string, av types.AttributeValue) {
	w.t.Helper()
	_, err := w.raw.UpdateItem(context.Background(), &dynamodb.UpdateItemInput{TableName: new("Goods"), Key: rawItem{"ID": avS(id)},
		UpdateExpression: new("SET #a = :v"), ExpressionAttributeNames: map[string]string{"#a": set}, ExpressionAttributeValues: rawItem{":v": av}})
	noErr(w.t, err)
}

func (w *adWorld) get(id string) *adGood {
	w.t.Helper()
	return must(w.goods.Get(context.Background(), adID.Of(id)))(w.t)
}

// holds checks everything that is stored of an object, known or not.
func (w *adWorld) holds(want rawItem) {
	w.t.Helper()
	doc := must(w.all.Get(context.Background(), want["ID"].(*types.AttributeValueMemberS).Value))(w.t)
	if d := cmp.Diff(plainValue(avM(want)), any(doc)); d != "" {
		w.t.Errorf("stored (-want +got):\n%s", d)
	}
}

// plainValue is a value as Open returns it.
func plainValue(av types.AttributeValue) any {
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberM:
		out := map[string]any{}
		for k, e := range v.Value {
			out[k] = plainValue(e)
		}
		return out
	case *types.AttributeValueMemberL:
		out := []any{}
		for _, e := range v.Value {
			out = append(out, plainValue(e))
		}
		return out
	case *types.AttributeValueMemberN:
		return attributevalue.Number(v.Value)
	}
	panic(fmt.Sprintf("%T", av))
}

// adopted is what becomes of their item when it is written unchanged: Code is
// a field of the type, and stored.
func adopted(it rawItem) rawItem {
	out := maps.Clone(it)
	if out["Code"] == nil {
		out["Code"] = avS("")
	}
	return out
}
