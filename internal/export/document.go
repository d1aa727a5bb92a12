// Package export writes one stored object as a document, and stores such a document as an
// object. internal/docs/format.md specifies the document.
package export

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/stored"
)

const (
	formatName    = "dystore-object"
	formatVersion = 1
	digestPrefix  = "sha256:"

	// maxBytes is how long a document may be that is read: it is held in memory, several
	// times.
	maxBytes = 64 << 20

	// maxItems is how many items a document may have that is read.
	maxItems = 1 << 20

	maxLines = 2 + maxItems // the header, the digest
)

// attrs is an item, or a document.
type attrs = map[string]types.AttributeValue

// document is one object as it is exported.
type document struct {
	entity string
	key    []types.AttributeValue
	root   attrs
	parts  []part // by instance, ascending
}

// part is an item of a part, in a table that is named as it is declared.
type part struct {
	inst  stored.Inst
	table string
	item  attrs
}

// header is the first line.
type header struct {
	Entity  string          `json:"entity"`
	Format  string          `json:"format"`
	Items   int             `json:"items"`
	Key     json.RawMessage `json:"key"`
	Version int             `json:"version"`
}

// line is the line of an item.
type line struct {
	Instance string          `json:"instance"` // empty: the root
	Item     json.RawMessage `json:"item"`
	Table    string          `json:"table"`
}

// trailer is the last line.
type trailer struct {
	Digest string `json:"digest"`
}

// encode is the canonical form of a document.
func (d *document) encode() ([]byte, error) {
	var w writer
	w.header(d)
	w.item("", "", d.root)
	for _, p := range d.parts {
		w.item(p.inst, p.table, p.item)
	}
	w.raw(`{"digest":"` + digestOf(w.b) + "\"}\n")
	if w.err == nil && len(w.b) > maxBytes {
		w.err = fail.Withf(fail.ErrTooLarge, "the document has %d bytes; one of more than %d cannot be read", len(w.b), maxBytes)
	}
	return w.b, w.err
}

func digestOf(lines []byte) string {
	sum := sha256.Sum256(lines)
	return digestPrefix + hex.EncodeToString(sum[:])
}

func (w *writer) header(d *document) {
	w.raw(`{"entity":`)
	w.text(d.entity)
	w.raw(`,"format":"` + formatName + `","items":` + strconv.Itoa(1+len(d.parts)) + `,"key":[`)
	for i, k := range d.key {
		if i > 0 {
			w.raw(",")
		}
		w.value(k)
	}
	w.raw(`],"version":` + strconv.Itoa(formatVersion) + "}\n")
}

// item writes the line of an item. A part has a table.
func (w *writer) item(inst stored.Inst, table string, it attrs) {
	w.raw("{")
	if table != "" {
		w.raw(`"instance":`)
		w.text(string(inst))
		w.raw(",")
	}
	w.raw(`"item":`)
	w.entries(it)
	if table != "" {
		w.raw(`,"table":`)
		w.text(table)
	}
	w.raw("}\n")
}

func wrong(format string, args ...any) error {
	return fail.Withf(fail.ErrInvalid, "the document "+format, args...)
}

// decode reads a document. It has exactly the canonical form: what was read is written
// again and compared, so that no name is there twice and nothing is passed over.
func decode(r io.Reader) (*document, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxBytes:
		return nil, fail.Withf(fail.ErrTooLarge, "the document is longer than %d bytes, and it is held in memory to be checked", maxBytes)
	case bytes.Count(text, []byte("\n")) > maxLines:
		return nil, wrong("has more than %d lines", maxLines)
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	var h header
	if json.Unmarshal(lines[0], &h) != nil || h.Format != formatName {
		return nil, wrong("does not begin with the line of format %q", formatName)
	}
	if h.Version > formatVersion {
		return nil, fail.Withf(fail.ErrSchemaTooNew, "the document is of version %d of its format, this program knows %d", h.Version, formatVersion)
	}
	if rest := lines[len(lines)-1]; len(rest) > 0 {
		return nil, wrong("ends within a line")
	}
	lines = lines[:len(lines)-1]
	if last := len(lines) - 1; h.Items < 1 || h.Items > maxItems || last != 1+h.Items {
		return nil, wrong("says that it has %d items, and has %d lines between the first and the last", h.Items, max(0, last-1))
	}
	var end trailer
	body := text[:len(text)-len(lines[len(lines)-1])]
	if json.Unmarshal(lines[len(lines)-1], &end) != nil || end.Digest != digestOf(body) {
		return nil, wrong("is not the one that was exported: its digest is another")
	}
	d, err := h.document(lines[1 : len(lines)-1])
	if err != nil {
		return nil, err
	}
	if again, err := d.encode(); err != nil || !bytes.Equal(again, text) {
		return nil, wrong("is not in canonical form")
	}
	return d, nil
}

// document is the document of a header and the lines of items.
func (h *header) document(lines [][]byte) (d *document, err error) {
	d = &document{entity: h.Entity}
	if d.key, err = listOf(h.Key); err != nil {
		return nil, wrong("has a key that is none: %w", err)
	}
	for i, text := range lines {
		var l line
		if err := json.Unmarshal(text, &l); err != nil {
			return nil, wrong("has no item in line %d: %w", i+2, err)
		}
		it, err := entriesOf(l.Item)
		switch {
		case err != nil:
			return nil, wrong("has no item in line %d: %w", i+2, err)
		case i == 0:
			d.root = it
			continue
		case len(d.parts) > 0 && d.parts[len(d.parts)-1].inst >= stored.Inst(l.Instance):
			return nil, wrong("has its parts in another order than that of their instances, or one twice: %s", l.Instance)
		}
		d.parts = append(d.parts, part{stored.Inst(l.Instance), l.Table, it})
	}
	return d, nil
}
