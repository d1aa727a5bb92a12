package packed

import (
	"encoding/base64"
	"unicode/utf8"
)

// AppendJSON appends the item as DynamoDB writes it in JSON, with its names in
// order.
func (it Item) AppendJSON(dst []byte) []byte {
	c, n := it.fields()
	return c.appendFields(dst, n)
}

func (c *cursor) appendFields(dst []byte, n int) []byte {
	dst = append(dst, '{')
	for i := range n {
		dst = comma(dst, i)
		dst = append(AppendText(dst, c.text()), ':')
		dst = c.appendValue(dst)
	}
	return append(dst, '}')
}

func comma(dst []byte, i int) []byte {
	if i > 0 {
		return append(dst, ',')
	}
	return dst
}

func (c *cursor) appendValue(dst []byte) []byte {
	switch c.byte() {
	case tagS:
		dst = AppendText(append(dst, `{"S":`...), c.text())
	case tagN:
		dst = AppendText(append(dst, `{"N":`...), c.text())
	case tagB:
		dst = appendBinary(append(dst, `{"B":`...), c.text())
	case tagSS:
		dst = c.appendSet(append(dst, `{"SS":`...), AppendText)
	case tagNS:
		dst = c.appendSet(append(dst, `{"NS":`...), AppendText)
	case tagBS:
		dst = c.appendSet(append(dst, `{"BS":`...), appendBinary)
	case tagM:
		dst = c.appendFields(append(dst, `{"M":`...), c.count())
	case tagL:
		dst = append(dst, `{"L":[`...)
		for i := range c.count() {
			dst = c.appendValue(comma(dst, i))
		}
		dst = append(dst, ']')
	case tagTrue:
		dst = append(dst, `{"BOOL":true`...)
	case tagFalse:
		dst = append(dst, `{"BOOL":false`...)
	default:
		dst = append(dst, `{"NULL":true`...)
	}
	return append(dst, '}')
}

func (c *cursor) appendSet(dst []byte, write func([]byte, string) []byte) []byte {
	dst = append(dst, '[')
	for i := range c.count() {
		dst = write(comma(dst, i), c.text())
	}
	return append(dst, ']')
}

func appendBinary(dst []byte, s string) []byte {
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, []byte(s))
	return append(dst, '"')
}

// AppendText appends a JSON string. Bytes that are not UTF-8 become U+FFFD,
// because JSON cannot carry them.
func AppendText(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	from := 0 // the bytes before it are written
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(append(dst, s[from:i]...), "\ufffd"...)
				from = i + 1
			}
			i += size
			continue
		}
		if c < ' ' || c == '"' || c == '\\' {
			dst = append(dst, s[from:i]...)
			if c < ' ' {
				dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			} else {
				dst = append(dst, '\\', c)
			}
			from = i + 1
		}
		i++
	}
	return append(append(dst, s[from:]...), '"')
}
