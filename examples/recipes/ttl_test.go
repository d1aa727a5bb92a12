package recipes_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type Session struct {
	ID    string      `dynamodbav:"id"`
	Until time.Time   `dynamodbav:"until,unixtime,omitempty"` // a number of seconds; absent for the zero time
	Meta  meta.Record `dynamodbav:"-"`
}

var (
	sessionID    = repo.KeyOf(func(s *Session) *string { return &s.ID })
	sessionUntil = lens.Of(func(s *Session) *time.Time { return &s.Until })
)

func sessions() repo.Model[Session] {
	return repo.TableOf("Sessions", sessionID, meta.Keep(func(s *Session) *meta.Record { return &s.Meta }))
}

// expire tells DynamoDB which attribute of the root table is the expiry.
func expire(ctx context.Context, client *dynamodb.Client, table, attribute string) error {
	_, err := client.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName: aws.String(table), TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String(attribute), Enabled: aws.Bool(true)},
	})
	return err
}

// prolong is for sessions that have not expired. Expired sessions are still
// stored for some days.
func prolong(ctx context.Context, r *repo.Repo[Session], id string, now time.Time) error {
	return r.Update(ctx, sessionID.Of(id), sessionUntil.Set(now.Add(time.Hour)), repo.If(sessionUntil.Gt(now)))
}

func Example_ttl() {
	ctx := context.Background()
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	client := embedded.New(embedded.WithClock(func() time.Time { return now })).Client() // 48 hours late, as DynamoDB may be
	r := over(client, sessions())
	if err := expire(ctx, client, "Sessions", sessionUntil.String()); err != nil {
		log.Fatal(err)
	}
	s := Session{ID: "s1", Until: now.Add(time.Hour)}
	key, err := r.Create(ctx, &s)
	fmt.Println(err)

	now = now.Add(30 * time.Minute)
	fmt.Println(prolong(ctx, r, "s1", now))
	now = now.Add(2 * time.Hour)
	there, err := r.Exists(ctx, key)
	fmt.Println(there, err, errors.Is(prolong(ctx, r, "s1", now), repo.ErrCondition))

	now = now.Add(48 * time.Hour)
	there, err = r.Exists(ctx, key)
	fmt.Println(there, err)
	_, err = r.Put(ctx, &s) // a tracked value of a deleted session
	fmt.Println(errors.Is(err, repo.ErrConflict))
	// Output:
	// <nil>
	// <nil>
	// true <nil> true
	// false <nil>
	// true
}

type (
	Basket struct {
		ID    string      `dynamodbav:"id"`
		Until time.Time   `dynamodbav:"until,unixtime,omitempty"`
		Lines []Line      `dynamodbav:"lines"`
		Meta  meta.Record `dynamodbav:"-"`
	}
	Line struct {
		SKU string `dynamodbav:"sku"`
	}
)

var basketID = repo.KeyOf(func(b *Basket) *string { return &b.ID })

func baskets() repo.Model[Basket] {
	return repo.TableOf("Baskets", basketID,
		shard.Each(shard.To("Lines"), func(b *Basket) *[]Line { return &b.Lines }),
		meta.Keep(func(b *Basket) *meta.Record { return &b.Meta }))
}

// purge removes the expired baskets with their parts. It does not remove a
// basket that is prolonged meanwhile.
func purge(ctx context.Context, r *repo.Repo[Basket], now time.Time) error {
	for b, err := range r.Scan(ctx, repo.RootOnly(), repo.Eventually()) {
		if err != nil {
			return err
		}
		if b.Until.After(now) {
			continue
		}
		if err := r.DeleteValue(ctx, b); err != nil && !errors.Is(err, repo.ErrConflict) {
			return err
		}
	}
	return nil
}

func Example_purge() {
	ctx := context.Background()
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	client := embedded.New().Client()
	r := over(client, baskets())
	for i, hours := range []int{-1, 1} {
		_, err := r.Create(ctx, &Basket{ID: fmt.Sprint("b", i), Until: now.Add(time.Duration(hours) * time.Hour), Lines: []Line{{"tea"}, {"cake"}}})
		fmt.Println(err)
	}

	fmt.Println(purge(ctx, r, now))
	for _, table := range []string{"Baskets", "Lines"} {
		out, err := client.Scan(ctx, &dynamodb.ScanInput{TableName: aws.String(table)})
		fmt.Println(table, out.Count, err)
	}
	// Output:
	// <nil>
	// <nil>
	// <nil>
	// Baskets 1 <nil>
	// Lines 2 <nil>
}
