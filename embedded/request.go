package embedded

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
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

// refuse is the refusal of a parameter, if it is given.
func refuse(given bool, parameter string) error {
	if given {
		return unsupported(parameter)
	}
	return nil
}

// refuseExpected refuses the legacy conditions of writes.
func refuseExpected(expected map[string]types.ExpectedAttributeValue, operator types.ConditionalOperator) error {
	return firstError(refuse(expected != nil, "Expected"), refuse(operator != "", "ConditionalOperator"))
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

// plainName takes the name out of a table's ARN; other names stay as they are.
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
