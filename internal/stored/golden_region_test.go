package stored_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

// TestGoldenRegion: a table in another region is stored with the region before its name,
// in the layout, in its id and in the manifest.
func TestGoldenRegion(t *testing.T) {
	text, av := golden(t, "root_region.json")
	got, err := stored.Decode(av)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(regionRoot, got); d != "" {
		t.Error(d)
	}
	if again := pretty(t, got.Encode()); !bytes.Equal(again, text) {
		t.Errorf("it is encoded differently: %s", cmp.Diff(string(text), string(again)))
	}
	home := append(stored.Layout{}, regionLayout...)
	home[0].Table = "Archive"
	if home.ID() == got.LayoutID {
		t.Error("the id of the layout does not depend on the region")
	}
}
