package expr

import (
	"testing"

	"github.com/dystore/dystore/internal/engine/attr"
)

// TestKeyConditionRefusals: the clauses are checked in their order, first by
// the rules for every condition, and then by those for key conditions.
func TestKeyConditionRefusals(t *testing.T) {
	const (
		prefix    = "Invalid KeyConditionExpression: "
		operand   = prefix + "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"
		undefined = prefix + "An expression attribute value used in expression is not defined; attribute value: :missing"
		twice     = prefix + "KeyConditionExpressions must only contain one condition per key"
	)
	for _, c := range []struct{ text, want string }{
		{"pk = :missing AND begins_with(sk, :n)", undefined},
		{"begins_with(sk, :n) AND pk = :missing", operand},
		{"pk = :s AND begins_with(sk, :n) AND sk = :missing", operand},
		{"pk = :s AND begins_with(sk, :n) AND sk > :s", operand},
		{"pk = :s AND sk > :s AND sk < :missing", undefined},
		{"pk = :s AND sk > :s AND sk < :s", twice},
		{"pk = :s AND pk = :s )", prefix + `Syntax error; token: ")", near: ":s )"`},
		{"pk = :s OR begins_with(sk, :n)", operand},
		{"pk = :s OR sk = :s", "Invalid operator used in KeyConditionExpression: OR"},
		{"size(pk) = :missing", undefined},
		{"size(pk) = :n", "KeyConditionExpressions cannot contain nested operations"},
	} {
		scope, err := NewScope(nil, attr.Item{":s": s("s"), ":n": n("1")})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := scope.KeyCondition(c.text); err == nil || err.Error() != c.want {
			t.Errorf("%s:\n  %v, want\n  %s", c.text, err, c.want)
		}
	}
}
