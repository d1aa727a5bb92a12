// Package web is what an HTTP API over repositories needs, whatever the service
// is about: errors as problem details, versions as entity tags, cursors as links,
// and requests that may be repeated.
package web
