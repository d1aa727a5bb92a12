package dynamostore

import (
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/legacy"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/repo"
)

// Option says how objects are read.
type Option func(*config)

type config struct {
	legacy.Reader
	tables []string
	wrong  []error
}

func (c *config) refuse(format string, args ...any) {
	c.wrong = append(c.wrong, fail.Withf(repo.ErrInvalid, format, args...))
}

// AllowTables names the tables, without their prefix, that references may lead into
// besides the root's. A reference into another one is [ErrTable].
func AllowTables(names ...string) Option {
	return func(c *config) { c.tables = append(c.tables, names...) }
}

// Passphrase says which values are encrypted, and by which passphrase. It is what a
// program of dynamo-store did for CONFIG_LOADER_LOAD_KEY: it is asked for the same
// paths, from the root of the object, also inside of parts, and returns "" for a path in
// plain. Paths are those of the stored object: location.city, friends.[0],
// friends.[0].name; of a DyObject firstname.value, homes.value.[0].city.value. A name
// that is no word is quoted, as in 'a.b'.
//
// It is not asked where dynamo-store never encrypts: in maps and lists themselves, in
// sets, in lists of lists, and in the elements of lists more than one field deep. Where
// the name of the key is in a path, taken as a regular expression, the library does
// not encrypt either, and the value is left as it is. What a program named in
// ignore_paths or CRYPTO_IGNORE_PATHS is for the function to know.
//
// A value that is not encrypted, though it has a passphrase, is [ErrNotEncrypted]; see
// [AllowPlaintext]. Encrypted values without a passphrase are []byte, as stored. The
// function may be called by several goroutines.
func Passphrase(of func(path string) string) Option {
	return func(c *config) {
		if of == nil {
			c.refuse("Passphrase: the function is nil")
		}
		c.Passphrase = of
	}
}

// AllowPlaintext takes values as they are that are not encrypted although they have a
// passphrase: those that were stored before their path was encrypted. Then who can write
// to the table can plant any value, without knowing a passphrase.
func AllowPlaintext() Option { return func(c *config) { c.Plaintext = true } }

// Region gives the client for parts in another region than that of the root item, by
// the name that is stored. References into regions without a client are [ErrRegion].
func Region(name string, client repo.Client) Option {
	return func(c *config) {
		if name == "" || model.IsNil(client) {
			c.refuse("Region(%q): the name is empty, or the client is nil", name)
		}
		c.Regions[name] = fetch.Reader{Client: client}
	}
}

// TablePrefix is put before the names of all tables, for copies of them. The names in
// stored references, and in AllowTables, are without it.
func TablePrefix(prefix string) Option { return func(c *config) { c.Prefix = prefix } }

// Omit leaves attributes out of what is read, so that a type need not have them. Paths
// are those of what Get returns: age, deep.x, friends[].age for all elements of a list,
// and ["a.b"] for a name with one of . [ ] { } " in it.
func Omit(paths ...string) Option {
	return func(c *config) {
		for _, text := range paths {
			p, err := attr.Parse(text)
			if err != nil {
				c.refuse("Omit(%q): %w", text, err)
				continue
			}
			if last := p[len(p)-1].Kind; last != attr.Name && last != attr.Key {
				c.refuse("Omit(%q): it names elements of a list, or all entries of a map; name an attribute", text)
			}
			for i, s := range p {
				switch s.Kind {
				case attr.Key:
					p[i] = attr.Field(s.Name)
				case attr.AnyValue:
					c.refuse("Omit(%q): stored maps and objects are the same; name the entry", text)
				}
			}
			c.Omit = append(c.Omit, p)
		}
	}
}
