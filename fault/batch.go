package fault

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
)

// object is a JSON object with some members that matter.
type object = map[string]json.RawMessage

// Unprocessed: of a BatchGetItem or BatchWriteItem only the first keep entries
// are executed; the others come back as UnprocessedKeys or UnprocessedItems.
// Tables count in the order of their names. With 0, nothing is executed.
//
// The request that reaches the engine is not the one the client signed: this
// fault is for engines that do not verify signatures, which excludes AWS
// (unless keep is 0).
func Unprocessed(keep int) Fault {
	return Fault{
		name: "unprocessed",
		ops:  []string{"BatchGetItem", "BatchWriteItem"},
		do:   func(c *call) (*answer, error) { return c.partly(max(keep, 0)) },
	}
}

func (c *call) partly(keep int) (*answer, error) {
	var request object
	var tables map[string]json.RawMessage
	if json.Unmarshal(c.body, &request) != nil || json.Unmarshal(request["RequestItems"], &tables) != nil {
		return c.pass() // not a batch: the engine refuses it
	}
	first, rest := object{}, object{}
	total := 0
	for _, table := range slices.Sorted(maps.Keys(tables)) {
		entries, shape := batchEntries(tables[table])
		if shape == nil {
			return c.pass()
		}
		if total += len(entries); total > batchLimit(c.op) {
			return c.pass() // too large for any engine; a part of it would hide that
		}
		n := min(keep, len(entries))
		keep -= n
		if n > 0 {
			first[table] = shape(entries[:n])
		}
		if n < len(entries) {
			rest[table] = shape(entries[n:])
		}
	}
	unprocessed := "UnprocessedItems"
	reply := map[string]any{}
	if c.op == "BatchGetItem" {
		unprocessed = "UnprocessedKeys"
		reply["Responses"] = object{}
	}
	switch {
	case len(rest) == 0:
		return c.pass()
	case len(first) == 0:
		reply[unprocessed] = rest
		return newAnswer(200, reply), nil
	}
	request["RequestItems"] = marshal(first)
	a, err := c.send(c.req, marshal(request))
	if err != nil || a.status != 200 {
		return a, err
	}
	return a, a.merge(unprocessed, rest)
}

// batchLimit is how many entries the service takes in one request.
func batchLimit(op string) int {
	if op == "BatchGetItem" {
		return 100
	}
	return 25
}

// batchEntries returns the keys or write requests of one table, and a function
// that puts some of them back into the form that they had: a list of write
// requests, or an object whose Keys go with a projection and other members.
func batchEntries(table json.RawMessage) (entries []json.RawMessage, shape func([]json.RawMessage) json.RawMessage) {
	if json.Unmarshal(table, &entries) == nil {
		return entries, func(some []json.RawMessage) json.RawMessage { return marshal(some) }
	}
	var get object
	if json.Unmarshal(table, &get) != nil || json.Unmarshal(get["Keys"], &entries) != nil {
		return nil, nil
	}
	return entries, func(some []json.RawMessage) json.RawMessage {
		part := maps.Clone(get)
		part["Keys"] = marshal(some)
		return marshal(part)
	}
}

// merge adds the entries that were held back to those that the engine itself
// left unprocessed.
func (a *answer) merge(member string, rest object) error {
	var reply object
	if err := json.Unmarshal(a.body, &reply); err != nil {
		return err
	}
	var own object
	if json.Unmarshal(reply[member], &own) != nil || own == nil {
		own = object{}
	}
	for table, held := range rest {
		if present, ok := own[table]; ok {
			before, _ := batchEntries(present)
			entries, shape := batchEntries(held)
			held = shape(append(before, entries...))
		}
		own[table] = held
	}
	reply[member] = marshal(own)
	a.setBody(reply)
	return nil
}

// Shuffle: a BatchGetItem is executed, and its items come in another order. The
// order depends on the seed only. The service promises no order.
func Shuffle(seed uint64) Fault {
	return Fault{name: "shuffled", ops: []string{"BatchGetItem"}, do: func(c *call) (*answer, error) {
		a, err := c.pass()
		if err != nil || a.status != 200 {
			return a, err
		}
		var reply object
		var tables map[string][]json.RawMessage
		if json.Unmarshal(a.body, &reply) != nil || json.Unmarshal(reply["Responses"], &tables) != nil {
			return a, nil
		}
		rng := rand.New(rand.NewPCG(seed, seed))
		for _, table := range slices.Sorted(maps.Keys(tables)) {
			items := tables[table]
			rng.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		}
		reply["Responses"] = marshal(tables)
		a.setBody(reply)
		return a, nil
	}}
}

func marshal(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic("fault: " + err.Error()) // v is made of JSON that was read before
	}
	return b
}
