package stored_test

import (
	"testing"
	"time"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/stored"
)

var (
	regionLayout = stored.Layout{
		{Path: attr.Names("archive"), Kind: stored.One, Table: "eu-west-1/Archive", KeyName: stored.DefaultID},
		{Path: attr.Names("note"), Kind: stored.One, Table: "Notes", KeyName: stored.DefaultID},
	}
	regionRoot = &stored.Root{
		Format: 1, Entity: "person", Version: 2, Birth: id(1), Ring: ring(2, 1),
		Created: time.UnixMilli(1700000000000).UTC(), Updated: time.UnixMilli(1700000123456).UTC(),
		LayoutID: regionLayout.ID(), Layout: regionLayout,
		Parts: map[stored.Inst]stored.Ref{
			"archive": {Stamp: id(0x10), Table: "eu-west-1/Archive", KeyName: stored.DefaultID, Key: "person/Sp1/archive/EBAQEBAQEBAQEBAQEBAQEA"},
			"note":    {Stamp: id(0x11)},
		},
		Orders: map[stored.Inst]stored.Order{},
	}
)

// A table in another region is stored with the region before its name, in the layout, in
// the manifest (see TestGoldenRoots) and in the id of the layout.
func TestRegionInLayoutID(t *testing.T) {
	home := append(stored.Layout{}, regionLayout...)
	home[0].Table = "Archive"
	if home.ID() == regionRoot.LayoutID {
		t.Error("the id of the layout does not depend on the region")
	}
}
