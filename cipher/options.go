package cipher

import (
	"errors"
	"fmt"
)

// Option is an option of [New].
type Option interface{ apply(*AES) error }

type option func(*AES) error

func (o option) apply(a *AES) error { return o(a) }

// WithPadding hides the length of values: a plaintext is filled up to the next
// multiple of bucket bytes, 2 to 65,536, by at least one. It affects what Seal
// writes; Open reads padded and unpadded envelopes alike.
//
// The plaintext of a field is its stored form, two bytes or more longer than a
// text. Values of different buckets still differ in length.
func WithPadding(bucket int) Option {
	return option(func(a *AES) error {
		if bucket < 2 || bucket > 1<<16 {
			return fmt.Errorf("WithPadding(%d): a bucket has 2 to 65536 bytes", bucket)
		}
		a.bucket = bucket
		return nil
	})
}

// Accept limits the suites that Open accepts; without it, Open accepts all
// that this release knows. The suite that Seal writes must be among them.
func Accept(list ...Suite) Option {
	return option(func(a *AES) error {
		if len(list) == 0 {
			return errors.New("Accept: no suites")
		}
		a.accepted = 0
		for _, s := range list {
			if !allSuites.has(s) {
				return fmt.Errorf("Accept: %s does not exist", s)
			}
			a.accepted |= 1 << s
		}
		return nil
	})
}
