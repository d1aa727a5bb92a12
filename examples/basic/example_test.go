package main

func Example() {
	main()
	// Output:
	// New York
	// conflict: read again
	// john 1 {New York Japan} version 2
}
