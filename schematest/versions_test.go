package schematest_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/schematest"
)

// counted is a box whose V became a number, by another name of the field.
type counted struct {
	ID   string      `dynamodbav:"id"`
	Name string      `dynamodbav:"name"`
	W    int         `dynamodbav:"v"`
	Meta meta.Record `dynamodbav:"-"`
}

// version2 is a program of boxes of version 2.
func version2(steps []repo.Step, parts ...repo.Part[box[string]]) program {
	return boxes("x", append(parts, repo.Schema[box[string]](2, steps...))...)
}

// from1 leads from version 1 of a box to version 2.
func from1[Old, New any](f func(*Old) (*New, error), parts ...repo.Part[Old]) []repo.Step {
	return []repo.Step{repo.Upgrade(1, f, parts...)}
}

func asItWas(b *box[string]) (*box[string], error) { return b, nil }

func versionChanges() []change {
	keepRenamed := func(b *renamed) *meta.Record { return &b.Meta }
	toRenamed := repo.Schema[renamed](2, from1(func(b *box[string]) (*renamed, error) { return &renamed{ID: b.ID, Name: b.Name, V: b.V}, nil })...)
	renamedProgram := like(renamed{Name: "n", V: "x"}, func(b *renamed) *string { return &b.ID }, keepRenamed, toRenamed)
	toNeeded := repo.Schema[needed](2, from1(func(b *bare) (*needed, error) { return &needed{ID: b.ID, Name: b.Name, V: "none"}, nil })...)
	neededProgram := like(needed{Name: "n", V: "x"}, func(b *needed) *string { return &b.ID }, func(b *needed) *meta.Record { return &b.Meta }, toNeeded)
	toCounted := repo.Schema[counted](2, from1(func(b *box[string]) (*counted, error) {
		n, err := strconv.Atoi(b.V)
		return &counted{ID: b.ID, Name: b.Name, W: n}, err
	})...)
	countedProgram := like(counted{Name: "n", W: 5}, func(b *counted) *string { return &b.ID }, func(b *counted) *meta.Record { return &b.Meta }, toCounted)
	seal := func() repo.Part[box[string]] { return cipher.Protect(aes(1), field[string]()) }
	first := boxes("x", repo.Schema[box[string]](1))
	return []change{
		{"the first version", boxes("x"), first, nil},
		{"no version", first, boxes("x"), nil},
		{"the same version", version2(from1(asItWas)), version2(from1(asItWas)), nil},

		{"a step", boxes("x"), version2(from1(asItWas)), []schematest.Verdict{readers}},
		{"without a step", boxes("x"), version2(nil), []schematest.Verdict{data}},
		{"an earlier version", version2(from1(asItWas)), boxes("x"), []schematest.Verdict{data}},
		{"an earlier version, which is said", version2(nil), first, []schematest.Verdict{data}},
		{"a step more", version2(nil), version2(from1(asItWas)), []schematest.Verdict{safe}},

		{"renamed", boxes("x"), renamedProgram, []schematest.Verdict{readers, safe}},
		{"renamed back", renamedProgram, boxes("x"), []schematest.Verdict{data, upgrade}},
		{"text to a number", boxes("5"), countedProgram, []schematest.Verdict{readers, safe}},
		{"a required attribute", bares(), neededProgram, []schematest.Verdict{readers, safe, safe}},
		{"encrypted", boxes("x"), version2(from1(asItWas), seal()), []schematest.Verdict{readers, safe}},
		{"encrypted no longer", boxes("x", seal()), version2(from1(asItWas, seal())), []schematest.Verdict{readers, safe}},
	}
}

// TestVersions runs programs of both versions side by side.
func TestVersions(t *testing.T) { judge(t, versionChanges()) }

// An object of a version that has no step any more was read until the step was removed.
func TestStepRemoved(t *testing.T) {
	for _, c := range []struct {
		version int
		steps   []repo.Step
		want    string
	}{
		{2, nil, "needs an upgrade: repo.Upgrade(1) was removed. Objects of versions before 2 are repo.ErrSchemaTooOld. To do: Repo.Migrate by the present program first"},
		{3, []repo.Step{repo.Upgrade(2, asItWas)}, "breaks old readers: the version of the model was 2, is 3. What the new program writes is repo.ErrSchemaTooNew to old ones: they can delete it, and nothing else. " +
			"To do: stop the old programs first, or accept their errors until they have gone\n" +
			"needs an upgrade: repo.Upgrade(1) was removed. Objects of versions before 2 are repo.ErrSchemaTooOld. To do: Repo.Migrate by the present program first"},
		{3, nil, "breaks stored data: the version of the model was 2, is 3. No step leads from there: stored objects are repo.ErrSchemaTooOld. To do: add repo.Upgrade(2, …)\n" +
			"needs an upgrade: repo.Upgrade(1) was removed. Objects of versions before 2 are repo.ErrSchemaTooOld. To do: Repo.Migrate by the present program first"},
	} {
		ctx, client := t.Context(), embedded.New().Client()
		before := open(t, client, boxModel[string]())
		old := open(t, client, boxModel[string](repo.Schema[box[string]](2, from1(asItWas)...)))
		now := open(t, client, boxModel[string](repo.Schema[box[string]](c.version, c.steps...)))
		var lines []string
		for _, x := range schematest.Compare(old.Layout(), now.Layout()) {
			lines = append(lines, x.String())
		}
		if d := cmp.Diff(c.want, strings.Join(lines, "\n")); d != "" {
			t.Errorf("%v\n%s", c.version, d)
		}
		must(t, before.CreateTables(ctx))
		key, err := before.Create(ctx, &box[string]{ID: "b", V: "x"})
		must(t, err)
		if _, err := now.Get(ctx, key); !errors.Is(err, repo.ErrSchemaTooOld) {
			t.Errorf("%d: %v", c.version, err)
		}
		got, err := old.Get(ctx, key)
		must(t, err)
		_, err = old.Put(ctx, got)
		must(t, err)
		_, err = now.Get(ctx, key)
		if readable := c.version == 2 || len(c.steps) > 0; readable == errors.Is(err, repo.ErrSchemaTooOld) {
			t.Errorf("%d: %v", c.version, err)
		}
	}
}

// A step has no way to a part in a table that the new declaration does not name.
func TestStepAndTables(t *testing.T) {
	for _, c := range []struct {
		opts []repo.Option
		want []schematest.Verdict
		err  error
	}{
		{nil, []schematest.Verdict{readers, allowed}, repo.ErrCorrupt},
		{allow("Homes"), []schematest.Verdict{readers, safe}, nil},
	} {
		ctx, client := t.Context(), embedded.New().Client()
		old := open(t, client, boxModel[one](homes("Homes")))
		now := open(t, client, boxModel[one](repo.Schema[box[one]](2, from1(func(b *box[one]) (*box[one], error) { return b, nil })...)), c.opts...)
		var got []schematest.Verdict
		for _, x := range schematest.Compare(old.Layout(), now.Layout()) {
			got = append(got, x.Verdict)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Error(d)
		}
		must(t, old.CreateTables(ctx))
		key, err := old.Create(ctx, &box[one]{ID: "b", V: one{"x"}})
		must(t, err)
		switch v, err := now.Get(ctx, key); {
		case !errors.Is(err, c.err):
			t.Errorf("%v, want %v", err, c.err)
		case err == nil && v.V.A != "x":
			t.Errorf("%+v", v)
		}
	}
}

// The layout of a model with versions says them, in all forms; that of another does not.
func TestVersionsInLayout(t *testing.T) {
	c := embedded.New().Client()
	plain := open(t, c, boxModel[string]()).Layout()
	two := open(t, c, boxModel[string](repo.Schema[box[string]](2))).Layout()
	three := open(t, c, boxModel[string](repo.Schema[box[string]](3, repo.Upgrade(1, asItWas), repo.Upgrade(2, asItWas)))).Layout()
	for i, x := range []struct {
		of              repo.Layout
		version, oldest int
		tree, json      string
	}{
		{plain, 0, 0, "", ""},
		{two, 2, 2, ", version 2", "\n  \"version\": 2,\n  \"oldest\": 2,"},
		{three, 3, 1, ", version 3, reads them from version 1 on", "\n  \"version\": 3,\n  \"oldest\": 1,"},
	} {
		if got := [2]int{x.of.Version, x.of.Oldest}; got != [2]int{x.version, x.oldest} {
			t.Errorf("%d: versions %v", i, got)
		}
		if line, _, _ := strings.Cut(x.of.String(), "\n"); line != strings.TrimSuffix(plain.String(), "\n")+x.tree {
			t.Errorf("%d: %s", i, line)
		}
		text := string(schematest.Text(x.of))
		if got := strings.Contains(text, x.json) && strings.Contains(text, "version") == (x.json != ""); !got {
			t.Errorf("%d: %s", i, text)
		}
		if want := fmt.Sprint("<br>version ", x.version, "\""); strings.Contains(x.of.Mermaid(), want) != (x.version > 0) {
			t.Errorf("%d: %s", i, x.of.Mermaid())
		}
		back, err := schematest.Parse([]byte(text))
		must(t, err)
		if changes := schematest.Compare(x.of, back); len(changes) > 0 {
			t.Errorf("%d: %v", i, changes)
		}
	}
}
