// Package api is the service over HTTP: JSON in, JSON out. Each file has the
// handlers of one kind of object; Routes has all of them.
package api
