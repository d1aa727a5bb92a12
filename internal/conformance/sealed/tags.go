package sealed

import (
	"errors"
	"slices"
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// subscriber is found by its mail, which is encrypted.
type subscriber struct {
	ID   string     `dynamodbav:"id"`
	Mail string     `dynamodbav:"mail"`
	Age  int        `dynamodbav:"age"`
	Tag  cipher.Tag `dynamodbav:"tag"`
	Old  cipher.Tag `dynamodbav:"old"`
}

var (
	subscriberID   = repo.KeyOf(func(s *subscriber) *string { return &s.ID })
	subscriberMail = lens.Of(func(s *subscriber) *string { return &s.Mail })
	subscriberAge  = lens.Of(func(s *subscriber) *int { return &s.Age })
	subscriberTag  = lens.Of(func(s *subscriber) *cipher.Tag { return &s.Tag })
	subscriberOld  = lens.Of(func(s *subscriber) *cipher.Tag { return &s.Old })
	byMail         = repo.MultiKeyIndexOf("by-mail", repo.PartitionBy(subscriberTag), repo.SortBy[subscriber]())
	byAge          = repo.MultiKeyIndexOf("by-age", repo.PartitionBy(subscriberOld), repo.SortBy[subscriber](), repo.KeysOnly())
)

var tagChecks = []kit.Check{
	{Name: "found by tags", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		ring, err := cipher.NewKeyset(cipher.Primary(keyNo(t, 5)))
		kit.Must(t, err)
		mails := cipher.BlindIndex(ring, 5, subscriberMail, subscriberTag, cipher.TagFoldCase())
		ages := cipher.BlindIndex(ring, 5, subscriberAge, subscriberOld, cipher.TagBits(8))
		r := kit.Open(t, x, repo.TableOf("Subscribers", subscriberID, cipher.Protect(kit.Keys(t), subscriberMail, subscriberAge), mails, ages, byMail, byAge))
		const mail, other = canary + "@example.org", "other" + canary
		for id, age := range map[string]int{"a": 17, "b": 18, "c": 17} {
			_, err := r.Create(ctx, &subscriber{ID: id, Mail: mail, Age: age})
			kit.Must(t, err)
		}
		kit.Must(t, r.Update(ctx, subscriberID.Of("b"), subscriberMail.Set(other)))
		kit.Must(t, r.Modify(ctx, subscriberID.Of("c"), func(s *subscriber) error { s.Mail = "CANARY-7F3A91@example.org"; return nil }))
		found := func(in repo.Range[subscriber]) (ids []string) {
			for m, err := range r.Query(ctx, in) {
				kit.Must(t, err)
				ids = append(ids, m.ID)
			}
			slices.Sort(ids)
			n, err := r.Count(ctx, in)
			kit.Must(t, err)
			kit.Equal(t, "count", n, int64(len(ids)))
			return ids
		}
		kit.Equal(t, "of the mail", found(byMail.In(mails.Eq(mail))), []string{"a", "c"})
		kit.Equal(t, "of the other", found(byMail.In(mails.Eq(other))), []string{"b"})
		for age := range 300 { // some of which have the tag of 17
			var want []string
			switch age {
			case 17:
				want = []string{"a", "c"}
			case 18:
				want = []string{"b"}
			}
			kit.Equal(t, "of an age", found(byAge.In(ages.Eq(age))), want)
		}
		hidden(t, x, "writes and queries")
		kit.Must(t, r.Update(ctx, subscriberID.Of("a"), subscriberMail.Remove()))
		kit.Equal(t, "after it was removed", found(byMail.In(mails.Eq(mail))), []string{"c"})
		kit.Must(t, r.Delete(ctx, subscriberID.Of("c")))
		kit.Equal(t, "after the object was", found(byMail.In(mails.Eq(mail))), nil)
		if err := r.Update(ctx, subscriberID.Of("b"), subscriberTag.Remove()); !errors.Is(err, repo.ErrInvalid) {
			t.Errorf("the tag was removed: %v", err)
		}
	}},
}
