package repo_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

type opNote struct {
	ID, Open, Secret string
	Meta             meta.Record `dynamodbav:"-"`
}

var (
	opID     = repo.KeyOf(func(n *opNote) *string { return &n.ID })
	opOpen   = lens.Of(func(n *opNote) *string { return &n.Open })
	opSecret = lens.Of(func(n *opNote) *string { return &n.Secret })
)

// Objects of one table may have different lists of encrypted paths. Each is
// read by its own, whatever was read before it, and one by one or in a scan.
func TestOpenPolicies(t *testing.T) {
	ctx, keys, client := context.Background(), testKeys(t), embedded.New().Client()
	for i, protect := range []repo.Part[opNote]{cipher.Protect(keys, opSecret), cipher.Protect(keys, opOpen, opSecret), cipher.Protect(keys, opOpen)} {
		notes, err := repo.New(client, repo.TableOf("Notes", opID, protect, meta.Keep(func(n *opNote) *meta.Record { return &n.Meta })))
		if err != nil {
			t.Fatal(err)
		}
		if err := notes.CreateTables(ctx); err != nil {
			t.Fatal(err)
		}
		for j := range 3 {
			if _, err := notes.Create(ctx, &opNote{ID: fmt.Sprint(i, "-", j), Open: "open", Secret: "secret"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	stored, err := repo.Open(client, "Notes", "ID", repo.WithOpener(keys))
	if err != nil {
		t.Fatal(err)
	}
	want := func(doc map[string]any, err error) {
		t.Helper()
		if err != nil || doc["Open"] != "open" || doc["Secret"] != "secret" {
			t.Errorf("read %v, %v", doc, err)
		}
	}
	for j := range 3 {
		for i := range 3 {
			want(stored.Get(ctx, fmt.Sprint(i, "-", j)))
		}
	}
	n := 0
	for doc, err := range stored.Scan(ctx) {
		want(doc, err)
		n++
	}
	if n != 9 {
		t.Errorf("%d objects", n)
	}
	// Plaintext is refused where the object's own list does not have it.
	for _, c := range []struct{ key, field, text string }{
		{"0-1", "Open", ""},
		{"1-1", "Open", `repo: Get Notes "1-1": stored data is corrupt: cipher: open Notes Open: value is not encrypted`},
		{"2-1", "Secret", ""},
		{"0-2", "Secret", `repo: Get Notes "0-2": stored data is corrupt: cipher: open Notes Secret: value is not encrypted`},
	} {
		_, err := client.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: aws.String("Notes"), Key: map[string]types.AttributeValue{"ID": avS(c.key)},
			UpdateExpression: aws.String("SET #f = :v"), ExpressionAttributeNames: map[string]string{"#f": c.field},
			ExpressionAttributeValues: map[string]types.AttributeValue{":v": avS("planted")}})
		if err != nil {
			t.Fatal(err)
		}
		doc, err := stored.Get(ctx, c.key)
		switch {
		case c.text == "" && (err != nil || doc[c.field] != "planted"):
			t.Errorf("%s: %v, %v", c.key, doc, err)
		case c.text != "" && (!errors.Is(err, cipher.ErrNotEncrypted) || err.Error() != c.text):
			t.Errorf("%s: %v, want %s", c.key, err, c.text)
		}
	}
}
