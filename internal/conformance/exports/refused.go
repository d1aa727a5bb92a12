package exports

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// resigned is a document of lines with their digest.
func resigned(lines ...string) string {
	body := strings.Join(lines, "\n") + "\n"
	sum := sha256.Sum256([]byte(body))
	return body + `{"digest":"sha256:` + hex.EncodeToString(sum[:]) + "\"}\n"
}

var refusedChecks = []kit.Check{
	{Name: "whatever is changed", Run: func(t *testing.T, x *kit.World) {
		keys, y := kit.Keys(t), elsewhere(t, x)
		_, text := stored(t, kit.Open(t, x, crates(keys)))
		s := kit.Open(t, y, crates(keys))
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		lines = lines[:len(lines)-1]
		line := func(instance string) int {
			for i, l := range lines {
				if strings.HasPrefix(l, `{"instance":"`+instance) {
					return i
				}
			}
			t.Fatalf("no part %s", instance)
			return 0
		}
		with := func(i int, old, new string) string {
			if !strings.Contains(lines[i], old) {
				t.Fatalf("line %d has no %s: %s", i, old, lines[i])
			}
			changed := append([]string{}, lines...)
			changed[i] = strings.ReplaceAll(lines[i], old, new)
			return resigned(changed...)
		}
		but := func(i int) []string { return append(append([]string{}, lines[:i]...), lines[i+1:]...) }
		home, past := line("home"), line("past#")
		for _, c := range []struct {
			what, text, want string
			kind             error
		}{
			{"nothing", "", `does not begin with the line of format "dystore-object"`, repo.ErrInvalid},
			{"no JSON", "x\n", `does not begin with the line`, repo.ErrInvalid},
			{"another format", with(0, "dystore-object", "object"), "does not begin with the line", repo.ErrInvalid},
			{"a newer format", with(0, `"version":1`, `"version":2`), "version 2 of its format, this program knows 1", repo.ErrSchemaTooNew},
			{"no version", with(0, `,"version":1`, ``), "not in canonical form", repo.ErrInvalid},
			{"truncated", text[:len(text)-1], "ends within a line", repo.ErrInvalid},
			{"without its end", strings.Join(lines, "\n") + "\n", "lines between the first and the last", repo.ErrInvalid},
			{"without a part", resigned(but(home)...), "lines between the first and the last", repo.ErrInvalid},
			{"more after the end", text + "{}\n", "lines between the first and the last", repo.ErrInvalid},
			{"a line twice", resigned(append(append([]string{}, lines[:home]...), lines[home-1:]...)...), "lines between the first and the last", repo.ErrInvalid},
			{"no items", with(0, `"items":8`, `"items":0`), "it has 0 items", repo.ErrInvalid},
			{"too many items", with(0, `"items":8`, `"items":9999999999`), "it has 9999999999 items", repo.ErrInvalid},
			{"another digest", strings.Replace(text, `"sha256:`, `"sha256:0`, 1), "its digest is another", repo.ErrInvalid},
			{"a changed byte", strings.Replace(text, `"Bern"`, `"Genf"`, 1), "its digest is another", repo.ErrInvalid},
			{"a space", with(home, `{"S":`, `{"S": `), "not in canonical form", repo.ErrInvalid},
			{"a name twice", with(home, `"item":{`, `"item":{"city":{"S":"x"},`), "not in canonical form", repo.ErrInvalid},
			{"another member", with(home, `{"instance"`, `{"extra":1,"instance"`), "not in canonical form", repo.ErrInvalid},
			{"names in another case", with(home, `{"N":"7"}`, `{"n":"7"}`), "it has a value of no type", repo.ErrInvalid},
			{"a number in another form", with(home, `{"N":"7"}`, `{"N":"7.0"}`), "not in canonical form", repo.ErrInvalid},
			{"no number", with(home, `{"N":"7"}`, `{"N":"x"}`), "has no item in line", repo.ErrInvalid},
			{"a value of no type", with(home, `{"N":"7"}`, `{}`), "has no item in line", repo.ErrInvalid},
			{"a value of two types", with(home, `{"N":"7"}`, `{"N":"7","S":"7"}`), "it has a value of no type", repo.ErrInvalid},
			{"a value that is deep", with(home, `{"N":"7"}`, strings.Repeat(`{"L":[`, 40)+`{"N":"7"}`+strings.Repeat(`]}`, 40)), "has no item in line", repo.ErrInvalid},
			{"parts in another order", func() string {
				swapped := append([]string{}, lines...)
				swapped[home], swapped[past] = swapped[past], swapped[home]
				return resigned(swapped...)
			}(), "in another order", repo.ErrInvalid},
			{"another entity", with(0, `"Crates"`, `"Boxes"`), `of entity "Boxes", not "Crates"`, repo.ErrInvalid},
			{"another key", with(0, `c/1~ü`, `c2`), `is of object "c2", and its root has another id`, repo.ErrInvalid},
			{"a key of two parts", with(0, `"key":[`, `"key":[{"S":"a"},`), "it has 2 parts", repo.ErrInvalid},
			{"a key of another type", with(0, `{"S":"c/1~ü"}`, `{"N":"1"}`), "is of type N", repo.ErrInvalid},
			{"another entity in the record", with(1, `"e":{"S":"Crates"}`, `"e":{"S":"Boxes"}`), `an object of entity "Boxes"`, repo.ErrInvalid},
			{"a newer record", with(1, `"f":{"N":"3"}`, `"f":{"N":"9"}`), "format", repo.ErrSchemaTooNew},
			{"no record", with(1, `"_meta"`, `"_metb"`), "has 7 parts, and the record of its root names 0", repo.ErrInvalid},
			{"a record that is none", with(1, `"v":{"N":"1"}`, `"v":{"N":"-1"}`), "", repo.ErrInvalid},
			{"a version that is the last", with(1, `"v":{"N":"1"}`, `"v":{"N":"9223372036854775807"}`), "", repo.ErrInvalid},
			{"the part of another object", with(home, `"o":{"S":"Crates/S`, `"o":{"S":"Crates/T`), "part home that is not the one", repo.ErrInvalid},
			{"another stamp", with(home, `"w":{"B":"`, `"w":{"B":"AAAA`), "part home that is not the one", repo.ErrInvalid},
			{"another key of a part", with(home, `"_id":{"S":"Crates/S`, `"_id":{"S":"Crates/T`), "part home whose key is not derived", repo.ErrInvalid},
			{"another table", with(home, `"table":"Homes"`, `"table":"Past"`), "part home in table Past, and the record of its root in Homes", repo.ErrInvalid},
			{"a real name", with(home, `"table":"Homes"`, `"table":"prod.Homes"`), "part home in table prod.Homes", repo.ErrInvalid},
			{"another instance", with(home, `"instance":"home"`, `"instance":"homf"`), "part homf, which the record", repo.ErrInvalid},
			{"plaintext", with(1, `"secret":{"B":`, `"secret":{"S":`), "is no object of the model", repo.ErrInvalid},
			{"an envelope of another path", with(home, `"secret":{"B":"1e`, `"secret":{"B":"2e`), "is no object of the model", repo.ErrInvalid},
			{"a value that breaks a rule", with(home, `{"N":"7"}`, `{"N":"700"}`), "max", repo.ErrInvalid},
			{"a value of another type", with(home, `"n":{"N":"7"}`, `"n":{"S":"7"}`), "is no object of the model", repo.ErrInvalid},
		} {
			y.Net.Reset()
			_, err := s.Import(t.Context(), strings.NewReader(c.text))
			kit.WantErr(t, c.what, err, c.kind, c.want)
			_, err = s.Import(t.Context(), strings.NewReader(c.text), repo.Overwrite())
			kit.WantErr(t, c.what+", overwriting", err, c.kind, c.want)
			y.WantSent(t, c.what)
		}
		_, err := s.Import(t.Context(), iotest.ErrReader(io.ErrNoProgress))
		kit.Equal(t, "a reader that fails", errors.Is(err, io.ErrNoProgress), true)
		_, err = s.Import(t.Context(), nil)
		kit.WantErr(t, "no document", err, repo.ErrInvalid, "the document is nil")
		_, err = s.Import(t.Context(), io.LimitReader(zeros{}, 1<<40))
		kit.WantErr(t, "an endless document", err, repo.ErrTooLarge, "longer than 67108864 bytes")
		_, err = s.Import(t.Context(), iotest.OneByteReader(strings.NewReader(text)))
		kit.Must(t, err)
	}},
	{Name: "a model that does not have it", Run: func(t *testing.T, x *kit.World) {
		ctx, keys, y := t.Context(), kit.Keys(t), elsewhere(t, x)
		_, text := stored(t, kit.Open(t, x, crates(keys)))
		other := kit.Open(t, y, repo.TableOf("Crates", crateID, keep, inline))
		_, err := other.Import(ctx, strings.NewReader(text))
		kit.WantErr(t, "fewer tables", err, repo.ErrInvalid, "which the model does not name")
		_, err = kit.Open(t, y, repo.TableOf("Crates", crateID, inline), repo.Plain()).Import(ctx, strings.NewReader(text))
		kit.WantErr(t, "without records", err, repo.ErrInvalid, "has a record, which a repo.Plain model does not store")
		_, err = kit.Open(t, y, crates(keys), repo.Entity("Others")).Import(ctx, strings.NewReader(text))
		kit.WantErr(t, "another entity", err, repo.ErrInvalid, `of entity "Crates", not "Others"`)
		_, err = kit.Open(t, y, crates(keys), repo.MetaAttribute("_rec")).Import(ctx, strings.NewReader(text))
		kit.WantErr(t, "another attribute for records", err, repo.ErrInvalid, "the record of its root names 0")
		y.Counted(t, "items", map[string]int{})
	}},
	{Name: "an object that has expired", Run: func(t *testing.T, x *kit.World) {
		y := elsewhere(t, x)
		late := aCrate()
		late.Until = past
		_, err := kit.Open(t, x, crates(kit.Keys(t))).Create(t.Context(), late)
		kit.Must(t, err)
		text := export(t, kit.Open(t, x, crates(kit.Keys(t))), crateID.Of("c/1~ü"))
		_, err = kit.Open(t, y, crates(kit.Keys(t), crateUntil)).Import(t.Context(), strings.NewReader(text))
		kit.WantErr(t, "import", err, repo.ErrInvalid, "has expired")
	}},
}

// zeros is a document without an end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }
