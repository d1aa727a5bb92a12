package shop

import (
	"context"
	"errors"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/repo"
)

// Store has a repository for each kind of object.
type Store struct {
	Customers *repo.Repo[Customer]
	Orders    *repo.Repo[Order]
	Stock     *repo.Repo[Stock]
	Movements *repo.Repo[Movement]
	Sessions  *repo.Repo[Session]
}

// New checks the models and makes their repositories. It sends no request.
func New(client repo.Client, s Secrets, opts ...repo.Option) (*Store, error) {
	opts = append(opts, repo.WithCursorKey(s.Cipher), repo.WithValidator(Validator()))
	store := &Store{}
	var errs [5]error
	store.Customers, errs[0] = repo.New(client, customers(s), opts...)
	store.Orders, errs[1] = repo.New(client, orders(), opts...)
	store.Stock, errs[2] = repo.New(client, stock(), opts...)
	store.Movements, errs[3] = repo.New(client, movements(), opts...)
	store.Sessions, errs[4] = repo.New(client, sessions(), opts...)
	return store, errors.Join(errs[:]...)
}

// Validator checks values by their validate tags, and names fields as JSON does.
func Validator() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" {
			name, _, _ = strings.Cut(f.Tag.Get("dynamodbav"), ",")
		}
		return name
	})
	return v
}

// table is a repository of any type.
type table interface {
	CreateTables(context.Context) error
	Verify(context.Context) error
	Tables() []*dynamodb.CreateTableInput
	TimeToLive() []*dynamodb.UpdateTimeToLiveInput
}

func (s *Store) all() []table {
	return []table{s.Customers, s.Orders, s.Stock, s.Movements, s.Sessions}
}

// CreateTables creates the tables, for development and tests.
func (s *Store) CreateTables(ctx context.Context) error {
	for _, t := range s.all() {
		if err := t.CreateTables(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Verify compares the tables that there are with the models. Warnings, such as a
// table without backups, are no error here; the caller may want to log them.
func (s *Store) Verify(ctx context.Context) (warnings []*repo.TableFinding, err error) {
	for _, t := range s.all() {
		err := t.Verify(ctx)
		found, ok := errors.AsType[*repo.VerifyError](err)
		if err != nil && (!ok || errors.Is(err, repo.ErrInvalid)) {
			return nil, err
		}
		if ok {
			warnings = append(warnings, found.Findings...)
		}
	}
	return warnings, nil
}

// Tables are the requests that make the tables for production.
type Tables struct {
	CreateTable      []*dynamodb.CreateTableInput
	UpdateTimeToLive []*dynamodb.UpdateTimeToLiveInput
}

// Tables returns them, protected against deletion.
func (s *Store) Tables() (all Tables) {
	for _, t := range s.all() {
		for _, in := range t.Tables() {
			in.DeletionProtectionEnabled = new(true)
			all.CreateTable = append(all.CreateTable, in)
		}
		all.UpdateTimeToLive = append(all.UpdateTimeToLive, t.TimeToLive()...)
	}
	return all
}
