package repo_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type (
	vStep struct {
		Min, Max int
	}
	// vForm is validated by a validator with a tag name, an alias and functions
	// of its own.
	vForm struct {
		ID    string `binding:"required"`
		Name  string `binding:"short" validate:"nonsense"`
		Slug  string `binding:"slug"`
		Kind  string
		Link  string `binding:"by_kind"`
		Step  vStep
		Count int
	}
)

var (
	vfID    = repo.KeyOf(func(f *vForm) *string { return &f.ID })
	vfName  = lens.Of(func(f *vForm) *string { return &f.Name })
	vfSlug  = lens.Of(func(f *vForm) *string { return &f.Slug })
	vfKind  = lens.Of(func(f *vForm) *string { return &f.Kind })
	vfMin   = lens.Of(func(f *vForm) *int { return &f.Step.Min })
	vfStep  = lens.Of(func(f *vForm) *vStep { return &f.Step })
	vfCount = lens.Of(func(f *vForm) *int { return &f.Count })
)

// formValidator has, among its functions, one that looks at another field.
func formValidator(t *testing.T, functions ...string) *validator.Validate {
	t.Helper()
	v := validator.New()
	v.SetTagName("binding")
	v.RegisterAlias("short", "omitempty,min=2,max=5")
	for name, f := range map[string]validator.Func{
		"slug": func(fl validator.FieldLevel) bool { return strings.ToLower(fl.Field().String()) == fl.Field().String() },
		"by_kind": func(fl validator.FieldLevel) bool {
			return fl.Parent().FieldByName("Kind").String() != "link" || fl.Field().String() != ""
		},
	} {
		if err := v.RegisterValidation(name, f); err != nil {
			t.Fatal(err)
		}
	}
	v.RegisterStructValidation(func(sl validator.StructLevel) {
		if s := sl.Current().Interface().(vStep); s.Min > s.Max {
			sl.ReportError(s.Min, "Min", "Min", "order", "")
		}
	}, vStep{})
	return v
}

// A function of the user's own that looks at another field is never passed
// over: not by an update of its field, and not by one of the other.
func TestOwnValidator(t *testing.T) {
	ctx := context.Background()
	client, requests := fault.Wrap(embedded.New().Client())
	open := func(v *validator.Validate, opts ...repo.Option) *repo.Repo[vForm] {
		t.Helper()
		r, err := repo.New(client, repo.TableOf("Forms", vfID), append(opts, repo.WithValidator(v))...)
		if err == nil {
			err = r.CreateTables(ctx)
		}
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	strict := open(formValidator(t))
	key, err := strict.Create(ctx, &vForm{ID: "1"})
	if err != nil {
		t.Fatal(err)
	}
	const other = "because a registered function may look at any field; name it in repo.FieldRules if it looks at its value alone, or use Modify"
	outcome := func(r *repo.Repo[vForm], changes ...lens.Change[vForm]) string {
		t.Helper()
		requests.Reset()
		err := r.Update(ctx, key, changes...)
		if err == nil {
			return "ok"
		}
		if n := len(requests.Operations()); n > 0 || !errors.Is(err, repo.ErrInvalid) {
			t.Errorf("after %d requests: %v", n, err)
		}
		var u *repo.UndecidedError
		var failed validator.ValidationErrors
		switch {
		case errors.As(err, &u):
			return "? " + u.Type + "." + u.Field + " " + u.Rule
		case errors.As(err, &failed):
			return failed[0].Namespace() + " " + failed[0].Tag()
		}
		return err.Error()
	}
	if got := outcome(strict, vfCount.Set(1)); got != "? repo_test.vForm.Slug slug" {
		t.Errorf("no function is vouched for: %s", got)
	}
	err = strict.Update(ctx, key, vfCount.Set(1))
	if want := `repo: Update Forms "1", Count: invalid: the validation rule "slug" of repo_test.vForm.Slug cannot be checked by Update, ` + other; err.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", err, want)
	}

	one := open(formValidator(t), repo.FieldRules("slug"), repo.StructRules(&vStep{}))
	if got := outcome(one, vfKind.Set("link")); got != "? repo_test.vForm.Link by_kind" {
		t.Errorf("one is vouched for: %s", got)
	}
	if err := one.Modify(ctx, key, func(f *vForm) error { f.Kind = "link"; return nil }); !errors.Is(err, repo.ErrInvalid) {
		t.Errorf("Modify: %v", err)
	}

	v := formValidator(t)
	v.RegisterStructValidationMapRules(map[string]string{"Link": "required_if=Kind link", "Name": "short", "Slug": "slug"}, vForm{})
	both := open(v, repo.FieldRules("slug"), repo.StructRules(vStep{}))
	for _, c := range []struct {
		change lens.Change[vForm]
		want   string
	}{
		{vfName.Set("toolong"), "vForm.Name short"},
		{vfName.Set("four"), "ok"},
		{vfSlug.Set("A"), "vForm.Slug slug"},
		{vfSlug.Set("a"), "ok"},
		{vfKind.Set("link"), "? repo_test.vForm.Link required_if=Kind link"},
		{vfMin.Set(1), "? repo_test.vStep. "},
		{vfStep.Set(vStep{2, 1}), "vForm.Step.Min order"},
		{vfStep.Set(vStep{1, 2}), "ok"},
		{vfCount.Set(1), "ok"},
	} {
		if got := outcome(both, c.change); got != c.want {
			t.Errorf("%s: got %s, want %s", c.change.ModelChange().Lens.Path, got, c.want)
		}
	}
}

// Tags that the validator could not read, and functions that it does not have,
// are found by New.
func TestRefusedRules(t *testing.T) {
	type in struct {
		A string `validate:"required,nonsense=1"`
	}
	type doc struct {
		ID string
		In *in
		B  string `validate:"dive"`
	}
	id := repo.KeyOf(func(d *doc) *string { return &d.ID })
	vForms := func(opts ...repo.Option) error {
		_, err := repo.New(embedded.New().Client(), repo.TableOf("Forms", vfID), opts...)
		return err
	}
	_, err := repo.New(embedded.New().Client(), repo.TableOf("Docs", id))
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"tags", err, `repo.New: repo.TableOf(repo_test.in, A): the validator has no rule "nonsense"` + "\n" +
			`repo.TableOf(repo_test.doc, B): its validation rule dive needs a list or a map, not string`},
		{"another tag name", vForms(), `repo.New: repo.TableOf(repo_test.vForm, Name): the validator has no rule "nonsense"`},
		{"functions", vForms(repo.WithValidator(formValidator(t)), repo.FieldRules("slug", "slag"), repo.StructRules(vForm{}, nil)),
			`repo.New: repo.TableOf(repo_test.vForm): repo.FieldRules: the validator has no function "slag"` + "\n" +
				`repo.TableOf(repo_test.vForm): repo.StructRules: the validator has no function for repo_test.vForm` + "\n" +
				`repo.TableOf(repo_test.vForm): repo.StructRules: the validator has no function for <nil>`},
		{"no validation", vForms(repo.WithValidator(nil), repo.FieldRules("slug")),
			"repo.New: repo.TableOf(repo_test.vForm): repo.FieldRules or repo.StructRules, but validation is switched off"},
		{"no validation at all", vForms(repo.WithValidator(nil)), ""},
	} {
		var d *repo.DeclarationError
		switch {
		case c.want == "" && c.err != nil:
			t.Errorf("%s: %v", c.name, c.err)
		case c.want != "" && (c.err == nil || c.err.Error() != c.want || !errors.As(c.err, &d) || !errors.Is(c.err, repo.ErrInvalid)):
			t.Errorf("%s: got\n%v\nwant\n%s", c.name, c.err, c.want)
		}
	}
}
