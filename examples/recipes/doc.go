// Package recipes has the programs of the recipes in README.md. Each runs as a
// test.
package recipes
