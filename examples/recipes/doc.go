// Package recipes has the programs of the page of recipes, README.md beside
// it: each is run as a test.
package recipes
