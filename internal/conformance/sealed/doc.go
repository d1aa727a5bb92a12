// Package sealed is the part of the conformance suite about encryption from end
// to end: what is sent, what is stored, and how a read fails after a stranger
// with access to the tables has changed a value.
//
// Trees have their texts encrypted one by one, in every layout. Vaults have
// everything encrypted but one field.
package sealed
