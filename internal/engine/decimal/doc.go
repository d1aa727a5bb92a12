// Package decimal is the number type of DynamoDB: a signed decimal of up to 38
// significant digits with a magnitude between 1E-130 and 9.99…E+125, or zero.
//
// Values are always normalised, so two equal numbers have one representation
// and [Decimal] can be compared with ==.
package decimal
