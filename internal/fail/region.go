package fail

import (
	"errors"
	"slices"
)

// RegionError is the error of a request to a region that could not be reached, or gave no
// answer. Package repo documents it.
type RegionError struct {
	Region string
	Tables []string // that the request was about, by their names there
	Paths  []string // of the parts that were wanted, where they are known
	Err    error
}

func (e *RegionError) Error() string { return "region " + e.Region + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *RegionError) Unwrap() error { return e.Err }

// Lost notes in the error of a region, if err has one, which paths were wanted of it. path
// is called for each of a number of parts, and says which it is if it is in the region.
func Lost(err error, parts int, path func(region string, part int) (string, bool)) (region string) {
	e, ok := errors.AsType[*RegionError](err)
	if !ok {
		return ""
	}
	for i := range parts {
		if p, there := path(e.Region, i); there {
			e.Paths = append(e.Paths, p)
		}
	}
	slices.Sort(e.Paths)
	e.Paths = slices.Compact(e.Paths)
	return e.Region
}
