// Package linear looks for schedules under which the verbs of package repo do
// not keep their promises.
package linear
