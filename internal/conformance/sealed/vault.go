package sealed

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/google/uuid"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// noon has nanoseconds, and someU has all hexadecimal digits.
var (
	noon  = time.Date(2026, 3, 1, 12, 0, 0, 5, time.FixedZone("east", 3600)).UTC()
	someU = uuid.MustParse("01234567-89ab-cdef-0123-456789abcdef")
)

// vault has values of every type in every place. All of them but one are
// encrypted.
type (
	grade   string
	geo     struct{ Lat, Lon string }
	secrets struct {
		Text   string                `dynamodbav:"text"`
		Empty  string                `dynamodbav:"empty"`
		Omit   string                `dynamodbav:"omit,omitempty"`
		Named  grade                 `dynamodbav:"named"`
		N      int64                 `dynamodbav:"n"`
		Big    uint64                `dynamodbav:"big"`
		F      float64               `dynamodbav:"f"`
		Number attributevalue.Number `dynamodbav:"number"`
		Digits int                   `dynamodbav:"digits,string"`
		Flag   bool                  `dynamodbav:"flag"`
		Raw    []byte                `dynamodbav:"raw"`
		Array  [4]byte               `dynamodbav:"array"`
		ID     uuid.UUID             `dynamodbav:"uuid"`
		At     time.Time             `dynamodbav:"at"`
		Unix   time.Time             `dynamodbav:"unix,unixtime"`
		Words  []string              `dynamodbav:"words"`
		None   []string              `dynamodbav:"none"`
		Zero   []string              `dynamodbav:"zero"`
		Set    map[string]bool       `dynamodbav:"set,stringset"`
		Nums   []int                 `dynamodbav:"nums,numberset"`
		Blobs  [][]byte              `dynamodbav:"blobs,binaryset"`
		Map    map[string]string     `dynamodbav:"map"`
		Any    map[string]any        `dynamodbav:"any"`
		Ptr    *string               `dynamodbav:"ptr"`
		Nil    *string               `dynamodbav:"nil"`
		Nested geo                   `dynamodbav:"nested"`
		Below  *geo                  `dynamodbav:"below"`
	}
	// cell has secrets, and parts with more of them.
	cell struct {
		Own   secrets   `dynamodbav:"own"`
		Inner secrets   `dynamodbav:"inner"`
		More  []secrets `dynamodbav:"more"`
	}
	vault struct {
		ID     string             `dynamodbav:"id"`
		Open   string             `dynamodbav:"open"`
		Root   secrets            `dynamodbav:"root"`
		Stay   []secrets          `dynamodbav:"stay"` // encrypted whole
		Part   secrets            `dynamodbav:"part"`
		Opt    *secrets           `dynamodbav:"opt"`
		Gone   *secrets           `dynamodbav:"gone"`
		Parts  []secrets          `dynamodbav:"parts"`
		Ptrs   []*secrets         `dynamodbav:"ptrs"`
		ByName map[string]secrets `dynamodbav:"byname"`
		Deep   cell               `dynamodbav:"deep"`
		Rows   []cell             `dynamodbav:"rows"`
		Cells  map[string]cell    `dynamodbav:"cells"`
		Meta   meta.Record        `dynamodbav:"-"`
	}
)

var (
	vaultID   = repo.KeyOf(func(v *vault) *string { return &v.ID })
	vOpen     = lens.Of(func(v *vault) *string { return &v.Open })
	vRoot     = lens.Of(func(v *vault) *secrets { return &v.Root })
	vStay     = lens.Of(func(v *vault) *[]secrets { return &v.Stay })
	vPart     = lens.Of(func(v *vault) *secrets { return &v.Part })
	vOpt      = lens.Of(func(v *vault) **secrets { return &v.Opt })
	vGone     = lens.Of(func(v *vault) **secrets { return &v.Gone })
	vParts    = lens.Of(func(v *vault) *[]secrets { return &v.Parts })
	vPtrs     = lens.Of(func(v *vault) *[]*secrets { return &v.Ptrs })
	vByName   = lens.Of(func(v *vault) *map[string]secrets { return &v.ByName })
	vDeep     = lens.Of(func(v *vault) *cell { return &v.Deep })
	vRows     = lens.Of(func(v *vault) *[]cell { return &v.Rows })
	vCells    = lens.Of(func(v *vault) *map[string]cell { return &v.Cells })
	cOwn      = lens.Of(func(c *cell) *secrets { return &c.Own })
	cInner    = lens.Of(func(c *cell) *secrets { return &c.Inner })
	cMore     = lens.Of(func(c *cell) *[]secrets { return &c.More })
	seText    = lens.Of(func(s *secrets) *string { return &s.Text })
	seOmit    = lens.Of(func(s *secrets) *string { return &s.Omit })
	seN       = lens.Of(func(s *secrets) *int64 { return &s.N })
	seWords   = lens.Of(func(s *secrets) *[]string { return &s.Words })
	seMap     = lens.Of(func(s *secrets) *map[string]string { return &s.Map })
	seAny     = lens.Of(func(s *secrets) *map[string]any { return &s.Any })
	seNil     = lens.Of(func(s *secrets) **string { return &s.Nil })
	seNested  = lens.Of(func(s *secrets) *geo { return &s.Nested })
	seBelow   = lens.Of(func(s *secrets) **geo { return &s.Below })
	keepVault = meta.Keep(func(v *vault) *meta.Record { return &v.Meta })
)

// vaultIn divides a vault, with parts in tables that begin with name.
func vaultIn(name string, more repo.Part[vault], options ...shard.Option) repo.Model[vault] {
	to := func(table string) shard.Placement { return shard.To(name+table, options...) }
	inCell := []shard.Part[cell]{
		shard.New(to("Inner"), func(c *cell) *secrets { return &c.Inner }),
		shard.Each(to("Inner"), func(c *cell) *[]secrets { return &c.More }),
	}
	parts := []repo.Part[vault]{
		keepVault,
		shard.New(to("Part"), func(v *vault) *secrets { return &v.Part }),
		shard.Optional(to("Opt"), func(v *vault) **secrets { return &v.Opt }),
		shard.Optional(to("Opt"), func(v *vault) **secrets { return &v.Gone }),
		shard.Each(to("Parts"), func(v *vault) *[]secrets { return &v.Parts }),
		shard.EachPtr(to("Parts"), func(v *vault) *[]*secrets { return &v.Ptrs }),
		shard.EachValue(to("ByName"), func(v *vault) *map[string]secrets { return &v.ByName }),
		shard.New(to("Deep"), func(v *vault) *cell { return &v.Deep }, inCell...),
		shard.Within(func(v *vault) *[]cell { return &v.Rows }, inCell...),
		shard.WithinValues(func(v *vault) *map[string]cell { return &v.Cells }, inCell...),
	}
	if more != nil {
		parts = append(parts, more)
	}
	return repo.TableOf("Vaults", vaultID, parts...)
}

// sealedVault encrypts every leaf but one.
func sealedVault(t *testing.T, name string, options ...shard.Option) repo.Model[vault] {
	return vaultIn(name, cipher.ProtectAll[vault](kit.Keys(t), vOpen), options...)
}

// vaultLayouts are the declarations that the checks of vaults run with. In one
// of them, full secrets are over the limit and empty ones below it.
func vaultLayouts(t *testing.T) map[string]repo.Model[vault] {
	return map[string]repo.Model[vault]{
		"divided": sealedVault(t, ""), "divided over 400 bytes": sealedVault(t, "", shard.WhenOver(400)), "divided over 300 KB": sealedVault(t, "", shard.WhenOver(300<<10)),
	}
}

func someSecrets(at string) secrets {
	behind := canary + " behind a pointer"
	return secrets{
		Text: canary + " " + at, Named: canary, N: 7318465192, Big: 17318465192731846519, F: 0.7318465192, Number: "0.007318465192", Digits: 7318465192,
		Flag: true, Raw: []byte("x" + canary), Array: [4]byte{1, 2, 3}, ID: someU, At: noon, Unix: time.Unix(7318465192, 0), Words: []string{canary, ""},
		Zero: []string{}, Set: map[string]bool{canary: true}, Nums: []int{7318465192}, Blobs: [][]byte{[]byte("xx" + canary)},
		Map: map[string]string{canary: canary}, Any: map[string]any{canary: []any{canary, true, nil}}, Ptr: &behind, Nested: geo{Lat: canary}, Below: &geo{Lon: canary},
	}
}

func someCell(at string) cell {
	return cell{Own: someSecrets(at + " own"), Inner: someSecrets(at + " inner"), More: []secrets{someSecrets(at + " more"), {}}}
}

func aVault(id string) vault {
	opt, pointed := someSecrets("opt"), someSecrets("ptrs")
	return vault{
		ID: id, Open: "in the open", Root: someSecrets("root"), Stay: []secrets{someSecrets("stay")}, Part: someSecrets("part"), Opt: &opt,
		Parts: []secrets{someSecrets("0"), {}, someSecrets("2")}, Ptrs: []*secrets{&pointed, nil, {}}, ByName: map[string]secrets{"x": someSecrets("x"), "empty": {}},
		Deep: someCell("deep"), Rows: []cell{someCell("row"), {}}, Cells: map[string]cell{"y.z": someCell("cell"), "empty": {}},
	}
}
