package stored

import (
	"strconv"
	"strings"
)

// A model has versions. An object says in its layout id of which one it is: so whoever
// relies on the layout relies on the version as well, in the same condition.

// FirstModel is the version of objects that do not say one.
const FirstModel = 1

// Name is the layout id of objects of a version of their model.
func (l Layout) Name(model int) string {
	if model <= FirstModel {
		return l.ID()
	}
	return l.ID() + "." + strconv.Itoa(model)
}

// Model is the version of the model that the object is of.
func (r *Root) Model() int {
	_, version, err := cutModel(r.LayoutID)
	if err != nil { // which was found when it was decoded
		return FirstModel
	}
	return version
}

// cutModel divides a layout id into the hash of the layout and the version of the model.
func cutModel(id string) (hash string, model int, err error) {
	hash, text, ok := strings.Cut(id, ".")
	if !ok {
		return id, FirstModel, nil
	}
	model, err = strconv.Atoi(text)
	if err != nil || model <= FirstModel || strconv.Itoa(model) != text {
		return "", 0, corrupt("l", "%q is no version of a model", text)
	}
	return hash, model, nil
}
