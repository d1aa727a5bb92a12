package embedded

import (
	"slices"
	"strings"
)

// firstError is the first of several checks that fails.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// orEmpty is the input of an operation. A nil input is an empty one, as in the
// SDK's client.
func orEmpty[T any](in *T) *T {
	if in == nil {
		return new(T)
	}
	return in
}

// refuse is the refusal of a parameter, if it is given.
func refuse(given bool, parameter string) error {
	if given {
		return unsupported(parameter)
	}
	return nil
}

// parameter is one parameter of a request, with whether it is given.
type parameter struct {
	name  string
	given bool
}

// refuseLegacy refuses parameters that are older than expressions: with
// DynamoDB's own words if the request has expressions too, otherwise because
// the engine does not implement them.
func refuseLegacy(old []parameter, expressions ...parameter) error {
	names := given(old)
	if names == nil {
		return nil
	}
	if beside := given(expressions); beside != nil {
		return validation("Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {%s} Expression parameters: {%s}",
			strings.Join(names, ", "), strings.Join(beside, ", "))
	}
	return unsupported(names[0])
}

func given(parameters []parameter) []string {
	var names []string
	for _, p := range parameters {
		if p.given {
			names = append(names, p.name)
		}
	}
	return names
}

func enabled(b *bool) bool { return b != nil && *b }

func sortedNames[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func copyPointer[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// The length of the names of tables and indexes.
const (
	minName = 3
	maxName = 255
)

// plainName takes the name out of a table's ARN. It returns other names
// unchanged.
func plainName(name string) string {
	if _, table, ok := strings.Cut(name, ":table/"); ok && isARN(name) {
		return table
	}
	return name
}

func isARN(name string) bool { return strings.HasPrefix(name, "arn:") }

func validName(name string) bool {
	for i := range len(name) {
		c := name[i]
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '_' && c != '-' && c != '.' {
			return false
		}
	}
	return name != ""
}

// tableParameter reads the name in a request about a table itself.
func tableParameter(name *string) (string, error) {
	if name == nil {
		return "", validation("The parameter 'TableName' is required but was not present in the request")
	}
	var c constraints
	plain := plainName(*name)
	c.tableName(plain, minName)
	return plain, c.err()
}
