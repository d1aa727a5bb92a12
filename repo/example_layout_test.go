package repo_test

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type Lodger struct {
	ID      string   `dynamodbav:"id"`
	Name    string   `dynamodbav:"name"`
	Letting Letting  `dynamodbav:"letting"`
	Notes   []Remark `dynamodbav:"notes"`
}

type Letting struct {
	Flat string `dynamodbav:"flat"`
	IBAN string `dynamodbav:"iban"`
}

type Remark struct {
	Text string `dynamodbav:"text"`
}

var (
	lodgerID   = repo.KeyOf(func(t *Lodger) *string { return &t.ID })
	lodgerName = lens.Of(func(t *Lodger) *string { return &t.Name })
	lodgerIBAN = lens.Of(func(t *Lodger) *string { return &t.Letting.IBAN })
)

// The layout is data: a review, a generator of documents or a check of permissions can
// ask it where a value is stored.
func ExampleRepo_Layout() {
	key, err := cipher.NewKey(1, bytes.Repeat([]byte{7}, 32))
	if err != nil {
		fmt.Println(err)
		return
	}
	ring, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		fmt.Println(err)
		return
	}
	keys, err := cipher.New(ring)
	if err != nil {
		fmt.Println(err)
		return
	}
	lodgers, err := repo.New(embedded.New().Client(), repo.TableOf("Lodgers", lodgerID,
		shard.New(shard.To("Lettings"), func(t *Lodger) *Letting { return &t.Letting }),
		shard.Each(shard.To("Notes"), func(t *Lodger) *[]Remark { return &t.Notes }),
		repo.SimpleIndexOf("by-name", func(t *Lodger) *string { return &t.Name }, repo.KeysOnly()),
		shard.Unique(shard.To("Names"), lodgerName),
		cipher.Protect(keys, lodgerIBAN),
	))
	if err != nil {
		fmt.Println(err)
		return
	}
	l := lodgers.Layout()
	fmt.Println(l)
	for _, p := range l.Places {
		text, err := json.Marshal(p)
		fmt.Println(string(text), err)
	}
	for _, a := range l.Attributes {
		fmt.Println(a.Path, a.Type, a.Value)
	}
	fmt.Println(l.Mermaid())
	// Output:
	// repo_test.Lodger → table Lodgers, key id (S), entity "Lodgers"
	// ├─ letting: one item → table Lettings, key _id (S)
	// ├─ notes: an item per element → table Notes, key _id (S)
	// ├─ index by-name: name (S), keys only
	// ├─ name unique → table Names, key _id (S)
	// └─ letting.iban encrypted
	// {"path":"letting","kind":"item","table":"Lettings","key":"_id"} <nil>
	// {"path":"notes","kind":"item per element","table":"Notes","key":"_id"} <nil>
	// id S string
	// name S string
	// letting M struct
	// letting.flat S string
	// letting.iban S string
	// notes L list
	// notes[] M struct
	// notes[].text S string
	// flowchart TD
	//   root["repo_test.Lodger<br>table Lodgers<br>key id (S)"]
	//   place1["letting<br>item<br>table Lettings"]
	//   root --> place1
	//   place2["notes<br>item per element<br>table Notes"]
	//   root --> place2
	//   index1(["index by-name<br>name"])
	//   root -.- index1
	//   unique1{{"name unique<br>table Names"}}
	//   root --> unique1
	//   encrypted1>"letting.iban encrypted"]
	//   place1 -.- encrypted1
}
