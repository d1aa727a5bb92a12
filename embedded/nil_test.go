package embedded

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
)

// A nil input is an empty one for every operation, as in the SDK's client: it
// gets an answer or a refusal, never a panic.
func TestNilInputs(t *testing.T) {
	db := reflect.ValueOf(New())
	answered := []string{}
	operations := 0
	for i := range db.NumMethod() {
		method, name := db.Method(i), db.Type().Method(i).Name
		if method.Type().NumIn() != 2 || !strings.HasSuffix(method.Type().In(1).String(), "Input") {
			continue
		}
		operations++
		out := method.Call([]reflect.Value{reflect.ValueOf(t.Context()), reflect.Zero(method.Type().In(1))})
		if err := out[1].Interface(); err == nil {
			answered = append(answered, name)
		} else if _, ok := err.(smithy.APIError); !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	if operations != 22 {
		t.Errorf("%d operations, want 22", operations)
	}
	same(t, strings.Join(answered, " "), "ListTables")
}

// A nil option is refused by its position: Open returns an error, and New,
// which returns none, panics.
func TestNilOption(t *testing.T) {
	db, err := Open(t.Context(), nil, WithSeed(1), nil)
	if db != nil || err == nil || err.Error() != "embedded: Open: option 2 is nil" {
		t.Errorf("Open = %v, %v", db, err)
	}
	defer func() {
		if got := recover(); got != "embedded: New: option 1 is nil" {
			t.Errorf("New panics with %v", got)
		}
	}()
	New(nil)
}
