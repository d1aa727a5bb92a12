// Package shop is what the service stores: customers, their orders, stock and
// sessions. Each file has one kind of object: its struct, the lenses into it, and
// the model that says how it is stored. Store has their repositories.
package shop
