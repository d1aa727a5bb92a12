package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type (
	Device struct {
		ID       string           `dynamodbav:"id"`
		Channels map[string]Level `dynamodbav:"channels"`
	}
	Level struct {
		Volume int `dynamodbav:"volume"`
	}
)

var (
	deviceID       = repo.KeyOf(func(d *Device) *string { return &d.ID })
	deviceChannels = lens.Of(func(d *Device) *map[string]Level { return &d.Channels })
	levelVolume    = lens.Of(func(l *Level) *int { return &l.Volume })
)

// What a path leads through must exist, unless the call may create it. Options
// of Update are given with a view, which is cheap and may be kept.
func ExampleEnsureParents() {
	ctx := context.Background()
	devices := engineRepo(repo.TableOf("Devices", deviceID))
	key, err := devices.Create(ctx, &Device{ID: "d1"})
	fmt.Println(err)

	left := lens.Join(lens.Entry(deviceChannels, "left"), levelVolume)
	err = devices.Update(ctx, key, left.Set(7))
	fmt.Println(errors.Is(err, repo.ErrNoPath))

	err = devices.With(repo.EnsureParents()).Update(ctx, key, left.Set(7))
	fmt.Println(err)
	d, err := devices.Get(ctx, key)
	fmt.Println(d.Channels, err)
	// Output:
	// <nil>
	// true
	// <nil>
	// map[left:{7}] <nil>
}
