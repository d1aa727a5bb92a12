// Drive sends requests to a service that has just been started, and prints them
// with their answers.
//
//	go run . &
//	go run ./cmd/drive -service http://127.0.0.1:8080
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/dystore/dystore/examples/service/internal/drive"
)

func main() {
	service := flag.String("service", "http://127.0.0.1:8080", "URL of the service")
	flag.Parse()
	if err := drive.Run(context.Background(), *service, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "drive:", err)
		os.Exit(1)
	}
}
