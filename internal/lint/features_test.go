package lint

import (
	"go/types"
	"maps"
	"slices"
	"strings"
	"testing"
)

// withoutExample are methods that need none: the standard library and the SDK
// call them.
var withoutExample = []string{
	"Error", "Unwrap", "String", "GoString", "Format", "LogValue", "MarshalJSON", "MarshalText", "UnmarshalText", "RetryableError", "ServeHTTP", "Do",
}

// shownBy has the functions without an example of their name, by the example
// that shows them instead.
var shownBy = map[string][]string{
	// The first call of every program.
	"repo.Example":            {"New"},
	"embedded.Example":        {"New"},
	"cipher/keytable.Example": {"New"},
	// The fields of an index make no sense without it.
	"repo.ExampleMultiKeyIndexOf": {"PartitionBy", "SortBy"},
	"fault.Example":               {"Wrap"},
	// One example shows how they differ.
	"cipher.ExampleBinding":          {"KeyString", "KeyNumber", "KeyBinary", "Name", "Elem"},
	"cipher.ExampleNewKeyset":        {"Primary", "Enabled", "Disabled", "Destroyed"},
	"cipher.ExampleScopeBy":          {"PartitionKey", "SortKey", "ScopeOf"},
	"fault.ExampleCancelTransaction": {"Conflict", "InProgress"},
	"fault.ExampleFault": {
		"SendError", "ReplyLost", "ServerError", "ServerErrorAfter", "Throttle", "ProvisionedThroughputExceeded", "Respond", "Crash", "Delay", "DelayReply",
	},
	"fault.ExampleInject": {"At", "From", "If", "Op", "Skip", "Times"},
	// Neither is useful without the other.
	"fault.ExampleCancelContext":      {"Cancelable"},
	"fault.ExampleTransport_Release":  {"Hold"},
	"trace/slogtrace.ExampleCapacity": {"VerbLevel", "RequestLevel"},
}

// TestEveryFeatureHasAnExample: some example that runs as a test uses each
// exported function and method of the packages that users import. The example
// may belong to any package or to a program. A function, and so each
// constructor and option, has an example of its name, because then the
// documentation shows it beside the function; or it is in shownBy. Each package
// has examples.
func TestEveryFeatureHasAnExample(t *testing.T) {
	c := newChecker(t)
	instead := map[string]string{}
	for example, names := range shownBy {
		dir, _, _ := strings.Cut(example, ".")
		for _, name := range names {
			instead[dir+"."+name] = example
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(public)) {
		pkg, err := c.compiled.Import(module + "/" + dir)
		must(t, err)
		if !c.hasExamples[dir] {
			t.Errorf("package %s has no example", dir)
		}
		for _, f := range features(pkg) {
			name := featureName(f)
			shown := c.shown[name]
			own := slices.ContainsFunc(shown, func(e string) bool {
				return e == dir+".Example"+f.Name() || strings.HasPrefix(e, dir+".Example"+f.Name()+"_")
			})
			example, listed := instead[name]
			delete(instead, name)
			switch {
			case len(shown) == 0:
				t.Errorf("%s has no example", name)
			case receiver(f) != nil:
			case own && listed:
				t.Errorf("%s has an example of its name; take it out of shownBy", name)
			case listed && !slices.Contains(shown, example):
				t.Errorf("%s is to show %s, but does not use it", example, name)
			case !own && !listed:
				t.Errorf("%s needs Example%s; used by %v", name, f.Name(), shown)
			}
		}
	}
	for name, example := range instead {
		t.Errorf("shownBy has %s under %s, but there is no such function", name, example)
	}
}

// features are the exported functions of a package and the exported methods of
// its types.
func features(pkg *types.Package) []*types.Func {
	var all []*types.Func
	for _, name := range pkg.Scope().Names() {
		switch o := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			if o.Exported() {
				all = append(all, o)
			}
		case *types.TypeName:
			named, ok := types.Unalias(o.Type()).(*types.Named) // an alias shows the methods, too
			if !ok || !o.Exported() || types.IsInterface(named) {
				continue
			}
			for m := range named.Methods() {
				if m.Exported() && !slices.Contains(withoutExample, m.Name()) && !operation(m) {
					all = append(all, m)
				}
			}
		}
	}
	return all
}

// operation reports whether a method of embedded.DB, or of a client for it, is
// an operation of DynamoDB: the SDK documents it.
func operation(m *types.Func) bool {
	p := m.Signature().Params()
	return p.Len() >= 2 && strings.HasSuffix(p.At(1).Type().String(), "."+m.Name()+"Input")
}

// featureName is package.Function or package.Type.Method.
func featureName(f *types.Func) string {
	name := f.Name()
	if t := receiver(f); t != nil {
		name = t.Name() + "." + name
	}
	return strings.TrimPrefix(f.Pkg().Path(), module+"/") + "." + name
}

// receiver is the type that f is a method of, nil for a function.
func receiver(f *types.Func) *types.TypeName {
	recv := f.Signature().Recv()
	if recv == nil {
		return nil
	}
	t := recv.Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if named, ok := t.(*types.Named); ok {
		return named.Obj()
	}
	return nil
}
