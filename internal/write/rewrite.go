package write

import (
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
)

// checkRewrite refuses Rewrite where it cannot be what it promises.
func (opts Options) checkRewrite(tracked bool) error {
	if opts.Rewrite && !tracked {
		return fail.Withf(fail.ErrInvalid, "Rewrite is for a value that was read from the table, over the version that was read; without it Put writes every part anyway")
	}
	return nil
}

// checkRewritten refuses a Rewrite that would leave parts as they are.
func (a *aligner) checkRewritten() error {
	for _, inst := range a.carried {
		for _, part := range sorted.Keys(a.meta.Parts) {
			switch {
			case !part.Under(inst):
			case a.unknown(stored.PlaceOf(part)):
				return fail.At(fail.Text(part), fail.Withf(fail.ErrNotLoaded, "Rewrite: the part is of another version of the program, which alone can write it anew"))
			default:
				return fail.At(fail.Text(part), fail.Withf(fail.ErrNotLoaded, "Rewrite: the value was read without this part; read it whole to write it anew"))
			}
		}
	}
	return nil
}
