package awskms_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/cipher/awskms"
	"github.com/dystore/dystore/cipher/awskms/kmstest"
)

// files is a store of wrapped keys: in production a table, or files of a deployment.
type files map[cipher.KeyName][]byte

// Primary is key 1 of each tenant.
func (files) Primary(context.Context, string) (cipher.KeyID, error) { return 1, nil }

func (f files) ByID(_ context.Context, tenant string, id cipher.KeyID) ([]byte, error) {
	if wrapped, ok := f[cipher.KeyName{Scope: tenant, ID: id}]; ok {
		return wrapped, nil
	}
	return nil, cipher.ErrUnknownKey
}

// A key for a tenant is made once, stored as KMS has wrapped it, and used for values.
func Example() {
	ctx := context.Background()
	kms, stop := kmstest.Serve() // in production: kms.NewFromConfig(cfg)
	defer stop()
	wrapper, err := awskms.New(kms.Client(), kms.CreateKey())
	if err != nil {
		fmt.Println(err)
		return
	}
	name := cipher.KeyName{Scope: "tenant-1", ID: 1}
	wrapped, err := cipher.GenerateWrapped(ctx, wrapper, name)
	if err != nil {
		fmt.Println(err)
		return
	}

	source, err := cipher.NewWrapped(files{name: wrapped}, wrapper)
	if err != nil {
		fmt.Println(err)
		return
	}
	keys, err := cipher.New(source)
	if err != nil {
		fmt.Println(err)
		return
	}
	city := &cipher.Binding{Entity: "person", Scope: "tenant-1", Key: []cipher.KeyPart{cipher.KeyString("p1")}, Path: cipher.Path{cipher.Name("city")}}
	envelope, err := keys.Seal(ctx, nil, []byte("Osaka"), city)
	if err != nil {
		fmt.Println(err)
		return
	}
	plain, err := keys.Open(ctx, nil, envelope, city)
	fmt.Printf("%s %v\n", plain, err)

	city.Scope = "tenant-2"
	_, err = keys.Open(ctx, nil, envelope, city)
	fmt.Println(errors.Is(err, cipher.ErrUnknownKey))
	// Output:
	// Osaka <nil>
	// true
}
