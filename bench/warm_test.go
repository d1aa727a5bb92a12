package bench_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/bench"
)

// A warm repository asks neither KMS nor store, and derives one key for each item.
func TestWarmKeys(t *testing.T) {
	ctx, kms, e := t.Context(), new(bench.KMS), bench.Embedded()
	keys, err := kms.Cipher()
	if err != nil {
		t.Fatal(err)
	}
	patients, err := bench.Patients(ctx, e, keys)
	if err != nil {
		t.Fatal(err)
	}
	createAndGet := func() {
		p := bench.NewPatient()
		key, err := patients.Create(ctx, &p)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := patients.Get(ctx, key); err != nil || *got != p {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	createAndGet()
	if kms.Calls.Load() == 0 {
		t.Error("nobody asks the KMS for the first object")
	}
	kms.Calls.Store(0)
	const objects = 10
	for range objects {
		createAndGet()
	}
	if n := kms.Calls.Load(); n != 0 {
		t.Errorf("%d calls of KMS and store for %d more objects", n, objects)
	}
	table := e.Prefix + "patients"
	out, err := e.Client.Scan(ctx, &dynamodb.ScanInput{TableName: &table})
	if err != nil || len(out.Items) != objects+1 {
		t.Fatalf("%d items, %v", len(out.Items), err)
	}
	for _, it := range out.Items {
		values, salts := 0, map[string]bool{}
		for _, v := range it {
			if b, ok := v.(*types.AttributeValueMemberB); ok {
				values++
				salts[string(b.Value[8:32])] = true // see the format of an envelope
			}
		}
		if values != 10 || len(salts) != 1 {
			t.Errorf("%d values of an item have %d salts", values, len(salts))
		}
	}
}
