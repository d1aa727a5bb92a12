package codecs

import (
	"fmt"
	"reflect"
	"time"
)

// Wide is a struct of 75 fields.
type Wide struct {
	S00, S01, S02, S03, S04, S05, S06, S07, S08, S09, S10, S11, S12      string
	S13, S14, S15, S16, S17, S18, S19, S20, S21, S22, S23, S24           string
	I00, I01, I02, I03, I04, I05, I06, I07, I08, I09, I10, I11, I12, I13 int64
	I14                                                                  uint32
	F00, F01, F02, F03, F04, F05, F06, F07, F08, F09                     float64
	B00, B01, B02, B03, B04, B05, B06, B07, B08, B09                     bool
	T00, T01, T02, T03, T04                                              time.Time
	L00, L01, L02, L03, L04                                              []string
	X00, X01, X02, X03, X04                                              []byte
}

// NewWide returns a Wide in which no field is zero.
func NewWide() Wide {
	var w Wide
	v := reflect.ValueOf(&w).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i).Addr().Interface().(type) {
		case *string:
			*f = fmt.Sprintf("value of field %d", i)
		case *int64:
			*f = int64(i) * 1_000_003
		case *uint32:
			*f = 42
		case *float64:
			*f = float64(i) + 0.25
		case *bool:
			*f = true
		case *time.Time:
			*f = time.Unix(1_700_000_000+int64(i), 0).UTC()
		case *[]string:
			*f = []string{"first", "second", "third"}
		case *[]byte:
			*f = []byte("sixteen bytes...")
		}
	}
	return w
}
