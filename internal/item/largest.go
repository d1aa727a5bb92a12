package item

import (
	"cmp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// PathSize is how many bytes of an item lie at one path, the attribute's name
// included.
type PathSize struct {
	Path string
	Size int
}

// Largest returns the n paths that say best why the item m is large: its
// biggest attributes, and in place of a list or map that owes more than half
// of its size to one element, that element. Biggest first, equal ones by path.
func Largest(m map[string]types.AttributeValue, n int) []PathSize {
	all := make([]PathSize, 0, len(m))
	for attr, av := range m {
		all = append(all, narrow(name(attr), len(attr)+ValueSize(av), av))
	}
	slices.SortFunc(all, func(a, b PathSize) int {
		return cmp.Or(cmp.Compare(b.Size, a.Size), cmp.Compare(a.Path, b.Path))
	})
	return all[:min(max(n, 0), len(all))]
}

// narrow follows the heaviest element for as long as it is most of the value.
func narrow(path string, size int, av types.AttributeValue) PathSize {
	for {
		here := PathSize{Path: path, Size: size}
		var next types.AttributeValue
		heavier := func(p string, s int, e types.AttributeValue) {
			if s > here.Size/2 {
				path, size, next = p, s, e
			}
		}
		switch av := av.(type) {
		case *types.AttributeValueMemberL:
			for i, e := range av.Value {
				heavier(join(here.Path, index(i)), ValueSize(e), e)
			}
		case *types.AttributeValueMemberM:
			for attr, e := range av.Value {
				heavier(join(here.Path, name(attr)), len(attr)+ValueSize(e), e)
			}
		}
		if next == nil {
			return here
		}
		av = next
	}
}
