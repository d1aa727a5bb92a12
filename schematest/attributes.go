package schematest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dystore/dystore/repo"
)

type attribute = repo.LayoutAttribute

func at(l *repo.Layout, path string) (attribute, bool) {
	return find(l.Attributes, func(a attribute) bool { return a.Path == path })
}

// inside reports whether a path is in a value of which everything was said.
func inside(path string, told []string) bool {
	return slices.ContainsFunc(told, func(t string) bool { return holds(t, path) })
}

func (c *comparison) attributes() {
	if c.steps {
		defer c.byStep(len(c.changes))
	}
	var told []string
	for _, a := range c.old.Attributes {
		b, ok := at(c.new, a.Path)
		switch {
		case inside(a.Path, told):
		case !ok:
			told = append(told, a.Path)
			c.removed(a)
		case !c.alike(a, b):
			told = append(told, a.Path)
		default:
			c.rules(a, b)
			if a.Options != b.Options {
				c.add(Safe, a.Path, fmt.Sprintf("the tag options were %q, are %q", a.Options, b.Options), "", "")
			}
		}
	}
	var added []string
	for _, b := range c.new.Attributes {
		if _, ok := at(c.old, b.Path); !ok && !inside(b.Path, slices.Concat(told, added)) {
			added = append(added, b.Path)
			c.added(b)
		}
	}
}

// renamed finds the attribute of the other declaration that is of the same field.
func renamed(a attribute, from, in *repo.Layout) (attribute, bool) {
	return find(in.Attributes, func(b attribute) bool {
		_, both := at(from, b.Path)
		return b.Field == a.Field && !both
	})
}

// variant reports whether an attribute is a variant of an interface.
func variant(a attribute, in *repo.Layout) bool {
	last := strings.LastIndex(a.Path, ".")
	if last < 0 {
		return false
	}
	of, ok := at(in, a.Path[:last])
	return ok && of.Value == variants
}

// variants is the Value of an interface.
const variants = "one of these"

func (c *comparison) removed(a attribute) {
	if _, still := at(c.new, a.Path[:max(0, strings.LastIndex(a.Path, "."))]); still && variant(a, c.old) {
		c.add(BreaksStoredData, a.Path, "the variant was removed", "Objects that hold it are repo.ErrUnknownVariant", "keep it, or put another variant into all objects first")
		return
	}
	if b, ok := renamed(a, c.old, c.new); ok {
		c.add(NeedsUpgrade, a.Path, "it is stored as "+b.Path+" now",
			"What is stored under the old name is not read, and old programs do not read the new one", "keep the name, or make a new version of the model, with repo.Schema and repo.Upgrade")
		return
	}
	switch {
	case strings.Contains(a.Rules, "required"):
		c.add(BreaksOldReaders, a.Path, "it was removed", "Objects of the new program do not have it, and old programs require it to write them", "take the rule out first, in a deploy of its own")
	case !c.new.Tracked:
		c.add(BreaksOldReaders, a.Path, "it was removed", "Without meta.Keep, a Put of the new program erases what old ones have stored", "add meta.Keep")
	default:
		c.add(Safe, a.Path, "it was removed", "What is stored stays, and is not read", "if it has another name now, keep the name")
	}
}

func (c *comparison) added(b attribute) {
	if variant(b, c.new) {
		c.add(BreaksOldReaders, b.Path, "the variant was added", "Objects that hold it are repo.ErrUnknownVariant for old programs; their Updates of other paths keep it", "write none of it before all old programs have gone")
		return
	}
	if _, ok := renamed(b, c.new, c.old); ok {
		return
	}
	if strings.Contains(b.Rules, "required") {
		c.add(NeedsUpgrade, b.Path, "it was added and is required", "Stored objects do not have it, and cannot be put without", "add it without the rule, fill it in all objects, then require it")
	}
	list := ""
	for i := range b.Path {
		if strings.HasPrefix(b.Path[i:], "[]") && !slices.ContainsFunc(c.old.Identities, func(x repo.LayoutIdentity) bool { return x.List == b.Path[:i] }) {
			list = b.Path[:i]
		}
	}
	switch {
	case !c.old.Tracked:
		c.add(BreaksOldReaders, b.Path, "it was added", "Without meta.Keep, a Put of an old program erases it", "add meta.Keep in a deploy before")
	case list != "":
		c.add(BreaksOldReaders, b.Path, "it was added", "A Put of an old program that changes an element of "+list+" is refused with ErrNotLoaded: nothing says which element has the new attribute",
			"add repo.Identity for "+list+" in a deploy before")
	default:
		c.add(Safe, b.Path, "it was added", "Old programs keep it", "")
	}
}

// alike judges the types of an attribute of both.
func (c *comparison) alike(a, b attribute) bool {
	if a.Type == b.Type && a.Value == b.Value {
		return true
	}
	what := was(a.Type+" ("+a.Value+")", b.Type+" ("+b.Value+")")
	switch forth, back := c.reads(c.old, c.new, a, b), c.reads(c.new, c.old, b, a); {
	case !forth:
		c.add(BreaksStoredData, a.Path, what, "Some values that are stored cannot be read, or change", "add an attribute of another name, and fill it from this one; or make a new version of the model, with repo.Schema and repo.Upgrade")
	case !back:
		c.add(BreaksOldReaders, a.Path, what, "Old programs cannot read all values of the new type", "write none of those before all old programs have gone")
	case a.Type != b.Type && !seconds(a) && !seconds(b):
		c.add(NeedsUpgrade, a.Path, what, "Whole values are read in both forms; changes of elements are refused until the value was written anew", "put all objects")
	default:
		c.add(Safe, a.Path, what, "Both forms are read", "")
	}
	return false
}

func seconds(a attribute) bool { return strings.HasPrefix(a.Value, "time ") }

// rules judges what is asked of values that are stored.
func (c *comparison) rules(a, b attribute) {
	before, after := words(a.Rules), words(b.Rules)
	for _, r := range after {
		if !slices.Contains(before, r) {
			c.add(NeedsUpgrade, a.Path, fmt.Sprintf("the rule %q was added", r), "Stored objects for which it does not hold cannot be put, nor read under repo.ValidateOnRead", "mend the stored objects first")
		}
	}
	for _, r := range before {
		if !slices.Contains(after, r) && r != "omitempty" && r != "dive" {
			c.add(BreaksOldReaders, a.Path, fmt.Sprintf("the rule %q was removed", r), "Old programs cannot put objects for which it does not hold, nor read them under repo.ValidateOnRead", "write none of those before all old programs have gone")
		}
	}
}

func words(rules string) []string {
	return slices.DeleteFunc(strings.Split(rules, ","), func(s string) bool { return s == "" })
}

// boundAs is what values at an encrypted path are bound to.
func boundAs(l *repo.Layout, path string) string {
	return cmp.Or(l.BoundAs[path], path)
}

func (c *comparison) encryption() {
	differ := func(these, those *repo.Layout, v, bySteps string) {
		for _, path := range these.Encrypted {
			_, both := at(those, path)
			_, own := at(these, path)
			if slices.Contains(those.Encrypted, path) || own && !both {
				continue // alike, or an attribute that the other does not have
			}
			if c.steps {
				c.add(Safe, path, v, "An object becomes what repo.Upgrade makes of it", bySteps)
				continue
			}
			encrypts := these == c.new
			newReads := encrypts && slices.Contains(c.new.AcceptsPlain, path) || !encrypts && slices.Contains(c.new.AcceptsSealed, path)
			oldReads := encrypts && slices.Contains(c.old.AcceptsSealed, path) || !encrypts && slices.Contains(c.old.AcceptsPlain, path)
			switch {
			case newReads && oldReads:
				c.add(Safe, path, v, "Old programs and new ones read it either way", "call Repo.Migrate once no old program runs")
			case newReads:
				c.add(BreaksOldReaders, path, v+", and read either way", "Old programs cannot read what new ones write", "release first a program that writes as the old ones and reads either way, with cipher.Unprotect or repo.AcceptPlain; or let the old ones go before the new ones write")
			default:
				c.add(BreaksStoredData, path, v, "Plaintext is never accepted for an encrypted value, nor the reverse: what is stored cannot be read", "for a field that is encrypted now, add repo.AcceptPlain; for one that is no longer, cipher.Unprotect; or make a new version of the model, with repo.Schema and repo.Upgrade; or read all objects by the old declaration and put them by the new one, while no other program runs")
			}
		}
	}
	differ(c.new, c.old, "it is encrypted now", "call Repo.Migrate, then take the step out: until then, plaintext that says it is of an old version is accepted")
	differ(c.old, c.new, "it is encrypted no longer", "give repo.Upgrade the cipher.Protect of the old version")
}

// accepted compares the forms of encrypted values that are read, and of others.
func (c *comparison) accepted() {
	opens := func(l *repo.Layout, path string) bool {
		return slices.Contains(l.Encrypted, path) || slices.Contains(l.AcceptsSealed, path)
	}
	for _, path := range slices.Concat(c.new.Encrypted, c.new.AcceptsSealed) {
		if before, after := boundAs(c.old, path), boundAs(c.new, path); before != after && opens(c.old, path) && !c.steps {
			c.add(BreaksStoredData, path, fmt.Sprintf("its values were bound as %s, are bound as %s", before, after), "What is stored does not open, and what is written does not open for old programs",
				"bind them as before, with cipher.BindAs; or make a new version of the model, with repo.Schema and repo.Upgrade")
		}
	}
	for _, path := range c.new.AcceptsSealed {
		if _, there := at(c.old, path); there && !opens(c.old, path) {
			c.add(Safe, path, "it is read encrypted as well", "A condition on it is refused from now on", "")
		}
	}
	for _, path := range c.old.AcceptsSealed {
		if _, there := at(c.new, path); there && !opens(c.new, path) {
			c.add(BreaksStoredData, path, "encrypted values are accepted no longer", "What is still stored encrypted cannot be read", "call Repo.Migrate before: this is safe once a dry run of it changes nothing")
		}
	}
	for _, path := range c.old.AcceptsPlain {
		if slices.Contains(c.new.Encrypted, path) && !slices.Contains(c.new.AcceptsPlain, path) {
			c.add(BreaksStoredData, path, "plaintext is accepted no longer", "What is still stored without encryption cannot be read", "call Repo.Migrate before: this is safe once a dry run of it changes nothing")
		}
	}
}
