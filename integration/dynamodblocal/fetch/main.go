// Command fetch puts DynamoDB Local's jars into the user's cache directory, if
// they are not there, and prints where that is.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"github.com/dystore/dystore/integration/dynamodblocal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	dir, err := dynamodblocal.Jars(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "fetch:", err)
		os.Exit(1)
	}
	fmt.Println(dir)
}
