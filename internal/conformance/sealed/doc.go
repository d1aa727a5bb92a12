// Package sealed is the part of the conformance suite about encryption from end
// to end: what is sent, what is stored, and what a read makes of it after
// somebody with access to the tables has changed it.
//
// Trees have their texts encrypted one by one, in every layout. Vaults have
// everything encrypted but one field.
package sealed
