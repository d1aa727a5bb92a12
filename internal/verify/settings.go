package verify

import "fmt"

// setting is what the tables of one object should have in common.
type setting struct {
	subject   string
	of        func(*state) told
	operation string // that describes it
	near      bool   // only tables of one region should
	why, mend string
}

// The capacity and the class of tables may differ on purpose: a part may be read rarely.
var settings = []setting{
	{"billing mode", (*state).billing, "DescribeTable", true,
		"an object is written in one transaction, which the table with the least capacity throttles", "change it with UpdateTable"},
	{"point-in-time recovery", func(s *state) told { return s.recovery }, "DescribeContinuousBackups", false,
		"an object is whole only if all its tables are restored to one moment", "change it with UpdateContinuousBackups"},
	{"deletion protection", (*state).protection, "DescribeTable", false,
		"without one of its tables an object cannot be read", "change it with UpdateTable"},
	{"encryption", (*state).encryption, "DescribeTable", true, // a key is of one region
		"who may use only one of the keys reads no object, and losing one loses all", "change it with UpdateTable (SSESpecification)"},
	{"replicas", (*state).replicas, "DescribeTable", true,
		"where only some of its tables are, an object cannot be read", "change them with UpdateTable (ReplicaUpdates)"},
}

// settings compares a table with the first one, and with the first one of its region.
// Without such a one it only says what is not known.
func (l list) settings(s, first, near *state) {
	for _, x := range settings {
		first := first
		if x.near {
			first = near
		}
		got := x.of(s)
		wanted := "as the other tables"
		if first != nil {
			wanted = fmt.Sprintf("%s, as table %s", x.of(first).text, first.name)
		}
		switch {
		case got.unknown != "":
			l.unchecked(x.subject, "as the other tables", got.unknown, x.operation)
		case first == nil || x.of(first).unknown != "" || got.text == x.of(first).text:
		default:
			l.add(Finding{Subject: x.subject, Severity: Warning, Found: got.text, Wanted: wanted, Why: x.why, Mend: x.mend})
		}
	}
}
