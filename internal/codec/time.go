package codec

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var timeType = reflect.TypeFor[time.Time]()

// isTime reports whether t is time.Time or a type made from it.
func isTime(t reflect.Type) bool { return t.Kind() == reflect.Struct && t.ConvertibleTo(timeType) }

// time compiles time.Time: RFC 3339 text, or seconds under unixtime. Either
// form is read whatever the option says, as attributevalue does, so that the
// option can be added to a field whose items exist.
func (b *builder) time(c *Codec) options {
	c.kind, c.want, c.leafZero = String, "S or N", true
	c.enc, c.dec, c.instant = encodeTime, decodeTime, c.opts&unixTime == 0
	if c.opts&unixTime != 0 {
		c.kind, c.ordered, c.seconds = Number, true, true
	}
	return unixTime
}

func encodeTime(c *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
	t := timeOf(v)
	if c.opts&unixTime != 0 {
		if d.exact {
			return ExactSeconds(t), nil
		}
		return d.integer(c, t.Unix()), nil
	}
	var own [len(time.RFC3339Nano)]byte
	text, ok := AppendInstant(own[:0], t)
	if !ok {
		return nil, c.valueError("the year is outside 0 to 9999")
	}
	return d.made.String(string(text)), nil
}

// AppendInstant appends the RFC 3339 text of t, which ends with year 9999: then it is not
// ok.
func AppendInstant(dst []byte, t time.Time) (text []byte, ok bool) {
	if _, offset := t.Zone(); offset%60 != 0 || offset <= -24*3600 || offset >= 24*3600 {
		// RFC 3339 writes zones in minutes: the seconds would be lost and the
		// instant with them, or the text could not be read again.
		t = t.UTC()
	}
	if y := t.Year(); y < 0 || y > 9999 {
		return nil, false
	}
	return t.AppendFormat(dst, time.RFC3339Nano), true
}

// ExactSeconds is t in seconds since 1970, with the fraction that Unix rounds
// down.
func ExactSeconds(t time.Time) *types.AttributeValueMemberN {
	sec, nsec, sign := t.Unix(), t.Nanosecond(), ""
	if nsec == 0 {
		return &types.AttributeValueMemberN{Value: strconv.FormatInt(sec, 10)}
	}
	if sec < 0 { // Nanosecond counts upwards from Unix
		sec, nsec, sign = -(sec + 1), 1e9-nsec, "-"
	}
	return &types.AttributeValueMemberN{Value: strings.TrimRight(fmt.Sprintf("%s%d.%09d", sign, sec, nsec), "0")}
}

func decodeTime(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	var t time.Time
	switch tv := av.(type) {
	case *types.AttributeValueMemberS:
		if tv == nil {
			return c.mismatch(av)
		}
		parsed, err := time.Parse(time.RFC3339, tv.Value)
		if err != nil {
			return c.valueError("the string is not an RFC 3339 time")
		}
		t = parsed
	case *types.AttributeValueMemberN:
		if tv == nil {
			return c.mismatch(av)
		}
		sec, err := strconv.ParseInt(tv.Value, 10, 64)
		if err != nil {
			return c.valueError("the number is not one of seconds since 1970")
		}
		// In UTC: what is read must not depend on the machine's zone.
		t = time.Unix(sec, 0).UTC()
	default:
		return c.mismatch(av)
	}
	if c.typ == timeType {
		*dst.Addr().Interface().(*time.Time) = t
		return nil
	}
	dst.Set(reflect.ValueOf(t).Convert(c.typ))
	return nil
}

func timeOf(v reflect.Value) time.Time {
	if v.Type() != timeType {
		v = v.Convert(timeType)
	} else if v.CanAddr() {
		return *v.Addr().Interface().(*time.Time)
	}
	return v.Interface().(time.Time)
}
