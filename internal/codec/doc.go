// Package codec turns Go values into DynamoDB attribute values and back.
//
// A [Codec] is the plan of one Go type, compiled once by [For] and kept: after
// that no struct tag is read and no field is looked for by name. Types that
// cannot be stored are found when the plan is made, and [Codec.Err] says why,
// so that a declaration fails before the first request.
//
// # What is stored
//
//	string, named strings                       S; must be valid UTF-8
//	integers, floats                            N; under the option string, S
//	json.Number, attributevalue.Number          N, digits as they are; "" is absent
//	bool                                        BOOL
//	[]byte, [n]byte                             B
//	time.Time                                   S, RFC 3339 with nanoseconds; under unixtime, N in seconds
//	encoding.TextMarshaler and TextUnmarshaler  S
//	url.URL                                     S
//	slices, arrays                              L; under stringset, numberset, binaryset: SS, NS, BS
//	[][]byte                                    BS
//	map[K]V                                     M; K is a string, number, bool or text marshaler
//	map[K]struct{}, map[K]bool                  M; under a set option the set of the keys (of the true ones)
//	structs                                     M; embedded structs dissolve into it
//	pointers                                    what they point to
//	any                                         what it holds; decoded as [Generic] says
//	interfaces with variants ([OneOf])          M of one attribute: the tag of the variant, and its value
//	attributevalue.Marshaler and Unmarshaler    what the methods say
//
// A nil pointer, slice, map or interface is absent: as a field it has no
// attribute, as an element of a list or map it is NULL. Missing attributes and
// NULL are decoded as the zero value.
//
// The tag options are those of attributevalue: omitempty, omitemptyelem,
// nullempty, nullemptyelem, string, stringset, numberset, binaryset, unixtime.
// An option that would have no effect is refused.
//
// The zero time under unixtime is the number -62135596800, as in
// attributevalue: it is read back as the zero time and compares as one. A
// field that should have no attribute then, as one that expires items should,
// says omitempty.
//
// # Where it differs from attributevalue
//
// Other programs read and write the same items with attributevalue, so the
// two agree in all that is not listed here. TestDeviations holds a case of
// each row that is about stored values, TestRefusedTypes of the refusals.
//
//	attributevalue                               here                               because
//	nil slice, map, pointer field is NULL        no attribute                       appending, adding and setting below NULL
//	                                                                                fail, and if_not_exists takes it for a value
//	empty set is NULL                            no attribute (element: NULL)       as above; DynamoDB has no empty set
//	text marshalers are M{} or B                 S                                  M{} loses netip.Addr and big.Int; text is
//	                                                                                what people, keys and other languages read
//	slices of named bytes panic                  B; L if the byte marshals itself   as above
//	url.URL is M, without the password           S                                  Userinfo exports no field
//	pointer receivers need an address            always honoured                    map values and values passed on would
//	                                                                                be stored in another form
//	Unmarshaler is called once for a set         once for each element              it is a value of the element type
//	omitempty keeps zero times, text values      omitted                            nobody wants 0001-01-01T00:00:00Z or a UUID
//	  (UUIDs) and addresses                                                         of zeros; OmitEmptyTime says the same
//	unixtime is not heeded inside lists, maps    heeded                             it was ignored in silence
//	map[K]struct{} with a set option is M        set of the keys                    it was ignored in silence
//	String method names integer map keys         the integer does                   no decoder turns the name into the key
//	a number "" is N ""                          no attribute (element: NULL)       DynamoDB refuses it; it is the zero value
//	times in zones with odd seconds lose them    stored in UTC                      the instant changed
//	unix seconds are decoded in time.Local       in UTC                             one item must not read differently
//	                                                                                on two machines
//	numbers in any and sets of them are float64  attributevalue.Number              float64 has 15 of the 38 digits
//	attribute names also match in any case       exactly                            the key "id" is not the field ID
//	N is decoded into strings                    refused                            a wrong type is a wrong attribute
//	arrays of another length are cut or padded   refused                            data would be lost
//	1E2 and 1.0 are no integers                  they are                           they are equal to one
//	decoding writes into existing maps, slices   replaces the value; missing        what was read must not depend on what was
//	  and pointers and leaves missing fields     fields become zero                 there, nor change a copy of it
//	values that DynamoDB refuses are sent: NaN,  an error that names the path       the service names no path, and invalid
//	  invalid UTF-8, 39 digits, equal elements                                      UTF-8 is changed on the way
//	  of a set, 33 levels
//	cyclic values overflow the stack             an error                           the process ends
//
// These types are accepted by attributevalue, which drops or cannot read part
// of them, and are refused here: funcs, channels, complex numbers and
// uintptr; in a model, interfaces with methods that have no variants; structs that export no field; attributes
// with one name in a struct, embedded or not; embedded values that are one
// value (time.Time, text marshalers) and embedded pointers to unexported
// structs; structs that embed a marshaler beside other fields; text marshalers
// that only write or only read; map keys that are not text; unknown options
// and options without effect; omitemptyelem in arrays.
//
// # Limits
//
// Values that come back changed: a pointer to a nil or to an empty set comes
// back nil; an embedded pointer whose fields are all absent comes back nil;
// elements dropped by omitemptyelem are gone; any comes back as plain values,
// and what was a set in any is encoded as a list, [][]byte apart; digits of a
// Number come back in DynamoDB's form. A text marshaler must read what it
// writes: uuid.NullUUID does not.
//
// Sizes and the rules for keys are the concern of package item.
package codec
