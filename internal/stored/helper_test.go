package stored_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// toJSON is the JSON of DynamoDB: {"S": "x"}, {"M": {…}}.
func toJSON(av types.AttributeValue) any {
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}
	case *types.AttributeValueMemberB:
		return map[string]any{"B": base64.StdEncoding.EncodeToString(v.Value)}
	case *types.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}
	case *types.AttributeValueMemberNULL:
		return map[string]any{"NULL": v.Value}
	case *types.AttributeValueMemberL:
		l := make([]any, len(v.Value))
		for i, e := range v.Value {
			l[i] = toJSON(e)
		}
		return map[string]any{"L": l}
	case *types.AttributeValueMemberM:
		m := map[string]any{}
		for k, e := range v.Value {
			m[k] = toJSON(e)
		}
		return map[string]any{"M": m}
	}
	return nil
}

func fromJSON(t testing.TB, x any) types.AttributeValue {
	t.Helper()
	for kind, v := range x.(map[string]any) {
		switch kind {
		case "S":
			return &types.AttributeValueMemberS{Value: v.(string)}
		case "N":
			return &types.AttributeValueMemberN{Value: v.(string)}
		case "B":
			b, err := base64.StdEncoding.DecodeString(v.(string))
			if err != nil {
				t.Fatal(err)
			}
			return &types.AttributeValueMemberB{Value: b}
		case "BOOL":
			return &types.AttributeValueMemberBOOL{Value: v.(bool)}
		case "NULL":
			return &types.AttributeValueMemberNULL{Value: v.(bool)}
		case "L":
			l := &types.AttributeValueMemberL{Value: []types.AttributeValue{}}
			for _, e := range v.([]any) {
				l.Value = append(l.Value, fromJSON(t, e))
			}
			return l
		case "M":
			m := &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{}}
			for k, e := range v.(map[string]any) {
				m.Value[k] = fromJSON(t, e)
			}
			return m
		}
	}
	t.Fatalf("no attribute value: %v", x)
	return nil
}

// golden reads a file of testdata, and the value in it.
func golden(t testing.TB, name string) ([]byte, types.AttributeValue) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var x any
	if err := json.Unmarshal(text, &x); err != nil {
		t.Fatal(err)
	}
	return text, fromJSON(t, x)
}

// pretty is the form of the golden files.
func pretty(t testing.TB, av types.AttributeValue) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "\t")
	if err := enc.Encode(toJSON(av)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
