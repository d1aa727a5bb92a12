package stored_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// A second decoder, written from internal/docs/format.md alone: no code and no
// constant is shared with the library. It panics where something is not as the
// document says; specRead makes an error of that.

type (
	av  = types.AttributeValue
	avS = types.AttributeValueMemberS
	avN = types.AttributeValueMemberN
	avB = types.AttributeValueMemberB
	avL = types.AttributeValueMemberL
	avM = types.AttributeValueMemberM
	doc = map[string]types.AttributeValue
)

// spec is one object to be read.
type spec struct {
	record  string   // attribute of the record
	keys    []string // key attributes of the root's table
	part    func(table, attribute, key string) doc
	secrets map[uint32][]byte

	root    doc
	meta    doc
	compact bool // format 3
	key     []av
	layout  []specPlace
	elems   map[string]doc // documents of list elements, by instance
}

type specPlace struct {
	path            []string
	kind, table, at string
	small           bool
}

type specStep struct {
	kind byte
	text string
}

func specRead(root doc, s spec) (out doc, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("second decoder: %v", p)
		}
	}()
	s.root, s.elems = root, map[string]doc{}
	return s.read(), nil
}

func must(ok bool, format string, args ...any) {
	if !ok {
		panic(fmt.Sprintf(format, args...))
	}
}

// read is the section "Putting an object together".
func (s *spec) read() doc {
	out := doc{}
	for name, v := range s.root {
		if name != s.record {
			out[name] = v
		}
	}
	rec, ok := s.root[s.record]
	if !ok {
		return out
	}
	s.meta = rec.(*avM).Value
	format := s.meta["f"].(*avN).Value
	must(format == "1" || format == "3", "format %v", format)
	s.imply(format == "3")
	for _, k := range s.keys {
		s.key = append(s.key, s.root[k])
	}
	s.readLayout()
	s.checkRecord()
	type todo struct {
		inst  string
		steps []specStep
		order bool
	}
	var list []todo
	if _, divided := s.meta["m"]; divided {
		for inst := range s.meta["o"].(*avM).Value {
			list = append(list, todo{inst, specSteps(inst), true})
		}
		for inst := range s.meta["m"].(*avM).Value {
			list = append(list, todo{inst, specSteps(inst), false})
		}
	}
	for n := 1; n < 100; n++ {
		for _, t := range list {
			if len(t.steps) == n {
				s.put(out, t.inst, t.steps, t.order)
			}
		}
	}
	s.open(out)
	return out
}

// imply is the section "What is implied".
func (s *spec) imply(compact bool) {
	s.meta, s.compact = maps.Clone(s.meta), compact
	if !compact {
		return
	}
	imply := func(name string, v av) {
		if s.meta[name] == nil {
			s.meta[name] = v
		}
	}
	must(s.meta["b"] != nil || s.meta["v"].(*avN).Value == "1", "birth")
	imply("b", s.meta["r"].(*avL).Value[0])
	imply("u", s.meta["c"])
	imply("y", &avL{})
	imply("l", &avS{Value: "47DEQpj8HBSa-_TI"})
}

func (s *spec) checkRecord() {
	for _, name := range []string{"v", "c", "u"} {
		_, err := strconv.ParseInt(s.meta[name].(*avN).Value, 10, 64)
		must(err == nil, "%s: %v", name, err)
	}
	must(len(s.meta["b"].(*avB).Value) == 16, "birth")
	ring := s.meta["r"].(*avL).Value
	must(len(ring) == 8 || s.compact && len(ring) > 0 && len(ring) < 8, "%d write ids", len(ring))
	for n, id := range ring {
		length := len(id.(*avB).Value)
		must(length == 16 || s.compact && n > 0 && length == 0, "write id")
	}
	_, m := s.meta["m"]
	_, o := s.meta["o"]
	_, n := s.meta["n"]
	must(m == o && o == n, "m, o and n belong together")
	if m {
		must(len(s.layout) > 0 || len(s.meta["m"].(*avM).Value) > 0, "an empty manifest without a layout")
		dynamic := 0
		for inst := range s.meta["m"].(*avM).Value {
			for _, step := range specSteps(inst) {
				if step.kind != '.' {
					dynamic++
					break
				}
			}
		}
		must(s.meta["n"].(*avN).Value == strconv.Itoa(dynamic), "n is %v, not %d", s.meta["n"], dynamic)
	}
}

// readLayout is the section "Layout".
func (s *spec) readLayout() {
	var hashed bytes.Buffer
	text := func(t string) {
		_ = binary.Write(&hashed, binary.BigEndian, uint64(len(t)))
		hashed.WriteString(t)
	}
	for _, e := range s.meta["y"].(*avL).Value {
		m := e.(*avM).Value
		p := specPlace{kind: m["k"].(*avS).Value}
		for _, seg := range m["p"].(*avL).Value {
			p.path = append(p.path, seg.(*avS).Value)
		}
		if p.kind != "wl" && p.kind != "wm" {
			must(p.kind == "o" || p.kind == "l" || p.kind == "m", "kind %s", p.kind)
			p.table, p.at = m["t"].(*avS).Value, "_id"
			if a, ok := m["a"]; ok {
				p.at = a.(*avS).Value
			}
		}
		_, p.small = m["w"]
		text(p.kind)
		text(p.table)
		text(p.at)
		text(strconv.FormatBool(p.small))
		text(strconv.Itoa(len(p.path)))
		for _, seg := range p.path {
			text(seg)
		}
		s.layout = append(s.layout, p)
	}
	sum := sha256.Sum256(hashed.Bytes())
	id, version, versioned := strings.Cut(s.meta["l"].(*avS).Value, ".")
	must(id == url64(sum[:12]), "layout id")
	if versioned {
		n, err := strconv.Atoi(version)
		must(err == nil && n > 1 && strconv.Itoa(n) == version, "version of the model")
	}
}

func url64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// specSteps is the grammar of instances.
func specSteps(inst string) []specStep {
	var steps []specStep
	kind, text := byte('.'), ""
	for i := 0; i <= len(inst); i++ {
		switch {
		case i == len(inst) || strings.IndexByte(".#:", inst[i]) >= 0:
			must(kind != '.' || text != "", "%q: empty name", inst)
			if kind == '#' {
				id, err := base64.RawURLEncoding.DecodeString(text)
				must(err == nil && len(id) == 8 && url64(id) == text, "%q: id", inst)
			}
			steps = append(steps, specStep{kind, text})
			if i < len(inst) {
				kind, text = inst[i], ""
			}
		case inst[i] == '~':
			i++
			must(i < len(inst) && strings.IndexByte("~.#:", inst[i]) >= 0, "%q: escape", inst)
			text += inst[i : i+1]
		default:
			text += inst[i : i+1]
		}
	}
	return steps
}

func (s *spec) place(steps []specStep) specPlace {
	if last := steps[len(steps)-1]; last.kind != '.' {
		steps = steps[:len(steps)-1]
	}
	for _, p := range s.layout {
		same := len(p.path) == len(steps)
		for i := 0; same && i < len(steps); i++ {
			if steps[i].kind == '.' {
				same = p.path[i] == "."+steps[i].text
			} else {
				same = p.path[i] == string(steps[i].kind)
			}
		}
		if same {
			return p
		}
	}
	panic(fmt.Sprintf("%v has no place", steps))
}

// owner and derived are the section "Owner and derived keys".
func (s *spec) ownerText() string {
	text := segment(s.meta["e"].(*avS).Value)
	for _, k := range s.key {
		switch k := k.(type) {
		case *avS:
			text += "/S" + segment(k.Value)
		case *avN:
			text += "/N" + k.Value
		case *avB:
			text += "/B" + url64(k.Value)
		}
	}
	return text
}

func segment(t string) string {
	return strings.ReplaceAll(strings.ReplaceAll(t, "~", "~0"), "/", "~1")
}

func short(text string) string {
	if len(text) <= 1024 {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	return "~h" + url64(sum[:])
}

// load fetches a part and checks that it is this version's.
func (s *spec) load(inst string, steps []specStep) doc {
	var table, at, key string
	var stamp []byte
	switch e := s.meta["m"].(*avM).Value[inst].(type) {
	case *avB:
		p := s.place(steps)
		must(p.table != "", "%s: no table", inst)
		table, at, key, stamp = p.table, p.at, short(s.ownerText()+"/"+segment(inst)), e.Value
	case *avM:
		table, at, key, stamp = e.Value["t"].(*avS).Value, e.Value["a"].(*avS).Value, e.Value["k"].(*avS).Value, e.Value["w"].(*avB).Value
	}
	must(len(stamp) == 16, "%s: stamp", inst)
	part := s.part(table, at, key)
	must(part != nil, "%s is not in table %s under %s", inst, table, key)
	rec := part[s.record].(*avM).Value
	must(rec["o"].(*avS).Value == short(s.ownerText()), "%s: owner", inst)
	must(bytes.Equal(rec["w"].(*avB).Value, stamp), "%s: stamp", inst)
	must(rec["p"].(*avS).Value == inst, "%s: instance", inst)
	out := doc{}
	for name, v := range part {
		if name != s.record && name != at {
			out[name] = v
		}
	}
	return out
}

func (s *spec) put(whole doc, inst string, steps []specStep, order bool) {
	last := steps[len(steps)-1]
	if !order && last.kind == '#' {
		_, ok := s.elems[inst]
		must(ok, "no list has %s", inst)
		return
	}
	parent := s.parent(whole, inst, steps)
	if !order {
		parent[last.text] = &avM{Value: s.load(inst, steps)}
		return
	}
	switch o := s.meta["o"].(*avM).Value[inst].(type) {
	case *avL:
		s.list(inst, o.Value, parent, last.text)
	case *avM:
		if _, ok := parent[last.text]; !ok {
			parent[last.text] = &avM{Value: doc{}}
		}
		for k, v := range o.Value {
			parent[last.text].(*avM).Value[k] = v
		}
	}
}

func (s *spec) list(inst string, order []av, parent doc, name string) {
	var rest []av
	if l, ok := parent[name]; ok {
		rest = l.(*avL).Value
	}
	out := &avL{Value: []av{}}
	for _, e := range order {
		id, ok := e.(*avB)
		if !ok {
			out.Value = append(out.Value, e)
			continue
		}
		must(len(id.Value) == 8, "%s: id", inst)
		at := inst + "#" + url64(id.Value)
		var v av
		if _, part := s.meta["m"].(*avM).Value[at]; part {
			v = &avM{Value: s.load(at, specSteps(at))}
		} else {
			must(len(rest) > 0, "%s: fewer values than ids", inst)
			v, rest = rest[0], rest[1:]
		}
		if m, ok := v.(*avM); ok {
			s.elems[at] = m.Value
		}
		out.Value = append(out.Value, v)
	}
	must(len(rest) == 0, "%s: more values than ids", inst)
	parent[name] = out
}

// parent finds what the last step of an instance leads out of.
func (s *spec) parent(whole doc, inst string, steps []specStep) doc {
	in := whole
	var at strings.Builder
	for i, step := range steps[:len(steps)-1] {
		if i > 0 {
			at.WriteByte(step.kind)
		}
		for _, c := range []byte(step.text) {
			if step.kind != '#' && strings.IndexByte("~.#:", c) >= 0 {
				at.WriteByte('~')
			}
			at.WriteByte(c)
		}
		switch {
		case step.kind == '#':
			d, ok := s.elems[at.String()]
			must(ok, "%s: no element %s", inst, at.String())
			in = d
		case steps[i+1].kind == '#': // the list: its element comes next
		default:
			m, ok := in[step.text].(*avM)
			must(ok, "nothing holds %s", inst)
			in = m.Value
		}
	}
	return in
}
