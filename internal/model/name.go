package model

import "strings"

// nameMark begins a name that carries a refusal. A lens may have no name that a
// request can use, and the package expression has no way to say why.
const nameMark = "!\x00"

// Name returns a name that carries the refusal.
func (r Refusal) Name() string {
	return nameMark + strings.Join([]string{r.Func, r.Type, r.Path, r.Reason}, "\x00")
}

// RefusalOf returns the refusal that a name carries, if it does.
func RefusalOf(name string) (r Refusal, ok bool) {
	rest, marked := strings.CutPrefix(name, nameMark)
	fields := strings.SplitN(rest, "\x00", 4)
	if !marked || len(fields) != 4 {
		return Refusal{}, false
	}
	return Refusal{fields[0], fields[1], fields[2], fields[3]}, true
}
