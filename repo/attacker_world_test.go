package repo_test

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
)

const evil = "EVIL"

// attacker can write to the tables, and has no key.
type attacker struct {
	*rand.Rand
	items map[string][]map[string]types.AttributeValue // by table
	pool  []types.AttributeValue                       // values that were somewhere
}

func (a *attacker) value() types.AttributeValue {
	switch a.IntN(12) {
	case 0:
		return &types.AttributeValueMemberNULL{Value: true}
	case 1:
		return &types.AttributeValueMemberN{Value: []string{"1", "0", "-1", "9223372036854775807", "1e30"}[a.IntN(5)]}
	case 2:
		return &types.AttributeValueMemberB{Value: make([]byte, []int{0, 8, 16, 92, 100}[a.IntN(5)])}
	case 3:
		return &types.AttributeValueMemberL{Value: []types.AttributeValue{a.value()}}
	case 4:
		return avM(map[string]types.AttributeValue{[]string{"Secret", "Plain", evil, "Inner", "Leaves"}[a.IntN(5)]: a.value()})
	case 5:
		return &types.AttributeValueMemberSS{Value: []string{evil}}
	case 6, 7:
		return avS(evil)
	case 8:
		return &types.AttributeValueMemberL{}
	case 9:
		return avM(map[string]types.AttributeValue{})
	default:
		return item.Clone(a.pool[a.IntN(len(a.pool))])
	}
}

// mutate changes something in av.
func (a *attacker) mutate(av types.AttributeValue) types.AttributeValue {
	if a.IntN(4) == 0 {
		return a.value()
	}
	switch v := av.(type) {
	case *types.AttributeValueMemberM:
		a.entries(v.Value)
		return v
	case *types.AttributeValueMemberL:
		if len(v.Value) == 0 {
			return a.value()
		}
		i := a.IntN(len(v.Value))
		switch a.IntN(5) {
		case 0:
			v.Value = slices.Delete(v.Value, i, i+1)
		case 1:
			v.Value = append(v.Value, item.Clone(v.Value[i]))
		case 2:
			v.Value = append(v.Value, a.value())
		default:
			v.Value[i] = a.mutate(v.Value[i])
		}
		return v
	case *types.AttributeValueMemberB:
		b := slices.Clone(v.Value)
		if len(b) > 0 {
			b[a.IntN(len(b))] ^= 1 << a.IntN(8)
		}
		return &types.AttributeValueMemberB{Value: b}
	}
	return a.value()
}

func (a *attacker) entries(m map[string]types.AttributeValue) {
	if len(m) == 0 {
		m[evil] = a.value()
		return
	}
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	n := names[a.IntN(len(names))]
	switch a.IntN(6) {
	case 0:
		delete(m, n)
	case 1:
		m[names[a.IntN(len(names))]] = item.Clone(m[n])
	case 2:
		m[a.inst(n)] = item.Clone(m[n])
	default:
		m[n] = a.mutate(m[n])
	}
}

// inst turns the name of an instance into another one.
func (a *attacker) inst(n string) string {
	parts := []string{"Secret", "List", "Set", "One", "Opt", "Parts", "Map", "Rows", "Stay", "Mixed", "Ptrs", "Inner", "Leaves", "Plain", evil}
	tail := []string{"." + parts[a.IntN(len(parts))], ":k", ":" + evil, "#AQEBAQEBAQE", "." + parts[a.IntN(len(parts))] + ".Secret", ""}[a.IntN(6)]
	head := n
	if a.IntN(2) == 0 {
		head = parts[a.IntN(len(parts))]
	}
	if i := strings.LastIndexAny(head, ".:#"); i > 0 && a.IntN(3) == 0 {
		head = head[:i]
	}
	return head + tail
}

// record changes the record of the root so that it can still be decoded.
func (a *attacker) record(root map[string]types.AttributeValue) {
	m, err := stored.Decode(root["_meta"])
	if err != nil {
		return
	}
	insts := []string{"One"}
	for i := range m.Parts {
		insts = append(insts, string(i))
	}
	for i := range m.Orders {
		insts = append(insts, string(i))
	}
	slices.Sort(insts)
	n := insts[a.IntN(len(insts))]
	switch a.IntN(8) {
	case 0:
		delete(m.Parts, stored.Inst(n))
	case 1:
		delete(m.Orders, stored.Inst(n))
	case 2:
		m.Orders[stored.Inst(a.inst(n))] = stored.Order{IsMap: true, Nils: []string{evil}}
	case 3:
		m.Orders[stored.Inst(a.inst(n))] = stored.Order{Elems: []stored.Element{{Nil: true}, {ID: stored.ElemID{1, 1, 1, 1, 1, 1, 1, 1}}}[:a.IntN(3)]}
	case 4:
		a.layout(m)
	case 5:
		m.Layout = nil
	default:
		// A part that the attacker has made.
		inst := stored.Inst(a.inst(n))
		table := preyTables()[1+a.IntN(len(preyTables())-1)]
		ref := stored.Ref{Stamp: stored.ID{9}, Table: table, KeyName: "_id", Key: "planted"}
		m.Parts[inst] = ref
		doc := map[string]types.AttributeValue{"Secret": avS(evil), "Plain": avS(evil), evil: a.value()}
		if a.IntN(2) == 0 {
			doc = map[string]types.AttributeValue{"Plain": avS(evil), "Inner": a.value(), "Leaves": a.value(), "Set": avM(map[string]types.AttributeValue{evil: &types.AttributeValueMemberBOOL{Value: true}})}
		}
		doc["_id"] = avS("planted")
		doc["_meta"] = stored.Part{Stamp: ref.Stamp, Owner: stored.Owner("Root", []types.AttributeValue{avS("1")}), Inst: inst}.Encode()
		a.items[table] = append(a.items[table], doc)
		if a.IntN(2) == 0 {
			delete(root, strings.FieldsFunc(string(inst), func(r rune) bool { return strings.ContainsRune(".#:", r) })[0])
		}
	}
	m.LayoutID = m.Layout.ID()
	root["_meta"] = m.Encode()
}

func (a *attacker) layout(m *stored.Root) {
	if len(m.Layout) == 0 {
		return
	}
	p := m.Layout[a.IntN(len(m.Layout))]
	kinds := []stored.PlaceKind{stored.One, stored.List, stored.Map, stored.KeptList, stored.KeptMap}
	switch a.IntN(5) {
	case 0:
		i := a.IntN(len(m.Layout))
		m.Layout = slices.Delete(slices.Clone(m.Layout), i, i+1)
	case 1:
		m.Layout = append(m.Layout, p)
	case 2:
		m.Layout[a.IntN(len(m.Layout))].Path = p.Path
	case 3:
		m.Layout[a.IntN(len(m.Layout))].Kind = kinds[a.IntN(len(kinds))]
	case 4:
		i := a.IntN(len(m.Layout))
		m.Layout[i].MayInline = !m.Layout[i].MayInline
	}
	for i := range m.Layout {
		if q := &m.Layout[i]; q.Kind != stored.KeptList && q.Kind != stored.KeptMap && q.Table == "" {
			q.Table, q.KeyName = "One", "_id"
		}
	}
}

func (a *attacker) attack() {
	for n := 1 + a.IntN(3); n > 0; n-- {
		root := a.items["Root"][0]
		switch a.IntN(6) {
		case 0, 1, 2:
			a.record(root)
		case 3, 4:
			table := preyTables()[a.IntN(len(preyTables()))]
			if items := a.items[table]; len(items) > 0 {
				it := items[a.IntN(len(items))]
				id := it["ID"]
				key := it["_id"]
				a.entries(it)
				delete(it, "ID")
				delete(it, "_id")
				if id != nil {
					it["ID"] = id
				} else {
					it["_id"] = key
				}
			}
		default:
			if m, ok := root["_meta"].(*types.AttributeValueMemberM); ok {
				n := []string{"m", "o", "m", "o", "s", "y", "v"}[a.IntN(7)]
				m.Value[n] = a.mutate(m.Value[n])
			}
		}
	}
}

func gather(av types.AttributeValue, out *[]types.AttributeValue) {
	*out = append(*out, av)
	switch v := av.(type) {
	case *types.AttributeValueMemberM:
		for _, e := range v.Value {
			gather(e, out)
		}
	case *types.AttributeValueMemberL:
		for _, e := range v.Value {
			gather(e, out)
		}
	}
}
