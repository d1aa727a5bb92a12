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

// checkReturnValues reports a value that the operation does not know.
func checkReturnValues(v types.ReturnValue, allowed ...types.ReturnValue) error {
	switch {
	case v == "" || slices.Contains(allowed, v):
		return nil
	case slices.Contains(v.Values(), v):
		return validation("Return values set to invalid value")
	}
	return enumError("returnValues", string(v), v.Values())
}

func checkReturnConsumed(v types.ReturnConsumedCapacity) error {
	if v == "" || slices.Contains(v.Values(), v) {
		return nil
	}
	return enumError("returnConsumedCapacity", string(v), v.Values())
}

// enumError is the refusal of a value that is not in an enumeration.
func enumError[E ~string](member, value string, allowed []E) error {
	names := make([]string, len(allowed))
	for i, a := range allowed {
		names[i] = string(a)
	}
	slices.Sort(names)
	return validation("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must satisfy enum value set: [%s]", value, member, strings.Join(names, ", "))
}

func enabled(b *bool) bool { return b != nil && *b }
