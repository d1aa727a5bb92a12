package linear

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/meta"
)

// witness notes which operations are executed and which are applied. It looks at the
// requests that reach the engine and at what they change, not at the answers.
type witness struct {
	s *schedule
	p *packet
}

func (w witness) Do(req *http.Request) (*http.Response, error) {
	if w.p.op == nil { // of the schedule itself
		return w.s.engine.Do(req)
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	changes, token := effect(w.p.verb, body)
	before := w.s.standing()
	res, err := w.s.engine.Do(req)
	now, applied, replayed := w.s.step*2, false, false
	if changes && err == nil && res.StatusCode == http.StatusOK {
		replayed = w.s.tokens[token]
		w.s.tokens[token] = token != ""
		applied = w.s.changed(w.p, body, before, w.s.standing()) || !replayed && token != "" && !(w.p.op.staged && kit.Pins(w.p.verb, body))
	}
	for _, o := range w.p.about {
		m := w.s.moments[o.id]
		m.executed = append(m.executed, now)
		m.buried = m.buried || before[0].void || before[1].void
		if m.replayed = m.replayed || replayed; applied {
			m.applied = append(m.applied, now)
		}
		w.s.moments[o.id] = m
	}
	return res, err
}

// root is the root item of an object.
type root struct {
	shown    string    // what readers can see of it, "" for nothing: it may be a placeholder
	last     stored.ID // the last write that its record names
	unsealed bool      // the record does not say which fields are encrypted
	void     bool      // the record counts as absent: the object is being created, or taken apart
}

// standing are the root items of the objects.
func (s *schedule) standing() (out [pair]root) {
	for n := range s.objects {
		found, err := s.db.GetItem(context.Background(), &dynamodb.GetItemInput{TableName: &s.world.estate.tables[n], Key: s.world.estate.key(n), ConsistentRead: aws.Bool(true)})
		if err != nil {
			panic(err)
		}
		record, err := stored.Decode(found.Item["_meta"])
		if err == nil {
			out[n].last, out[n].void, out[n].unsealed = record.WriteID(), record.Void, record.Policy == nil
		}
		if found.Item == nil || out[n].void {
			continue
		}
		text, err := item.AppendCanonical(nil, &types.AttributeValueMemberM{Value: found.Item})
		if err != nil {
			panic(err)
		}
		out[n].shown = string(text)
	}
	return out
}

// changed reports whether a packet has changed what readers see: a staged write also
// writes copies and placeholders, which nobody sees. It learns the write ids of the
// library.
func (s *schedule) changed(p *packet, body []byte, before, after [pair]root) (changed bool) {
	for n := range s.objects {
		switch {
		case before[n].shown == after[n].shown:
		case p.op.staged && kit.Adopts(p.verb, body):
			s.adopted(p, n, after[n])
		case p.op.fence && after[n].shown != "":
			p.fenced(s, n, after[n])
		default:
			changed = true
			for _, o := range p.about {
				if !o.named && o.repeat == 0 && after[n].last != (stored.ID{}) && (o.ops != nil || o.object == n) {
					s.ids.Learn(meta.WriteID(after[n].last), o.id)
				}
			}
		}
	}
	return changed
}

// adopted notes an adoption. It is an operation of its own: it stays although the write
// that it was for may be refused.
func (s *schedule) adopted(p *packet, object int, now root) {
	s.ops++
	o := &op{id: s.ops, verb: adopt, object: object, by: another, adopter: p.op.id, unsealed: now.unsealed}
	for _, sub := range p.about {
		if sub.object == object && sub.ops == nil {
			o.adopter = sub.id
		}
	}
	s.ids.Learn(meta.WriteID(now.last), o.id)
	s.records = append(s.records, &record{op: o, result: &result{kind: done}, from: s.step * 2, to: s.step * 2})
	s.log(nil, "%v", o)
}

// effect reports whether a request can change anything, because a transaction
// may consist of checks, and under which token.
func effect(verb string, body []byte) (changes bool, token string) {
	if verb != "TransactWriteItems" {
		return writes(verb), ""
	}
	var in struct {
		ClientRequestToken string
		TransactItems      []map[string]json.RawMessage
	}
	if err := json.Unmarshal(body, &in); err != nil {
		panic(err)
	}
	return slices.ContainsFunc(in.TransactItems, func(item map[string]json.RawMessage) bool { return item["ConditionCheck"] == nil }), in.ClientRequestToken
}

// moments are the times at which the engine executed a request of an operation,
// and at which it applied one.
type moments struct {
	executed, applied []int64
	replayed          bool // one was answered without effect: its token had been applied
	buried            bool // an object was being taken apart then, and its record may have said what was done to it
}
