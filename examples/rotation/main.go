// Rotation replaces the key of one clinic beside a writer, and erases another clinic. Each
// clinic has keys of its own, wrapped, in a table. The program shows what the tables hold.
//
//	go run ./examples/rotation
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/cipher/keytable"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "rotation:", err)
		os.Exit(1)
	}
}

// service is what a process has that reads and writes visits.
type service struct {
	client *dynamodb.Client
	out    io.Writer
	store  *keytable.Store // of wrapped keys
	cache  *cipher.Wrapped // of keys in this process
	keys   cipher.Cipher
	visits *repo.Repo[Visit]
}

func run(ctx context.Context, out io.Writer) error {
	s, err := open(ctx, out)
	if err != nil {
		return err
	}
	for _, c := range []string{"north", "south"} {
		for no := range 3 {
			v := &Visit{Clinic: c, No: no + 1, Day: "2026-11-30", Finding: "well", Notes: []Note{{"Dr. A", "slept badly"}}}
			if _, err := s.visits.Create(ctx, v); err != nil {
				return err
			}
		}
	}
	if err := s.show(ctx, "each clinic has a key of its own"); err != nil {
		return err
	}
	if err := s.rotate(ctx, "north", 1); err != nil {
		return err
	}
	if err := s.show(ctx, "north has another key, and nothing is left under the one before"); err != nil {
		return err
	}
	return s.erase(ctx, "south")
}

func open(ctx context.Context, out io.Writer) (*service, error) {
	m, err := newMaster()
	if err != nil {
		return nil, err
	}
	s := &service{client: embedded.New().Client(), out: out}
	if s.store, err = keytable.New(s.client, "Keys", m, keytable.OnDemand()); err != nil {
		return nil, err
	}
	if s.cache, err = cipher.NewWrapped(s.store, m); err != nil {
		return nil, err
	}
	if s.keys, err = cipher.New(s.cache); err != nil {
		return nil, err
	}
	if s.visits, err = repo.New(s.client, model(s.keys)); err != nil {
		return nil, err
	}
	return s, errors.Join(s.store.CreateTable(ctx), s.visits.CreateTables(ctx))
}

// rotate replaces a key of a clinic while visits are written. Nothing stops: what is sealed under
// the key before opens until nothing is left under it.
func (s *service) rotate(ctx context.Context, clinic string, before cipher.KeyID) error {
	next, err := s.store.Mint(ctx, clinic, before)
	if err != nil {
		return err
	}
	s.cache.Forget(clinic) // other processes choose the new key within a minute

	writing, stop := context.WithCancel(ctx)
	wrote := make(chan error, 1)
	go func() { wrote <- s.write(writing, clinic) }()
	left := int64(1)
	for left > 0 && err == nil {
		if _, err = s.visits.Reencrypt(ctx); err == nil { // with repo.Rate, beside other traffic
			left, err = s.under(ctx, clinic, before)
		}
	}
	stop()
	if err = errors.Join(err, <-wrote); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "\n%s: key %d is replaced by key %d\n", clinic, before, next)
	// Disabled first: that can be taken back, should something have been forgotten.
	if err := s.store.Disable(ctx, clinic, before); err != nil {
		return err
	}
	gone, err := s.store.Destroy(ctx, clinic, before, keytable.Audit{By: "operator", Why: "rotation"})
	if err == nil {
		fmt.Fprintf(s.out, "%s: key %d is destroyed by %s: %s\n", gone.Scope, gone.IDs[0], gone.By, gone.Why)
	}
	return err
}

// write changes visits until ctx ends.
func (s *service) write(ctx context.Context, clinic string) error {
	for n := 0; ctx.Err() == nil; n++ {
		err := s.visits.Update(ctx, visitKey.Of(clinic, n%3+1), finding.Set("well"), day.Set("2026-12-01"))
		if err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// under is how many values are under a key.
func (s *service) under(ctx context.Context, clinic string, id cipher.KeyID) (int64, error) {
	used, err := s.visits.KeysInUse(ctx)
	if err != nil {
		return 0, err
	}
	return used.OfScope(clinic, id), nil
}

// erase destroys the keys of a clinic, and shows what can be read then.
func (s *service) erase(ctx context.Context, clinic string) error {
	erased, err := s.store.Erase(ctx, clinic, keytable.Audit{By: "privacy desk", Why: "end of contract"})
	if err != nil {
		return err
	}
	s.cache.Forget(clinic) // other processes use a key to the end of its time
	fmt.Fprintf(s.out, "\n%s: keys %v are destroyed by %s: %s\n", erased.Scope, erased.IDs, erased.By, erased.Why)

	_, err = s.visits.Get(ctx, visitKey.Of(clinic, 1))
	fmt.Fprintln(s.out, "a visit cannot be read:", errors.Is(err, cipher.ErrKeyDestroyed))

	var paths []string
	report := func(_ context.Context, path string) { paths = append(paths, path) }
	statistics, err := repo.New(s.client, model(s.keys, repo.AcceptErased(report, finding, text)))
	if err != nil {
		return err
	}
	v, err := statistics.Get(ctx, visitKey.Of(clinic, 1))
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "what is not encrypted can: %+v\nerased: %v\n", *v, paths)
	_, err = s.store.Mint(ctx, clinic, 0)
	fmt.Fprintln(s.out, "it never gets a key again:", errors.Is(err, cipher.ErrKeyDestroyed))
	return nil
}
