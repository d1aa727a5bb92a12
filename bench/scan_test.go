package bench_test

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

type reading struct {
	ID   string `dynamodbav:"id"`
	Text string `dynamodbav:"text"`
}

// scans counts the scans of a client.
type scans struct {
	*dynamodb.Client
	n atomic.Int64
}

func (s *scans) Scan(ctx context.Context, in *dynamodb.ScanInput, opts ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	s.n.Add(1)
	return s.Client.Scan(ctx, in, opts...)
}

// TestParallelScan: segments read 100,000 objects, each once, in as many requests as
// there are pages of 1 MB in them, and hold no more than a page each.
func TestParallelScan(t *testing.T) {
	const objects, segments = 100_000, 8
	ctx, db := t.Context(), embedded.New()
	client := &scans{Client: db.Client()}
	readings, err := repo.New(client, repo.TableOf("readings", repo.KeyOf(func(r *reading) *string { return &r.ID })), repo.Plain())
	if err == nil {
		err = readings.CreateTables(ctx)
	}
	text := &types.AttributeValueMemberS{Value: fmt.Sprintf("%0200d", 0)}
	for i := 0; i < objects && err == nil; i++ {
		_, err = db.PutItem(ctx, &dynamodb.PutItemInput{TableName: new("readings"), Item: map[string]types.AttributeValue{
			"id": &types.AttributeValueMemberS{Value: fmt.Sprintf("%08d", i)}, "text": text}})
	}
	if err != nil {
		t.Fatal(err)
	}
	seen := make([]bool, objects)
	before, most, n := liveHeap(), uint64(0), 0
	for r, err := range readings.Scan(ctx, repo.Segments(segments), repo.Eventually()) {
		if err != nil {
			t.Fatal(err)
		}
		i, err := strconv.Atoi(r.ID)
		if err != nil || seen[i] {
			t.Fatalf("object %s comes twice, or %v", r.ID, err)
		}
		seen[i] = true
		if n++; n%10_000 == 0 {
			most = max(most, liveHeap())
		}
	}
	if n != objects {
		t.Errorf("%d objects", n)
	}
	// 216 bytes each: 21.6 MB, of which no segment has more than 3 pages.
	if got := client.n.Load(); got != 3*segments {
		t.Errorf("%d requests", got)
	}
	// A page of 1 MB is 4,854 items here. Of these are the maps and values left that are
	// not taken yet: 1.4 MB in the mean.
	if held := int64(most) - int64(before); held > segments*3<<20 {
		t.Errorf("%d bytes are held", held)
	}
	t.Logf("%d bytes are held", int64(most)-int64(before))
}

func liveHeap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
