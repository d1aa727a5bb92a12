//go:build race

package linear_test

const raceDetector = true
