// Package slogtrace writes the events of package trace into a log of log/slog: a line for
// each call of a verb, and one for each request.
//
//	people, err := repo.New(client, model, repo.WithTracer(slogtrace.New(slog.Default())))
//
// Nothing secret is in it: neither keys nor values, nor the texts of errors.
package slogtrace
