package exports

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

var documentChecks = []kit.Check{
	{Name: "lines", Out: kit.Out{Staged: "it has the text of a derived key"}, Run: func(t *testing.T, x *kit.World) {
		r := kit.Open(t, x, repo.TableOf("Crates", crateID, keep, inline, shard.New(shard.To("Homes"), func(c *crate) *slot { return &c.Home })))
		key, err := r.Create(t.Context(), &crate{ID: "c", Name: "Ünï <&> \"\\\n", Tags: []string{"b", "a"}, Sizes: []float64{10, 9}, Blob: []byte{0, 255}, Home: slot{City: "Ulm", N: 7}})
		kit.Must(t, err)
		x.Net.Reset()
		text := export(t, r, key)
		x.WantSent(t, "export", "BatchGetItem: Crates, Homes")
		lines := strings.Split(text, "\n")
		kit.Equal(t, "lines", len(lines), 5)
		kit.Equal(t, "header", lines[0], `{"entity":"Crates","format":"dystore-object","items":2,"key":[{"S":"c"}],"version":1}`)
		root, home := x.Item(t, "Crates", "c"), x.Item(t, "Homes", "Crates/Sc/home")
		kit.Equal(t, "root", withoutRecord(lines[1]), `{"item":{"_meta":…,"blob":{"B":"AP8="},"id":{"S":"c"},"label":{"M":{"city":{"S":""},"n":{"N":"0"},"secret":{"S":""}}},"name":{"S":"Ünï <&> \"\\\n"},"secret":{"S":""},"sizes":{"NS":["10","9"]},"tags":{"SS":["a","b"]}}}`)
		kit.Equal(t, "part", withoutRecord(lines[2]), `{"instance":"home","item":{"_id":{"S":"Crates/Sc/home"},"_meta":…,"city":{"S":"Ulm"},"n":{"N":"7"},"secret":{"S":""}},"table":"Homes"}`)
		kit.Equal(t, "stamp", strings.Contains(lines[2], `"w":{"B":"`+base64.StdEncoding.EncodeToString(home["_meta"].(*types.AttributeValueMemberM).Value["w"].(*types.AttributeValueMemberB).Value)+`"}`), true)
		kit.Equal(t, "attributes of the root", len(root), 8)
	}},
	{Name: "encrypted values stay so, and need no key", Run: func(t *testing.T, x *kit.World) {
		ctx, y := t.Context(), elsewhere(t, x)
		r, s := kit.Open(t, x, crates(kit.Keys(t))), kit.Open(t, y, crates(kit.Keys(t)))
		key, err := r.Create(ctx, aCrate())
		kit.Must(t, err)
		broken := kit.Open(t, x, crates(noKeys{kit.Keys(t)}))
		text := export(t, broken, key)
		kit.Equal(t, "plaintext", strings.Contains(text, "secret ") || strings.Contains(text, base64.StdEncoding.EncodeToString([]byte("secret"))), false)
		_, err = s.Import(ctx, strings.NewReader(text))
		kit.Must(t, err)
		kit.Same(t, "envelope", y.Item(t, "Crates", "c/1~ü")["secret"], x.Item(t, "Crates", "c/1~ü")["secret"])

		z := elsewhere(t, x)
		_, err = kit.Open(t, z, crates(kit.KeysOf(t, 1, 8))).Import(ctx, strings.NewReader(text))
		kit.WantErr(t, "another secret", err, repo.ErrInvalid, "the document is no object of the model")
		_, err = kit.Open(t, z, crates(kit.KeysOf(t, 2, 7))).Import(ctx, strings.NewReader(text))
		kit.WantErr(t, "another key", err, repo.ErrInvalid, "the document is no object of the model")
		_, err = kit.Open(t, z, crates(noKeys{kit.Keys(t)})).Import(ctx, strings.NewReader(text))
		kit.WantErr(t, "no key source", err, repo.ErrUnavailable, "")
		z.Counted(t, "after refusals", map[string]int{})
	}},
	{Name: "nothing to export", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		r := kit.Open(t, x, crates(kit.Keys(t), repo.SoftDelete[crate]()))
		var b strings.Builder
		kit.WantErr(t, "absent", r.Export(ctx, &b, crateID.Of("none")), repo.ErrNotFound, "")
		key, err := r.Create(ctx, aCrate())
		kit.Must(t, err)
		kit.Must(t, r.Delete(ctx, key))
		kit.WantErr(t, "deleted and kept", r.Export(ctx, &b, key), repo.ErrNotFound, "")
		kit.WantErr(t, "no writer", r.Export(ctx, nil, key), repo.ErrInvalid, "the writer is nil")
		kit.Must(t, r.Restore(ctx, key))
		err = r.Export(ctx, failing{}, key)
		if !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%v, want the writer's error", err)
		}
		if err := r.Export(ctx, short{}, key); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("%v, want that of a short write", err)
		}
		x.Net.Reset(fault.Inject(fault.SendError()))
		if err := r.Export(ctx, &b, key); err == nil {
			t.Error("exported without an answer")
		}
		x.Net.Reset()
		kit.Equal(t, "written", b.String(), "")
	}},
	{Name: "damaged objects", Run: func(t *testing.T, x *kit.World) {
		r := kit.Open(t, x, crates(kit.Keys(t)))
		key, err := r.Create(t.Context(), aCrate())
		kit.Must(t, err)
		x.Tampered = true
		home := x.Item(t, "Homes", "Crates/Sc~11~0ü/home")
		home["_meta"].(*types.AttributeValueMemberM).Value["o"] = kit.Str("Crates/Sother")
		x.Plant(t, "Homes", home)
		var b strings.Builder
		kit.WantErr(t, "export", r.Export(t.Context(), &b, key), repo.ErrCorrupt, "belongs to another object")
		kit.Equal(t, "written", b.String(), "")
	}},
}

// withoutRecord replaces the record in a line.
func withoutRecord(line string) string {
	before, rest, _ := strings.Cut(line, `"_meta":{`)
	for depth, i := 1, 0; i < len(rest); i++ {
		switch rest[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return before + `"_meta":…` + rest[i+1:]
			}
		}
	}
	return line
}

// noKeys is a cipher whose keys cannot be had.
type noKeys struct{ cipher.Cipher }

func (noKeys) Open(context.Context, []byte, []byte, *cipher.Binding) ([]byte, error) {
	return nil, fmt.Errorf("%w: it is away", cipher.ErrKeySource)
}

func (noKeys) Seal(context.Context, []byte, []byte, *cipher.Binding) ([]byte, error) {
	return nil, fmt.Errorf("%w: it is away", cipher.ErrKeySource)
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// short writes less than it is given, and does not say so.
type short struct{}

func (short) Write(p []byte) (int, error) { return len(p) / 2, nil }
