package dynamostore

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/cursor"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/legacy"
	"github.com/dystore/dystore/internal/parallel"
	"github.com/dystore/dystore/repo"
)

// ImportAll imports every object of the table, as [Import] does. It takes repo.StartAt,
// repo.DryRun and repo.OnProgress. Objects that are there already and came from the
// import are left alone, so it may be repeated; with the Cursor of its Progress it goes
// on where it has stopped.
//
// An object that cannot be imported is counted in Failed, and the others go on. The
// error joins those of the first 10 such objects, each an *Error with its key, and says
// how many there were. If the context ends, or DynamoDB or a key source is out of
// reach, ImportAll stops: Progress is that of the last page that was done, and the error
// says why.
//
// A page is 50 items of the table; 8 objects are written at a time.
func ImportAll[T any](ctx context.Context, old *Store, people *repo.Repo[T], opts ...repo.CallOption) (repo.Progress, error) {
	in, err := importerOf("ImportAll", old, people)
	if err != nil {
		return repo.Progress{}, err
	}
	all := &wholeImport[T]{importer: in}
	start, dryRun, report, err := in.ImportCall("dynamostore.ImportAll", opts)
	all.dryRun, all.done.Cursor = dryRun, start
	var from types.AttributeValue
	if err == nil {
		from, err = old.place(ctx, start)
	}
	if err == nil {
		err = old.pages(ctx, from, importItems, func(objects []*legacy.Object, last types.AttributeValue) (bool, error) {
			err := all.page(ctx, objects, last)
			if err == nil && report != nil {
				report(all.done)
			}
			return true, err
		})
	}
	if err != nil {
		err = old.fail("ImportAll", nil, err)
	}
	return all.done, all.failed.With(err)
}

const importItems = 50

// wholeImport is an import of all objects.
type wholeImport[T any] struct {
	*importer[T]
	dryRun bool
	done   repo.Progress
	failed fail.Several
}

// page imports the objects of a page. The error is one that concerns all objects.
func (all *wholeImport[T]) page(ctx context.Context, objects []*legacy.Object, last types.AttributeValue) error {
	created, errs := make([]bool, len(objects)), make([]error, len(objects))
	err := parallel.Each(ctx, len(objects), func(ctx context.Context, i int) error {
		o := objects[i]
		if errs[i] = o.Err; o.Err == nil {
			_, created[i], errs[i] = all.one(ctx, o, all.dryRun)
		}
		if fail.OutOfReach(errs[i]) {
			return errs[i]
		}
		return nil
	})
	if err != nil {
		return err
	}
	done := all.done
	if done.Cursor, err = all.old.cursorAt(ctx, last); err != nil {
		return err
	}
	for i, o := range objects {
		done.Seen++
		switch {
		case errs[i] != nil:
			done.Failed++
			all.failed.Add(all.old.fail("ImportAll", o.Key, errs[i]))
		case created[i]:
			done.Changed++
		}
	}
	all.done = done
	return nil
}

// cursors are those of a walk through the table, for keys of a type.
func (s *Store) cursors(kind types.ScalarAttributeType) *cursor.Query {
	return &cursor.Query{Entity: "dynamostore", Text: []string{s.r.RootTable(), s.r.KeyName}, Key: []types.ScalarAttributeType{kind}}
}

// cursorAt is the cursor behind an object, "" for nil.
func (s *Store) cursorAt(ctx context.Context, key types.AttributeValue) (repo.Cursor, error) {
	if key == nil {
		return "", nil
	}
	text, err := s.cursors("").Encode(ctx, []types.AttributeValue{key})
	return repo.Cursor(text), err
}

// place is the key behind which a cursor is, nil for the beginning.
func (s *Store) place(ctx context.Context, c repo.Cursor) (types.AttributeValue, error) {
	if c == "" {
		return nil, nil
	}
	var err error
	for _, kind := range []types.ScalarAttributeType{types.ScalarAttributeTypeS, types.ScalarAttributeTypeN, types.ScalarAttributeTypeB} {
		var place []types.AttributeValue
		if place, err = s.cursors(kind).Decode(ctx, string(c)); err == nil {
			return place[0], nil
		}
	}
	return nil, fail.Withf(repo.ErrInvalid, "repo.StartAt: %w", err)
}
