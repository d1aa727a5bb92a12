// Basic is the program that the README shows: an object with a part in another
// table and an encrypted field.
package main
