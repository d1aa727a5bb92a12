package repo_test

import (
	"context"
	"fmt"
	"time"

	"github.com/dystore/dystore/repo"
)

type Reading struct {
	Sensor  string    `dynamodbav:"sensor"`
	At      time.Time `dynamodbav:"at"`
	Celsius float64   `dynamodbav:"celsius"`
}

var readingKey = repo.CompositeKeyOf(
	func(r *Reading) *string { return &r.Sensor },
	func(r *Reading) *time.Time { return &r.At })

// A key of two parts orders the objects under one partition key.
func ExampleRepo_Query() {
	ctx := context.Background()
	readings := engineRepo(repo.TableOf("Readings", readingKey))
	noon := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	for i, c := range []float64{20.5, 21, 22.5, 19} {
		_, err := readings.Create(ctx, &Reading{Sensor: "roof", At: noon.Add(time.Duration(i) * time.Hour), Celsius: c})
		if err != nil {
			fmt.Println(err)
		}
	}

	for r, err := range readings.Query(ctx, readingKey.In("roof").From(noon.Add(time.Hour)).Backwards(), repo.Limit(2)) {
		if err != nil {
			fmt.Println(err) // of one object; the loop may go on
			continue
		}
		fmt.Println(r.At.Format("15:04"), r.Celsius)
	}

	exact, err := readings.Get(ctx, readingKey.Of("roof", noon))
	fmt.Println(exact.Celsius, err)
	// Output:
	// 15:00 19
	// 14:00 22.5
	// 20.5 <nil>
}
