package export

import (
	"bytes"
	"errors"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
)

// sample has values of all types.
func sample() *document {
	all := attrs{
		"s": item.String("ü <&> \" \\ \n \u2028 \x7f"), "n": &types.AttributeValueMemberN{Value: "-0.5"}, "b": &types.AttributeValueMemberB{Value: []byte{}},
		"t": &types.AttributeValueMemberBOOL{Value: true}, "f": &types.AttributeValueMemberBOOL{}, "null": &types.AttributeValueMemberNULL{Value: true},
		"ss": &types.AttributeValueMemberSS{Value: []string{"b", "a"}}, "ns": &types.AttributeValueMemberNS{Value: []string{"10", "9"}}, "bs": &types.AttributeValueMemberBS{Value: [][]byte{{2}, {1, 0}, {}}},
		"l": &types.AttributeValueMemberL{}, "m": &types.AttributeValueMemberM{Value: attrs{}},
	}
	deep := types.AttributeValue(&types.AttributeValueMemberL{})
	for range maxLevels - 1 {
		deep = &types.AttributeValueMemberL{Value: []types.AttributeValue{deep}}
	}
	return &document{entity: "E \"x\"", key: []types.AttributeValue{item.String("k"), &types.AttributeValueMemberN{Value: "7"}}, root: all,
		parts: []part{{"a.b", "Parts", attrs{"": deep}}, {"past#AQEBAQEBAQE", "Parts", all}}}
}

// TestEncode: the canonical form of all types, which is read as it was written.
func TestEncode(t *testing.T) {
	text, err := sample().encode()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	want := []string{
		`{"entity":"E \"x\"","format":"dystore-object","items":3,"key":[{"S":"k"},{"N":"7"}],"version":1}`,
		`{"item":{"b":{"B":""},"bs":{"BS":["","AQA=","Ag=="]},"f":{"BOOL":false},"l":{"L":[]},"m":{"M":{}},"n":{"N":"-0.5"},"ns":{"NS":["10","9"]},"null":{"NULL":true},"s":{"S":"ü <&> \" \\ \n \u2028 ` + "\x7f" + `"},"ss":{"SS":["a","b"]},"t":{"BOOL":true}}}`,
	}
	for i, w := range want {
		if lines[i] != w {
			t.Errorf("line %d: %s, want %s", i+1, lines[i], w)
		}
	}
	d, err := decode(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.encode()
	if err != nil || !bytes.Equal(again, text) {
		t.Errorf("written again: %s, %v", again, err)
	}
	if !item.Equal(&types.AttributeValueMemberM{Value: d.root}, &types.AttributeValueMemberM{Value: sample().root}) || d.parts[0].inst != "a.b" || d.parts[1].table != "Parts" {
		t.Errorf("read %v", d)
	}
}

// TestEncodeRefused: what no document can have.
func TestEncodeRefused(t *testing.T) {
	for want, root := range map[string]attrs{
		`"\xff" is not valid UTF-8`:   {"a": item.String("\xff")},
		`"\xfe" is not valid UTF-8`:   {"\xfe": item.String("")},
		"<nil> is no attribute value": {"a": nil},
	} {
		if _, err := (&document{root: root}).encode(); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestDecodeRefused: what is wrong is found before much is made of it.
func TestDecodeRefused(t *testing.T) {
	const size = 4 << 20
	head, many := `{"entity":"E","format":"dystore-object","items":1,"key":[{"S":"k"}],"version":1}`+"\n", func(s string) string { return strings.Repeat(s, size/len(s)) }
	list := func(of string) string { return head + `{"item":{"a":{"L":[` + many(of) + of[:len(of)-1] + "]}}}\n" }
	for body, want := range map[string]string{
		head + many("\n"):                     "has more than 1048578 lines",
		list("{},"):                           "has no item in line 2: it has a value of no type",
		list("0,"):                            "has no item in line 2: it has a value of no type",
		list("null,"):                         "has no item in line 2: it has a value of no type",
		list(`{"L":[]},,`):                    "has no item in line 2: invalid character ','",
		head + `{"item":` + many("[") + "}\n": "has no item in line 2",
		head + `{"item":{"a":{"NS":["1.0"]}}}` + "\n":                  "is not in canonical form",
		head + `{"item":{"a":{"NS":["x"]}}}` + "\n":                    "has no item in line 2: not a number",
		head + `{"item":{"a":{"S":"x","N":"1"}}}` + "\n":               "has no item in line 2: it has a value of no type",
		head + `{"item":{"a":{"S":"x"},"a":{"S":"x"}}}` + "\n":         "is not in canonical form",
		head + `{"item":{"a":{"S":"x"}}} {}` + "\n":                    "has no item in line 2: invalid character '{'",
		head + `{"item":{}}` + "\n":                                    "has no item in line 2: it has no attributes",
		head + `{}` + "\n":                                             "has no item in line 2: it has no attributes",
		head + `{"item":null}` + "\n":                                  "has no item in line 2: it has a value of no type",
		strings.Replace(head, `{"S":"k"}`, many("0,")+"0", 1) + "{}\n": "has a key that is none: it has a value of no type",
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := decode(strings.NewReader(body + `{"digest":"` + digestOf([]byte(body)) + "\"}\n"))
		runtime.ReadMemStats(&after)
		if !errors.Is(err, fail.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.120s: %v, want %s", body, err, want)
		}
		if made := after.TotalAlloc - before.TotalAlloc; made > 16*size {
			t.Errorf("%.120s: %d bytes were made of %d", body, made, len(body))
		}
	}
}

// FuzzDecode: what is read is written again to the byte.
func FuzzDecode(f *testing.F) {
	text, err := sample().encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	short, err := (&document{entity: "E", key: []types.AttributeValue{item.String("k")}, root: attrs{"id": item.String("k")}}).encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(short)
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		// The digest is made right, so that other mistakes are found.
		if i := bytes.LastIndexByte(bytes.TrimSuffix(text, []byte("\n")), '\n'); i >= 0 {
			text = append(bytes.Clone(text[:i+1]), `{"digest":"`+digestOf(text[:i+1])+"\"}\n"...)
		}
		d, err := decode(bytes.NewReader(text))
		if err != nil {
			return
		}
		again, err := d.encode()
		if err != nil || !bytes.Equal(again, text) || !utf8.Valid(text) {
			t.Errorf("%q is written as %q, %v", text, again, err)
		}
	})
}
