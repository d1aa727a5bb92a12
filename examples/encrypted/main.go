// Encrypted is a register of patients of several clinics. Each clinic has keys of its own, which
// a KMS wraps; patients are found by their address, which is encrypted. The program shows what
// the tables hold, what the KMS is asked, what goes on without it, and how a clinic is erased.
//
//	cd examples/encrypted && go run .
//
// It needs no account: the KMS and the tables are stand-ins in this process.
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
	"github.com/dystore/dystore/cipher/awskms"
	"github.com/dystore/dystore/cipher/awskms/kmstest"
	"github.com/dystore/dystore/cipher/keytable"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "encrypted:", err)
		os.Exit(1)
	}
}

// world is what all processes share: the tables and the KMS.
type world struct {
	db     *dynamodb.Client
	kms    *kmstest.Server // in production kms.NewFromConfig(cfg)
	master string          // the key of the KMS
	out    io.Writer
}

// process has keys in its memory.
type process struct {
	*world
	store    *keytable.Store
	cache    *cipher.Wrapped
	emails   *cipher.Blind[Patient, string]
	patients *repo.Repo[Patient]
}

// start starts a process, which knows no key yet.
func (w *world) start() (*process, error) {
	wrapper, err := awskms.New(w.kms.Client(), w.master, awskms.Context(map[string]string{"app": "register"}))
	if err != nil {
		return nil, err
	}
	p := &process{world: w}
	if p.store, err = keytable.New(w.db, "Keys", wrapper, keytable.OnDemand()); err != nil {
		return nil, err
	}
	if p.cache, err = cipher.NewWrapped(p.store, wrapper); err != nil {
		return nil, err
	}
	keys, err := cipher.New(p.cache)
	if err != nil {
		return nil, err
	}
	p.emails = cipher.BlindIndex(p.cache, tagKey, email, byEmailTag, cipher.TagFoldCase())
	p.patients, err = repo.New(w.db, model(keys, p.emails))
	return p, err
}

func run(ctx context.Context, out io.Writer) error {
	kms, stop := kmstest.Serve()
	defer stop()
	w := &world{db: embedded.New().Client(), kms: kms, master: kms.CreateKey(), out: out}
	first, err := w.start()
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{first.fill, first.show, first.search, w.restart, first.outage, first.move, first.erase} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// fill makes the tables and some patients. The key of a clinic is made when it is first needed,
// the one of tags here.
func (p *process) fill(ctx context.Context) error {
	if err := errors.Join(p.store.CreateTable(ctx), p.patients.CreateTables(ctx)); err != nil {
		return err
	}
	if _, err := p.store.Mint(ctx, "", 0); err != nil {
		return err
	}
	for _, of := range []string{"north", "south"} {
		for no := range 3 {
			v := &Patient{Clinic: of, No: no + 1, Since: 2026, Name: "Ada", Email: fmt.Sprintf("ada.%d@%s.example", no+1, of), Letters: []Letter{{2026, "She is well."}}}
			if _, err := p.patients.Create(ctx, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// search finds a patient of any clinic.
func (p *process) search(ctx context.Context) error {
	p.title("a search for ADA.2@south.example")
	return p.find(ctx, "ADA.2@south.example")
}

// find prints who has an address.
func (p *process) find(ctx context.Context, address string) error {
	found := 0
	for v, err := range p.patients.Query(ctx, byEmail.In(p.emails.Eq(address))) {
		found++
		switch {
		case errors.Is(err, cipher.ErrKeyDestroyed):
			p.print("a patient whose key is destroyed")
		case err != nil:
			return err
		default:
			p.print("patient %d of %s", v.No, v.Clinic)
		}
	}
	if found == 0 {
		p.print("nobody")
	}
	return nil
}

// restart reads all patients in a new process.
func (w *world) restart(ctx context.Context) error {
	w.title("a new process reads everything, twice")
	p, err := w.start()
	if err != nil {
		return err
	}
	w.kms.Requests() // those before
	for range 2 {
		n := 0
		for _, err := range p.patients.Scan(ctx) {
			if n++; err != nil {
				return err
			}
		}
		w.print("%d patients, %d requests to the KMS", n, len(w.kms.Requests()))
	}
	return nil
}

// outage is a KMS that does not answer.
func (p *process) outage(ctx context.Context) error {
	p.title("the KMS does not answer")
	p.kms.Refuse(func(kmstest.Request) error { return kmstest.Throttled() })
	defer p.kms.Refuse(nil)
	v, err := p.patients.Get(ctx, patientKey.Of("north", 1))
	if err != nil {
		return err
	}
	p.print("a process that has the keys reads on: %s", v.Name)
	cold, err := p.start()
	if err != nil {
		return err
	}
	_, err = cold.patients.Get(ctx, patientKey.Of("north", 1))
	p.print("one that has not cannot, for now: %v", errors.Is(err, repo.ErrUnavailable))
	return nil
}

// move puts what is sealed for one clinic into the place of another's.
func (p *process) move(ctx context.Context) error {
	p.title("someone copies a name of north to south")
	undo, err := p.copyName(ctx, "north", "south")
	if err != nil {
		return err
	}
	_, err = p.patients.Get(ctx, patientKey.Of("south", 1))
	p.print("refused: %v", errors.Is(err, repo.ErrCorrupt))
	return undo()
}

// erase destroys the keys of a clinic, and removes what could still be linked.
func (p *process) erase(ctx context.Context) error {
	p.title("south is erased")
	done, err := p.store.Erase(ctx, "south", keytable.Audit{By: "privacy desk", Why: "end of contract"})
	if err != nil {
		return err
	}
	p.print("keys %v are destroyed by %s: %s", done.IDs, done.By, done.Why)
	p.cache.Forget("south") // other processes use a key to the end of its time
	if err := p.find(ctx, "ada.2@south.example"); err != nil {
		return err
	}
	for no := range 3 { // which needs no key of the clinic
		if err := p.patients.Update(ctx, patientKey.Of("south", no+1), name.Remove(), email.Remove(), letters.Remove()); err != nil {
			return err
		}
	}
	if err := p.find(ctx, "ada.2@south.example"); err != nil {
		return err
	}
	return p.show(ctx)
}
