package policy_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"reflect"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/lens"
)

type (
	AV   = types.AttributeValue
	S    = types.AttributeValueMemberS
	N    = types.AttributeValueMemberN
	B    = types.AttributeValueMemberB
	NULL = types.AttributeValueMemberNULL
	SS   = types.AttributeValueMemberSS
	L    = types.AttributeValueMemberL
	M    = types.AttributeValueMemberM
	Doc  = map[string]types.AttributeValue
)

var ctx = context.Background()

type Geo struct {
	Lat string `dynamodbav:"lat"`
	Lon string `dynamodbav:"lon"`
}

type Location struct {
	City  string   `dynamodbav:"city"`
	Geo   Geo      `dynamodbav:"geo"`
	Notes []string `dynamodbav:"notes"`
}

type Person struct {
	ID     string              `dynamodbav:"id"`
	Name   string              `dynamodbav:"name"`
	Visits int                 `dynamodbav:"visits,omitempty"`
	Photo  []byte              `dynamodbav:"photo"`
	Any    any                 `dynamodbav:"any"`
	Tags   []string            `dynamodbav:"tags"`
	Labels []string            `dynamodbav:"labels,stringset"`
	Home   Location            `dynamodbav:"home"`
	Work   *Location           `dynamodbav:"work"`
	Past   []Location          `dynamodbav:"past"`
	Homes  map[string]Location `dynamodbav:"homes"`
	Scores map[string]int      `dynamodbav:"scores"`
	Boss   *Person             `dynamodbav:"boss"`
}

var (
	id      = lens.Of(func(p *Person) *string { return &p.ID })
	name    = lens.Of(func(p *Person) *string { return &p.Name })
	visits  = lens.Of(func(p *Person) *int { return &p.Visits })
	photo   = lens.Of(func(p *Person) *[]byte { return &p.Photo })
	anyth   = lens.Of(func(p *Person) *any { return &p.Any })
	tags    = lens.Of(func(p *Person) *[]string { return &p.Tags })
	labels  = lens.Of(func(p *Person) *[]string { return &p.Labels })
	home    = lens.Of(func(p *Person) *Location { return &p.Home })
	city    = lens.Of(func(p *Person) *string { return &p.Home.City })
	geo     = lens.Of(func(p *Person) *Geo { return &p.Home.Geo })
	lat     = lens.Of(func(p *Person) *string { return &p.Home.Geo.Lat })
	workPtr = lens.Of(func(p *Person) **Location { return &p.Work })
	work    = lens.Of(func(p *Person) *string { return &p.Work.City })
	past    = lens.Of(func(p *Person) *[]Location { return &p.Past })
	homes   = lens.Of(func(p *Person) *map[string]Location { return &p.Homes })
	scores  = lens.Of(func(p *Person) *map[string]int { return &p.Scores })
	bossPtr = lens.Of(func(p *Person) **Person { return &p.Boss })
	boss    = lens.Of(func(p *Person) *string { return &p.Boss.Name })
	inCity  = lens.Of(func(l *Location) *string { return &l.City })
	inLat   = lens.Of(func(l *Location) *string { return &l.Geo.Lat })
	inNotes = lens.Of(func(l *Location) *[]string { return &l.Notes })

	eachCity  = lens.Each(past, inCity)
	eachLat   = lens.Each(past, inLat)
	eachNote  = lens.Each(past, lens.Elems(inNotes))
	homesCity = lens.EachValue(homes, inCity)
	allPast   = lens.Elems(past)
	allTags   = lens.Elems(tags)
	allScores = lens.ElemValues(scores)
)

// mirror is a cipher that hides nothing: an envelope is the binding and the
// plaintext, so that tests can compare and read what was sealed. Like any
// cipher it opens only what it sealed, for the same binding.
type mirror struct{ name string }

func (m mirror) Seal(_ context.Context, dst, plaintext []byte, b *cipher.Binding) ([]byte, error) {
	return fmt.Appendf(dst, "%s|%x|%s", m.name, b.AppendAAD(nil), plaintext), nil
}

func (m mirror) Open(_ context.Context, dst, envelope []byte, b *cipher.Binding) ([]byte, error) {
	prefix := fmt.Sprintf("%s|%x|", m.name, b.AppendAAD(nil))
	if len(envelope) < len(prefix) || string(envelope[:len(prefix)]) != prefix {
		return nil, &cipher.FieldError{Op: "open", Entity: b.Entity, Path: b.Path.String(), Err: cipher.ErrAuth}
	}
	return append(dst, envelope[len(prefix):]...), nil
}

var _ cipher.Cipher = mirror{}

func proto() cipher.Binding {
	return cipher.Binding{Entity: "person", Key: []cipher.KeyPart{cipher.KeyString("p1")}}
}

func whole(attr.Path) bool { return false }

// divided is the predicate of parts at paths.
func divided(places ...attr.Path) func(attr.Path) bool {
	return func(p attr.Path) bool {
		for _, q := range places {
			if len(p) <= len(q) && p.Overlaps(q) {
				return true
			}
		}
		return false
	}
}

func protect(c cipher.Cipher, fields ...lens.Field[Person]) *model.Protect {
	return cipher.Protect(c, fields...).ModelPart().(*model.Protect)
}

func protectAll(c cipher.Cipher, except ...lens.Field[Person]) *model.Protect {
	return cipher.ProtectAll(c, except...).ModelPart().(*model.Protect)
}

var personCodec = codec.For(reflect.TypeFor[Person]())

var keyPath = attr.Names("id")

func build(t testing.TB, d func(attr.Path) bool, protects ...*model.Protect) *policy.Node {
	t.Helper()
	n, err := policy.Build(protects, personCodec, []attr.Path{keyPath}, d)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func paths(n *policy.Node) []string {
	var out []string
	for _, p := range n.Paths() {
		out = append(out, p.String())
	}
	return out
}
