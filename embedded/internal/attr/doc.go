// Package attr holds what the engine knows about attribute values: reading
// them in (checked, normalised, copied), copying them out, their size, their
// equality and order, and their byte encodings.
//
// An [Item] that was read in is never changed afterwards. Whoever wants
// another value builds a new item, so readers need no lock and no copy inside
// of the engine.
package attr
