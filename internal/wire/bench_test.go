package wire_test

import (
	"fmt"
	"testing"

	"github.com/dystore/dystore/internal/wire"
)

func bodyOf(n int, record bool) []byte {
	b := []byte(`{"Count":1000,"Items":[`)
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, fmt.Sprintf(`{"at":{"S":"2024-05-06T07:08:09Z"},"customer":{"S":"customer-1"},"number":{"S":"number-%06d"},"paid":{"BOOL":true},"price":{"N":"12.5"},"product":{"S":"a product with a name"},"quantity":{"N":"12"},"tags":{"L":[{"S":"one"},{"S":"two"}]}`, i)...)
		if record {
			b = append(b, `,"_meta":{"M":{"b":{"B":"AQEBAQEBAQEBAQEBAQEBAQ=="},"c":{"N":"1732941234567"},"e":{"S":"Order"},"f":{"N":"1"},"l":{"S":"4P7xk2Wm9QzR3tYb"},"r":{"L":[{"B":"AQEBAQEBAQEBAQEBAQEBAQ=="},{"B":"AAAAAAAAAAAAAAAAAAAAAA=="},{"B":"AAAAAAAAAAAAAAAAAAAAAA=="},{"B":"AAAAAAAAAAAAAAAAAAAAAA=="},{"B":"AAAAAAAAAAAAAAAAAAAAAA=="},{"B":"AAAAAAAAAAAAAAAAAAAAAA=="},{"B":"AAAAAAAAAAAAAAAAAAAAAA=="},{"B":"AAAAAAAAAAAAAAAAAAAAAA=="}]},"u":{"N":"1732941234567"},"v":{"N":"1"},"y":{"L":[]}}}`...)
		}
		b = append(b, '}')
	}
	return append(b, `]}`...)
}

func BenchmarkRead(b *testing.B) {
	for _, record := range []bool{false, true} {
		body := bodyOf(1000, record)
		b.Run(fmt.Sprint("record=", record), func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := wire.Read(body, wire.Page, "_meta"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
