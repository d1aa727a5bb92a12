package dynamodbtest

import (
	"context"
	"path/filepath"
)

// Version is the dynoxide that dystore is tested with: the crate dynoxide-rs.
// Its program calls itself [Product].
const (
	Version = "3.2.0"
	Product = "Dynoxide/1.5.0"
)

var dynoxide = program{
	name:     "dynoxide",
	cached:   filepath.Join("dynoxide-"+Version, "bin", "dynoxide"),
	greeting: "listening on ",
}

// Dynoxide is a process of a dynoxide program. The way is there if the program
// is. For the path "", it is the program on the path of the process, or the one
// in dystore/dynoxide-[Version]/bin of the user's cache directory.
func Dynoxide(path string) Way {
	return Way{func(ctx context.Context) (*Server, error) {
		found, err := dynoxide.find(path)
		if err != nil {
			return nil, err
		}
		return dynoxide.start(ctx, found)
	}}
}
