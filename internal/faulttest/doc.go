// Package faulttest runs every verb of package repo under every fault: at every
// request, of every kind of write and read, with requests that are lost, late,
// doubled or refused, beside other programs, and over damaged objects. It has
// tests only.
package faulttest
