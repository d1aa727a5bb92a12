// Package legacy has the part of the suite about package dynamostore. The objects in
// stored.json were written by dynamo-store itself. Others are made by a writer in Go that
// stores as dynamo-store does.
package legacy
