package durable

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

var (
	// ErrCorrupt: the file is damaged. Do not trust any of its content.
	ErrCorrupt = errors.New("the file is corrupt")
	// ErrInUse: another process, or another Store, has the file open.
	ErrInUse = errors.New("the file is in use")
	// ErrFormat: the file is of another kind or of a newer format.
	ErrFormat = errors.New("the file is of another kind or of a newer format")
)

// lockTimeout is how long Open waits for a process that is just ending.
const lockTimeout = 500 * time.Millisecond

// Store is an open file. It implements journal.Journal and is safe for
// concurrent use.
type Store struct {
	path     string
	db       *bolt.DB
	file     *os.File    // the one db has open
	panicked atomic.Bool // db panicked and may have left locks behind

	mu     sync.Mutex
	broken error // why writing has ended
}

// Open opens the file at path or creates it. The errors are ErrInUse,
// ErrCorrupt, ErrFormat and those of the file system.
func Open(path string) (*Store, error) {
	s := &Store{path: path}
	_, statErr := os.Stat(path)
	if err := s.guard("open", s.open); err != nil {
		return nil, err
	}
	if errors.Is(statErr, os.ErrNotExist) {
		syncDir(filepath.Dir(path))
	}
	return s, nil
}

func (s *Store) open() (err error) {
	opened := false
	defer func() {
		// bbolt leaves the file open and locked when it panics over it.
		if !opened && s.file != nil {
			s.file.Close()
		}
	}()
	s.db, err = bolt.Open(s.path, 0o600, &bolt.Options{
		Timeout:      lockTimeout,
		FreelistType: bolt.FreelistMapType,
		OpenFile: func(name string, flag int, perm os.FileMode) (*os.File, error) {
			var err error
			s.file, err = os.OpenFile(name, flag, perm)
			return s.file, err
		},
	})
	if err != nil {
		return err
	}
	var fresh bool
	if err := s.db.View(func(tx *bolt.Tx) (err error) {
		if err = checkPages(tx, s.file); err == nil {
			fresh, err = recognize(tx)
		}
		return err
	}); err != nil {
		s.db.Close()
		return err
	}
	if fresh {
		if err := s.db.Update(initialize); err != nil {
			s.db.Close()
			return err
		}
	}
	opened = true
	return nil
}

// Close closes the file. It must not be called before all Commits have
// returned; later ones fail.
func (s *Store) Close() error {
	closeDB := s.db.Close
	if s.panicked.Load() {
		closeDB = s.file.Close // closing the database could wait for its locks for ever
	}
	if err := closeDB(); err != nil {
		return fmt.Errorf("durable: close %s: %w", s.path, err)
	}
	return nil
}

// guard runs f and wraps its error with the operation and the path. A damaged
// file can make bbolt panic, or access memory that is mapped to nothing. Here
// both are errors and do not end the program.
func (s *Store) guard(verb string, f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			s.panicked.Store(true)
			err = fmt.Errorf("durable: %s %s: %w: %v", verb, s.path, ErrCorrupt, p)
		}
	}()
	err = f()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, bolterrors.ErrTimeout):
		err = ErrInUse
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrVersionMismatch), errors.Is(err, bolterrors.ErrChecksum):
		err = fmt.Errorf("%w: %v", ErrCorrupt, err)
	}
	return fmt.Errorf("durable: %s %s: %w", verb, s.path, err)
}

// write runs f in a new transaction, which is on disk when write returns.
func (s *Store) write(ctx context.Context, f func(*bolt.Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return s.broken
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	applied := false
	err := s.guard("write", func() error {
		return s.db.Update(func(tx *bolt.Tx) error {
			err := f(tx)
			applied = err == nil
			return err
		})
	})
	// When the disk fails in the middle of a commit, the content of the file is
	// not known. To go on could acknowledge a batch that builds on one that was
	// lost.
	if err != nil && (applied || errors.Is(err, ErrCorrupt)) {
		s.broken = fmt.Errorf("%w; open the file again to write to it", err)
	}
	return err
}

// syncDir makes the file's name durable. Not every system can do that, and the
// file's content does not depend on it.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		d.Sync()
		d.Close()
	}
}
