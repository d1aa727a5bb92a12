package schema

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
)

// KeyRange is a range of sort keys under one partition key.
type KeyRange struct {
	Spec      *KeySpec
	Partition types.AttributeValue
	Backwards bool
	Where     *model.Cond // the filter; nil: none
	Err       error

	op     string // of the sort key: "", BETWEEN, <, <=, >, >=, begins_with
	bounds []types.AttributeValue
}

// NewKeyRange returns the range of all sort keys.
func NewKeyRange(spec *KeySpec, partition reflect.Value) *KeyRange {
	r := &KeyRange{Spec: spec}
	switch {
	case spec == nil:
		r.Err = errors.New("the range was made from a zero CompositeKey")
	case len(spec.Errs) > 0:
		r.Err = Declared(spec.Errs[0])
	default:
		r.Partition, r.Err = spec.Attrs[0].Encode(0, partition)
	}
	return r
}

// bounds are the methods of repo.KeyRange behind the operators.
var bounds = map[string]string{"BETWEEN": "Between", "<": "Before", "<=": "UpTo", ">": "After", ">=": "From", "begins_with": "BeginsWith"}

// Bound limits the range; op is an operator of sort keys.
func (r *KeyRange) Bound(op string, values ...reflect.Value) {
	switch {
	case r.Err != nil:
		return
	case r.op != "":
		r.Err = fmt.Errorf("it has two bounds, %s and %s; use Between", bounds[r.op], bounds[op])
		return
	}
	r.op = op
	sort := r.Spec.Attrs[1]
	for _, v := range values {
		av, err := sort.Bound(v)
		if err != nil {
			r.Err = err
		}
		r.bounds = append(r.bounds, av)
	}
	switch {
	case r.Err != nil:
	case op != "begins_with" && sort.Spelled:
		r.Err = fmt.Errorf("%s: the sort key is a number that is stored as text, where 10 comes before 9; leave the option string out of its tag", bounds[op])
	case op == "begins_with" && sort.Kind == types.ScalarAttributeTypeN:
		r.Err = fmt.Errorf("%s: the sort key is a number", bounds[op])
	case op == "BETWEEN" && item.Less(r.bounds[1], r.bounds[0]):
		r.Err = fmt.Errorf("%s: the lower bound is greater than the upper one", bounds[op])
	}
}

// Condition is the key condition of a Query.
func (r *KeyRange) Condition(e *expr.Builder) string {
	cond := e.Name(r.Spec.Attrs[0].Name) + " = " + e.Value(r.Partition)
	if r.op == "" {
		return cond
	}
	sort := e.Name(r.Spec.Attrs[1].Name)
	switch r.op {
	case "BETWEEN":
		return cond + " AND " + sort + " BETWEEN " + e.Value(r.bounds[0]) + " AND " + e.Value(r.bounds[1])
	case "begins_with":
		return cond + " AND begins_with(" + sort + ", " + e.Value(r.bounds[0]) + ")"
	}
	return cond + " AND " + sort + " " + r.op + " " + e.Value(r.bounds[0])
}
