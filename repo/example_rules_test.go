package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Parcel struct {
	ID    string `dynamodbav:"id"`
	Code  string `dynamodbav:"code" validate:"parcelcode"`
	Size  Size   `dynamodbav:"size"`
	Label string `dynamodbav:"label"`
}

type Size struct {
	Width  int `dynamodbav:"width"`
	Height int `dynamodbav:"height"`
}

var (
	parcelID    = repo.KeyOf(func(p *Parcel) *string { return &p.ID })
	parcelCode  = lens.Of(func(p *Parcel) *string { return &p.Code })
	parcelSize  = lens.Of(func(p *Parcel) *Size { return &p.Size })
	parcelWidth = lens.Of(func(p *Parcel) *int { return &p.Size.Width })
)

// Functions of a validator's own may look anywhere. The options say of two that
// they look no further than their field and their struct, so that Update, which
// reads nothing, can still ask them.
func ExampleFieldRules() {
	ctx := context.Background()
	v := validator.New(validator.WithRequiredStructEnabled())
	err := v.RegisterValidation("parcelcode", func(fl validator.FieldLevel) bool { return len(fl.Field().String()) == 4 })
	if err != nil {
		panic(err)
	}
	v.RegisterStructValidation(func(sl validator.StructLevel) {
		if s := sl.Current().Interface().(Size); s.Width > s.Height {
			sl.ReportError(s.Width, "Width", "Width", "upright", "")
		}
	}, Size{})

	parcels, err := repo.New(embedded.New().Client(), repo.TableOf("Parcels", parcelID),
		repo.WithValidator(v), repo.FieldRules("parcelcode"), repo.StructRules(Size{}))
	if err != nil {
		panic(err)
	}
	if err := parcels.CreateTables(ctx); err != nil {
		panic(err)
	}
	key, err := parcels.Create(ctx, &Parcel{ID: "1", Code: "AB12", Size: Size{1, 2}})
	fmt.Println(err)
	fmt.Println(parcels.Update(ctx, key, parcelCode.Set("CD34"), parcelSize.Set(Size{2, 3})))

	err = parcels.Update(ctx, key, parcelCode.Set("too long"))
	fmt.Println(errors.Is(err, repo.ErrInvalid))

	// What the height is, only the stored object says.
	var undecided *repo.UndecidedError
	err = parcels.Update(ctx, key, parcelWidth.Set(9))
	fmt.Println(errors.As(err, &undecided), errors.Is(err, repo.ErrInvalid))
	// Output:
	// <nil>
	// <nil>
	// true
	// true true
}
