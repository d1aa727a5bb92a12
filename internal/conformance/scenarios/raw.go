package scenarios

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// The reader of this file knows the format from its document (internal/docs/format.md)
// and no code of the library.

// state is what is stored of a note.
type state struct {
	note    *content // nil: there is none
	version int
	last    string            // the id of the last write
	named   map[string]string // keys of the items of its parts, with the instances
	expires int64
}

// read puts the note with a key together from the items of all tables. It panics where
// something is not as the document says, and readState makes an error of that.
func readState(d *kit.Dump, id string) (s state, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("by the raw items: %v", p)
		}
	}()
	items := map[string]kit.Row{}
	for _, t := range d.Tables {
		for _, it := range t.Items {
			items[t.Name+" "+text(it[t.Key[0]])] = it
		}
	}
	root := items["Notes "+id]
	if root == nil {
		return s, nil
	}
	rec := kit.Members(root["_meta"])
	s.version, s.last, s.named = integer(rec["v"]), binary(members(rec["r"])[0]), map[string]string{}
	if rec["x"] != nil || rec["d"] != nil {
		return s, nil
	}
	if name := rec["t"]; name != nil && root[text(name)] != nil {
		s.expires = int64(integer(root[text(name)]))
	}
	owner := "Notes/S" + id
	part := func(inst string) leaf {
		key, table, stamp := owner+"/"+escape(inst), map[bool]string{true: "Covers", false: "Pages"}[inst == "cover"], ""
		switch e := kit.Members(rec["m"])[inst].(type) {
		case *types.AttributeValueMemberB:
			stamp = string(e.Value)
		case *types.AttributeValueMemberM:
			key, table, stamp = text(e.Value["k"]), text(e.Value["t"]), binary(e.Value["w"])
		default:
			panic(fmt.Sprintf("the manifest has no %s", inst))
		}
		it := items[table+" "+key]
		if it == nil {
			panic(fmt.Sprintf("part %s is missing: no item %q in %s", inst, key, table))
		}
		of := kit.Members(it["_meta"])
		if binary(of["w"]) != stamp || text(of["o"]) != owner || text(of["p"]) != inst {
			panic(fmt.Sprintf("part %s: item %q is of %s, %s, and of another write", inst, key, text(of["o"]), text(of["p"])))
		}
		if ttl := it["_ttl"]; ttl != nil && int64(integer(ttl)) < s.expires {
			panic(fmt.Sprintf("part %s expires before its object", inst))
		}
		s.named[table+" "+key] = inst
		return leaf{text(it["text"]), integer(it["n"])}
	}
	s.note = &content{Title: text(root["title"]), N: integer(root["n"]), Cover: part("cover")}
	for _, e := range members(kit.Members(rec["o"])["pages"]) {
		s.note.Pages = append(s.note.Pages, part("pages#"+base64.RawURLEncoding.EncodeToString([]byte(binary(e)))))
	}
	if n := len(kit.Members(rec["m"])); n != len(s.named) {
		panic(fmt.Sprintf("the manifest has %d entries, the note %d parts", n, len(s.named)))
	}
	return s, nil
}

func text(v kit.Value) string { return v.(*types.AttributeValueMemberS).Value }

func binary(v kit.Value) string { return string(v.(*types.AttributeValueMemberB).Value) }

func members(v kit.Value) []kit.Value { return v.(*types.AttributeValueMemberL).Value }

func integer(v kit.Value) int {
	n, err := strconv.Atoi(v.(*types.AttributeValueMemberN).Value)
	if err != nil {
		panic(err)
	}
	return n
}

// escape is a segment of an owner or a key.
func escape(s string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(s) }

// show is a dump as text: equal texts are equal items.
func show(d *kit.Dump) string {
	var lines []string
	for _, t := range d.Tables {
		for _, it := range t.Items {
			lines = append(lines, t.Name+" "+canonical(&types.AttributeValueMemberM{Value: it}))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
