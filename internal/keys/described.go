package keys

// Component is one component of an attribute of a joined key, as data.
type Component struct {
	Word  string // the same in all keys; or
	Field string // the name of an attribute
	Form  string // of the field: text, time, integer, seconds or binary
}

var joinedForms = map[joinedForm]string{
	joinedText: "text", joinedTime: "time", joinedNumber: "integer", joinedSeconds: "seconds", joinedBinary: "binary",
}

// Components are what an attribute of the key is made of. There are none in a key that
// is not joined.
func (s *Spec) Components(attr int) (all []Component) {
	if s.Joined == nil {
		return nil
	}
	for _, c := range s.Joined.attrs[attr].components {
		if c.field == nil {
			all = append(all, Component{Word: c.word})
		} else {
			all = append(all, Component{Field: c.field.name, Form: joinedForms[c.field.form]})
		}
	}
	return all
}
