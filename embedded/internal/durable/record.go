package durable

import (
	"encoding/binary"
	"fmt"
	"hash/crc64"
	"sync"

	bolt "go.etcd.io/bbolt"
)

const format = 1

// Names of buckets, and of the keys in meta. bbolt refuses empty keys, so keys
// of the journal are stored with the prefix keyPrefix.
const (
	bucketMeta   = "meta"
	bucketTables = "tables"
	bucketItems  = "items"
	bucketTokens = "tokens"
	keyFormat    = "format"
	keyDigest    = "digest"
	keyPrefix    = "."
)

const sumSize = 8

var crcTable = sync.OnceValue(func() *crc64.Table { return crc64.MakeTable(crc64.ECMA) })

// sum is the checksum of content at a place. It covers the place, so that a
// record under another key is as wrong as a changed one.
func sum(bucket, table string, key, content []byte) uint64 {
	var place []byte
	for _, s := range []string{bucket, table} {
		place = binary.AppendUvarint(place, uint64(len(s)))
		place = append(place, s...)
	}
	place = binary.AppendUvarint(place, uint64(len(key)))
	place = append(place, key...)
	return crc64.Update(crc64.Update(0, crcTable(), place), crcTable(), content)
}

// seal makes the record of content.
func seal(bucket, table string, key, content []byte) []byte {
	record := make([]byte, sumSize, sumSize+len(content))
	binary.BigEndian.PutUint64(record, sum(bucket, table, key, content))
	return append(record, content...)
}

// open returns the content of a record after checking it.
func open(bucket, table string, key, record []byte) ([]byte, error) {
	if len(record) < sumSize || recordSum(record) != sum(bucket, table, key, record[sumSize:]) {
		return nil, fmt.Errorf("%w: checksum of %s %q %x", ErrCorrupt, bucket, table, key)
	}
	return record[sumSize:], nil
}

// recordSum is the stored checksum, 0 for a record that has none.
func recordSum(record []byte) uint64 {
	if len(record) < sumSize {
		return 0
	}
	return binary.BigEndian.Uint64(record)
}

// digest represents the set of all records. Records are added and removed by
// their checksums, in any order.
type digest struct{ count, sum uint64 }

func (d *digest) add(record []byte) {
	d.count++
	d.sum += recordSum(record)
}

func (d *digest) remove(record []byte) {
	d.count--
	d.sum -= recordSum(record)
}

func loadDigest(tx *bolt.Tx) (digest, error) {
	b := tx.Bucket([]byte(bucketMeta)).Get([]byte(keyDigest))
	if len(b) != 16 {
		return digest{}, fmt.Errorf("%w: digest of %d bytes", ErrCorrupt, len(b))
	}
	return digest{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])}, nil
}

func (d digest) store(tx *bolt.Tx) error {
	b := binary.BigEndian.AppendUint64(nil, d.count)
	b = binary.BigEndian.AppendUint64(b, d.sum)
	return tx.Bucket([]byte(bucketMeta)).Put([]byte(keyDigest), b)
}

// recognize distinguishes a file of this package from a fresh one and from all
// others.
func recognize(tx *bolt.Tx) (fresh bool, err error) {
	meta := tx.Bucket([]byte(bucketMeta))
	if meta == nil {
		if k, _ := tx.Cursor().First(); k != nil {
			return false, ErrFormat
		}
		return true, nil
	}
	got := meta.Get([]byte(keyFormat))
	for _, name := range []string{bucketTables, bucketItems, bucketTokens} {
		if got == nil || tx.Bucket([]byte(name)) == nil {
			return false, ErrFormat
		}
	}
	if len(got) != 1 || got[0] != format {
		return false, fmt.Errorf("%w: format %x, this program reads %x", ErrFormat, got, []byte{format})
	}
	return false, nil
}

// initialize makes the buckets of a fresh file.
func initialize(tx *bolt.Tx) error {
	for _, name := range []string{bucketMeta, bucketTables, bucketItems, bucketTokens} {
		if _, err := tx.CreateBucket([]byte(name)); err != nil {
			return err
		}
	}
	if err := tx.Bucket([]byte(bucketMeta)).Put([]byte(keyFormat), []byte{format}); err != nil {
		return err
	}
	return digest{}.store(tx)
}
