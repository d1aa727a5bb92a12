package rules

import (
	"context"
	"errors"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/internal/model"
)

// Update reports whether an object that is valid stays so with changes, which
// are of different paths: nil, an *Invalid, or an *Undecided. parents says that
// absent parents are created.
func (s *Set) Update(ctx context.Context, changes []*model.Change, parents bool) error {
	if !s.asks || len(changes) == 0 {
		return nil
	}
	if s.barrier != nil {
		u := *s.barrier
		u.Change = changes[0]
		return &u
	}
	if !s.concerned(changes, parents) {
		return nil
	}
	scratch := reflect.New(s.root.typ)
	all := tree(changes)
	s.build(all, scratch.Elem(), false)
	r := &review{s: s, parents: parents}
	r.structure(&spot{ns: s.prefix}, s.root, all, scratch.Elem())
	if !r.blocked {
		if err := r.ask(ctx, scratch, r.sure, r.loose); err != nil {
			return err
		}
		if len(r.fresh) > 0 {
			fresh := reflect.New(s.root.typ)
			s.build(all, fresh.Elem(), true)
			if err := r.ask(ctx, fresh, nil, r.fresh); err != nil {
				return err
			}
		}
	}
	if len(r.doubts) > 0 {
		return r.doubts[0].err
	}
	return nil
}

// concerned reports whether a rule may be touched at all. Most changes are of
// fields that have none.
func (s *Set) concerned(changes []*model.Change, parents bool) bool {
	for _, ch := range changes {
		if s.touches(ch.Lens.Steps, parents) {
			return true
		}
	}
	return false
}

// touches goes along a path until there is a rule, or no way to one.
func (s *Set) touches(steps []model.Step, parents bool) bool {
	st := s.root
	for i, step := range steps {
		if step.Kind != model.Field {
			continue // a pointer: elements are below a chain that dives
		}
		if st.fn || st.refers(step.Index) {
			return true
		}
		f := &st.fields[step.Index]
		switch {
		case !f.shown || !f.chain.asks:
			return false
		case f.chain.tagged() || f.chain.dynamic || i == len(steps)-1:
			return true
		case nilable(f.typ) && (parents || f.embedded):
			return true
		}
		if st = s.structs[deref(f.typ)]; st == nil {
			return true
		}
	}
	return true
}

// ask has the validator judge the marked places of a scratch object.
func (r *review) ask(ctx context.Context, scratch reflect.Value, sure, unsure []mark) error {
	if len(sure)+len(unsure) == 0 {
		return nil
	}
	err := r.s.v.StructFilteredCtx(ctx, scratch.Interface(), func(ns []byte) bool {
		return !marked(sure, string(ns)) && !marked(unsure, string(ns))
	})
	var failed validator.ValidationErrors
	if !errors.As(err, &failed) {
		return err
	}
	invalid := &Invalid{}
	for _, e := range failed {
		switch m := find(sure, e); {
		case m == nil:
			r.unsure(unsure, e)
		case !r.doubted(e):
			if invalid.Change == nil {
				invalid.Change = m.at.change
			}
			invalid.Failed = append(invalid.Failed, e)
		}
	}
	if len(invalid.Failed) > 0 {
		return invalid
	}
	return nil
}

// unsure notes a failure that says nothing for certain, or one of something that
// is not known as a whole, in which the validator has therefore not gone on.
func (r *review) unsure(marks []mark, e validator.FieldError) {
	ns := e.StructNamespace()
	if m := find(marks, e); m != nil {
		u := &Undecided{Type: m.at.owner.typ.String(), Field: m.at.field.name, Rule: word(e), Why: whyEmpty,
			Change: m.at.change, Failed: validator.ValidationErrors{e}}
		r.doubts = append(r.doubts, doubt{ns: ns, err: u})
		return
	}
	for _, at := range r.way {
		if at.ns == ns {
			r.doubt(at, &rule{text: word(e)}, whyRest)
			return
		}
	}
}

// word is a rule as its tag has it.
func word(e validator.FieldError) string {
	if e.Param() == "" || strings.ContainsRune(e.Tag(), '=') {
		return e.Tag()
	}
	return e.Tag() + "=" + e.Param()
}

// doubted reports whether a failure is one of a rule that cannot be decided.
func (r *review) doubted(e validator.FieldError) bool {
	ns := e.StructNamespace()
	for _, d := range r.doubts {
		if d.rule != nil && d.rule.is(e) && (ns == d.ns || d.elems && within(ns, d.ns)) {
			return true
		}
	}
	return false
}

// marked reports whether the validator must look at a field: it is marked, in
// what is marked, or leads there.
func marked(marks []mark, ns string) bool {
	for _, m := range marks {
		if within(m.at.ns, ns) || within(ns, m.at.ns) {
			return true
		}
	}
	return false
}

// find returns the mark that a failure belongs to.
func find(marks []mark, e validator.FieldError) *mark {
	for i := range marks {
		if marks[i].holds(e) {
			return &marks[i]
		}
	}
	return nil
}

func (m *mark) holds(e validator.FieldError) bool {
	ns := e.StructNamespace()
	switch {
	case !within(ns, m.at.ns):
		return false
	case m.keys != nil: // the entry has the same name
		return ns[len(m.at.ns):] != "" && ns[len(m.at.ns)] == '.' || m.keys.has(e) && !m.at.chain.has(e)
	case m.inside:
		return ns != m.at.ns
	case m.elems == 0:
		return true
	}
	index, _, _ := strings.Cut(strings.TrimPrefix(ns[len(m.at.ns):], "["), "]")
	i, err := strconv.Atoi(index)
	return err == nil && i < m.elems
}

// within reports whether a name is that of a value or of something inside it.
func within(ns, of string) bool {
	rest, ok := strings.CutPrefix(ns, of)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
