// Package durable keeps the state of an embedded engine in one file, as a
// journal.Journal. A batch that Commit acknowledged is on disk: it survives the
// end of the process, however abrupt, and (as far as the disk keeps what fsync
// promises) of the machine. A batch that was being written when the process
// died is there as a whole or not at all.
//
// # File
//
// The file is a bbolt database, whose pages are copied on write and switched
// over by a checksummed header:
//
//	meta    format -> 1, digest -> number and sum of all records
//	tables  name -> record of the definition
//	items   one bucket per table: key -> record of the item
//	tokens  token -> record
//
// bbolt does not check the pages it reads, so this package does: that they are
// a tree, when the file is opened, and every record. A record is
// the CRC-64 of its place and content followed by the content; the digest in
// meta sums up all records. A flipped bit in a record, a page that is missing
// and a page that is there twice are found when the state is loaded, and
// reported as ErrCorrupt instead of being served. One kind of damage cannot be
// told from a commit that was cut off: when the newest header itself is
// destroyed, the state before the last batch comes back.
package durable
