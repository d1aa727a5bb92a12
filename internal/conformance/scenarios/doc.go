// Package scenarios has forty faults by number, F01 to F40: crashes, lost and late
// requests, refusals, partial batches, readers and sweeps beside writers, damage and
// clocks. Each is tried at every request of every kind of write, in transactions, in
// stages and without transactions. What is stored afterwards is judged by a reader of its
// own, from the raw items and the document of the format alone, and by a dump of all
// tables. It runs on any engine; where the clock is virtual, pauses take no time.
package scenarios
