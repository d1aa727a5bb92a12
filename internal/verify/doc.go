// Package verify compares the tables of a model with those that there are, and explains
// where they differ.
package verify
