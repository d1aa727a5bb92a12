package large

import (
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
)

const (
	// leastMoved is how big an attribute is at least, so that it is compressed.
	leastMoved = 256
	// mostUnpacked is how much may come of compressed data. It bounds what somebody who can
	// write the table makes a reader allocate.
	mostUnpacked = 256 << 20
)

// The coders are made once: making one costs more than a part.
var (
	encoder = sync.OnceValue(func() *zstd.Encoder {
		e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
		if err != nil {
			panic(err) // wrong options
		}
		return e
	})
	decoder = sync.OnceValue(func() *zstd.Decoder {
		d, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(mostUnpacked), zstd.WithDecoderConcurrency(0))
		if err != nil {
			panic(err) // wrong options
		}
		return d
	})
)

func pack(data []byte) []byte { return encoder().EncodeAll(data, nil) }

// unpack decompresses data to a size.
func unpack(data []byte, size int64) ([]byte, error) {
	if size > mostUnpacked {
		return nil, fmt.Errorf("compressed data of %d bytes; at most %d are read", size, mostUnpacked)
	}
	out, err := decoder().DecodeAll(data, nil)
	if err != nil {
		return nil, fmt.Errorf("compressed data: %w", err)
	}
	return out, nil
}

// Unpacked reads compressed data. The end frees what that takes.
func Unpacked(data io.Reader) (unpacked io.Reader, end func(), err error) {
	d, err := zstd.NewReader(data, zstd.WithDecoderMaxMemory(mostUnpacked), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, nil, err
	}
	return d, d.Close, nil
}
