package durable

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	bolt "go.etcd.io/bbolt"
)

// bbolt follows the page numbers and positions that it reads. If damage makes a
// page number lead back, bbolt goes round for ever. A position beyond the end
// can break the program in a way that it cannot recover from. So the pages of
// all buckets are walked here first. They must form a tree, and each page must
// have the elements that it says it has.

// The layout of bbolt's pages, version 2, in the byte order of the machine: a
// header (id 8 bytes, flags 2, count 2, overflow 4), then count elements.
// Positions count from the element.
const (
	headerSize  = 16
	elementSize = 16 // branch: position 4, key size 4, page 8; leaf: flags 4, position 4, key size 4, value size 4
	branchPage  = 0x01
	leafPage    = 0x02
	bucketLeaf  = 0x01 // the value is a bucket: root page 8, sequence 8, and with root 0 a whole small page
	bucketSize  = 16
)

var order = binary.NativeEndian

// pages walks the pages of a file.
type pages struct {
	file io.ReaderAt
	size int      // of a page
	seen []bool   // by number
	next []uint64 // still to be visited
}

// checkPages reports pages that are used twice or are not pages of the file.
func checkPages(tx *bolt.Tx, file io.ReaderAt) error {
	size := tx.DB().Info().PageSize
	p := pages{file: file, size: size, seen: make([]bool, tx.Size()/int64(size))}
	p.next = append(p.next, uint64(tx.Cursor().Bucket().Root()))
	first := make([]byte, size)
	for len(p.next) > 0 {
		id := p.next[len(p.next)-1]
		p.next = p.next[:len(p.next)-1]
		if err := p.visit(id, first); err != nil {
			return fmt.Errorf("%w: page %d: %w", ErrCorrupt, id, err)
		}
	}
	return nil
}

// visit checks one page; first is room for its beginning.
func (p *pages) visit(id uint64, first []byte) error {
	if err := p.take(id); err != nil {
		return err
	}
	start := int64(id) * int64(p.size)
	if _, err := p.file.ReadAt(first, start); err != nil {
		return err
	}
	if order.Uint64(first) != id {
		return fmt.Errorf("has the number %d", order.Uint64(first))
	}
	overflow := uint64(order.Uint32(first[12:]))
	if overflow >= uint64(len(p.seen)) {
		return fmt.Errorf("overflows into %d pages, more than the file has", overflow)
	}
	for i := range overflow {
		if err := p.take(id + 1 + i); err != nil {
			return err
		}
	}
	whole := io.NewSectionReader(p.file, start, int64(overflow+1)*int64(p.size))
	return p.elements(first, whole, p.bucket)
}

// take marks a page as visited and refuses one that already is.
func (p *pages) take(id uint64) error {
	if id < 2 || id >= uint64(len(p.seen)) || p.seen[id] {
		return fmt.Errorf("page %d is outside the file or in use elsewhere", id)
	}
	p.seen[id] = true
	return nil
}

// elements checks that a page contains its elements with their keys and values.
// first is the beginning of the page, which has been read already.
func (p *pages) elements(first []byte, page *io.SectionReader, bucket func([]byte) error) error {
	flags, count := order.Uint16(first[8:]), int(order.Uint16(first[10:]))
	if flags != branchPage && flags != leafPage {
		return fmt.Errorf("has the unknown kind %#x", flags)
	}
	elements := first[headerSize:]
	if length := count * elementSize; length > len(elements) {
		elements = make([]byte, length)
		if _, err := page.ReadAt(elements, headerSize); err != nil {
			return err
		}
	}
	for i := range count {
		e := elements[i*elementSize:]
		at := int64(headerSize + i*elementSize)
		if flags == branchPage {
			if at+number(e)+number(e[4:]) > page.Size() {
				return errBeyond
			}
			p.next = append(p.next, order.Uint64(e[8:]))
			continue
		}
		value := at + number(e[4:]) + number(e[8:])
		if value+number(e[12:]) > page.Size() {
			return errBeyond
		}
		if order.Uint32(e)&bucketLeaf != 0 {
			b := make([]byte, min(number(e[12:]), int64(p.size)))
			if _, err := page.ReadAt(b, value); err != nil {
				return err
			}
			if err := bucket(b); err != nil {
				return err
			}
		}
	}
	return nil
}

// bucket checks the value of a bucket.
func (p *pages) bucket(value []byte) error {
	if len(value) < bucketSize {
		return errBeyond
	}
	if root := order.Uint64(value); root != 0 {
		p.next = append(p.next, root)
		return nil
	}
	small := value[bucketSize:]
	if len(small) < headerSize || order.Uint16(small[8:]) != leafPage {
		return errors.New("has a bucket without a leaf page")
	}
	return p.elements(small, io.NewSectionReader(bytes.NewReader(small), 0, int64(len(small))), func([]byte) error {
		return errors.New("has a bucket inside an inline bucket")
	})
}

var errBeyond = errors.New("has an element that ends beyond the page")

func number(b []byte) int64 { return int64(order.Uint32(b)) }
