package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
)

// connect returns the client for -dynamodb. Region and credentials are those of
// the AWS SDK's usual places.
func connect(ctx context.Context, where string) (*dynamodb.Client, error) {
	if where == "embedded" {
		return embedded.New().Client(), nil
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	return dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) {
		if where != "aws" {
			o.BaseEndpoint = aws.String(where)
		}
	}), nil
}
