package repo_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

// TestDamagedOfAnother: a record that cannot be read may still name another entity. Then
// not even Damaged removes the object, and a Query passes it over.
func TestDamagedOfAnother(t *testing.T) {
	client := embedded.New().Client(quick)
	own := repoOver(t, client, repo.TableOf("Mixed", mixNoneKey), repo.Entity("own"))
	rival := repoOver(t, client, repo.TableOf("Mixed", mixNoneKey), repo.Entity("rival"))
	key := mixNoneKey.Of("p", "s")
	for field, value := range map[string]types.AttributeValue{"f": avN("9"), "b": avS("x")} {
		noErr(t, errOf(own.Create(background, &mixNone{P: "p", S: "s"})))
		editItem(t, client, "Mixed", rawItem{"P": avS("p"), "S": avS("s")}, func(it rawItem) { entriesOf(it["_meta"])[field] = value })
		if err := rival.Delete(background, key, repo.Damaged()); !errors.Is(err, repo.ErrCorrupt) {
			t.Errorf("%s: removed: %v", field, err)
		}
		n, err := rival.Count(background, mixNoneKey.In("p"))
		noErr(t, err)
		for range rival.Query(background, mixNoneKey.In("p")) {
			n++
		}
		if n != 0 {
			t.Errorf("%s: a rival sees the object", field)
		}
		noErr(t, own.Delete(background, key, repo.Damaged()))
	}
	emptyTables(t, client, "Mixed")
}
