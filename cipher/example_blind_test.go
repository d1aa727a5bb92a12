package cipher_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Resident struct {
	Home  string     `dynamodbav:"home"`
	ID    string     `dynamodbav:"id"`
	Email string     `dynamodbav:"email"`
	Born  int        `dynamodbav:"born"`
	Tag   cipher.Tag `dynamodbav:"tag"` // kept by the repository
}

var (
	residentKey   = repo.CompositeKeyOf(func(r *Resident) *string { return &r.Home }, func(r *Resident) *string { return &r.ID })
	residentHome  = lens.Of(func(r *Resident) *string { return &r.Home })
	residentEmail = lens.Of(func(r *Resident) *string { return &r.Email })
	residentBorn  = lens.Of(func(r *Resident) *int { return &r.Born })
	residentTag   = lens.Of(func(r *Resident) *cipher.Tag { return &r.Tag })
	byTag         = repo.MultiKeyIndexOf("by-tag", repo.PartitionBy(residentTag), repo.SortBy[Resident]())
)

// homeKeys are keys of two homes, and one of tags.
func homeKeys() tenantKeys {
	keys := tenantKeys{}
	if err := errors.Join(keys.add("", "32 bytes of tags, never rotated."), keys.add("north", "32 bytes from a secrets manager."), keys.add("south", "another 32 bytes, of that home..")); err != nil {
		panic(err)
	}
	return keys
}

// show prints the residents that a search finds, among those of two homes.
func show(source tenantKeys, search repo.Part[Resident], found lens.Condition[Resident]) {
	ctx := context.Background()
	keys, err := cipher.New(source)
	if err != nil {
		fmt.Println(err)
		return
	}
	residents, err := repo.New(embedded.New().Client(), repo.TableOf("Residents", residentKey,
		cipher.Protect(cipher.Scope(keys, residentHome), residentEmail, residentBorn), search, byTag))
	if err == nil {
		err = residents.CreateTables(ctx)
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range []Resident{
		{Home: "north", ID: "1", Email: "Ada@example.org", Born: 1915},
		{Home: "north", ID: "2", Email: "alan@example.org", Born: 1912},
		{Home: "south", ID: "1", Email: "grace@example.org", Born: 1912},
	} {
		if _, err := residents.Create(ctx, &r); err != nil {
			fmt.Println(err)
			return
		}
	}
	for r, err := range residents.Query(ctx, byTag.In(found)) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(r.Home, r.ID, r.Email, r.Born, len(r.Tag), "bytes")
	}
}

// A resident is found by the address, which is encrypted. The index has a tag of it.
func ExampleBlindIndex() {
	source := homeKeys()
	emails := cipher.BlindIndex(source, 1, residentEmail, residentTag)
	show(source, emails, emails.Eq("alan@example.org"))
	// Output:
	// north 2 alan@example.org 1912 20 bytes
}

func ExampleTagFoldCase() {
	source := homeKeys()
	emails := cipher.BlindIndex(source, 1, residentEmail, residentTag, cipher.TagFoldCase())
	show(source, emails, emails.Eq("ADA@example.org"))
	// Output:
	// north 1 Ada@example.org 1915 20 bytes
}

// There are few years of birth. A tag of 8 bits is one of several of them, and a query leaves
// out the residents who have another year.
func ExampleTagBits() {
	source := homeKeys()
	years := cipher.BlindIndex(source, 1, residentBorn, residentTag, cipher.TagBits(8))
	show(source, years, years.Eq(1915))
	// Output:
	// north 1 Ada@example.org 1915 5 bytes
}

// Each home has a key of its own. Within says in which one is searched.
func ExampleTagScope() {
	source := homeKeys()
	years := cipher.BlindIndex(source, 1, residentBorn, residentTag, cipher.TagScope(residentHome))
	show(source, years, years.Within("south").Eq(1912))
	// Output:
	// south 1 grace@example.org 1912 20 bytes
}
