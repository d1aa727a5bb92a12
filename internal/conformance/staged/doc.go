// Package staged has the part of the suite about writes that one transaction does not
// take: those of large objects, those of repositories that stage every write, and those
// of engines without transactions.
package staged
