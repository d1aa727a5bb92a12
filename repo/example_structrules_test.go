package repo_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type (
	Booking struct {
		ID   string `dynamodbav:"id"`
		Note string `dynamodbav:"note"`
		Stay Period `dynamodbav:"stay"`
	}
	Period struct {
		From time.Time `dynamodbav:"from"`
		To   time.Time `dynamodbav:"to"`
	}
)

var (
	bookingID   = repo.KeyOf(func(b *Booking) *string { return &b.ID })
	bookingNote = lens.Of(func(b *Booking) *string { return &b.Note })
	bookingStay = lens.Of(func(b *Booking) *Period { return &b.Stay })
)

// The function of Period compares its two fields. StructRules says that it looks
// at nothing else, so an Update of another field does not need it, and one that
// sets the whole Period can ask it.
func ExampleStructRules() {
	ctx := context.Background()
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterStructValidation(func(sl validator.StructLevel) {
		if s := sl.Current().Interface().(Period); s.To.Before(s.From) {
			sl.ReportError(s.To, "To", "To", "afterfrom", "")
		}
	}, Period{})

	client := embedded.New().Client()
	day := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for _, opts := range [][]repo.Option{{repo.WithValidator(v)}, {repo.WithValidator(v), repo.StructRules(Period{})}} {
		bookings, err := repo.New(client, repo.TableOf("Bookings", bookingID), opts...)
		if err == nil {
			err = bookings.CreateTables(ctx)
		}
		if err != nil {
			log.Fatal(err)
		}
		key, err := bookings.Put(ctx, &Booking{ID: "b1", Stay: Period{day, day.AddDate(0, 0, 2)}})
		fmt.Println(err)

		var undecided *repo.UndecidedError
		err = bookings.Update(ctx, key, bookingNote.Set("late"))
		fmt.Println("undecided:", errors.As(err, &undecided))
		err = bookings.Update(ctx, key, bookingStay.Set(Period{day, day.AddDate(0, 0, -1)}))
		fmt.Println("undecided:", errors.As(err, &undecided), "invalid:", errors.Is(err, repo.ErrInvalid))
	}
	// Output:
	// <nil>
	// undecided: true
	// undecided: true invalid: true
	// <nil>
	// undecided: false
	// undecided: false invalid: true
}
