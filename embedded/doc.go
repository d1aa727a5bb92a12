// Package embedded is an in-process DynamoDB: an engine that tests and small
// programs can trust, behind the SDK's own client.
//
//	db := embedded.New()
//	client := db.Client() // a real *dynamodb.Client; no sockets, no goroutines
//
// The engine implements the expression language in full, exact 38-digit
// numbers, the limits of items, keys, expressions, batches and transactions,
// idempotency tokens, secondary indexes with keys of up to eight attributes,
// time to live and consumed capacity, with the error codes and texts of the
// service. Expired items are deleted by the clock and the delay of the options,
// or at once, table by table, by [DB.ExpireNow]. It refuses by name what it does not implement. It never ignores a
// parameter that would change a result.
//
// By default nothing is injected. Options make the engine as difficult as the
// service may be (stale reads, unprocessed keys, conflicts, throttling), from a
// seed, so that every run can be repeated. [WithoutTransactions] makes it one of
// the engines that have no transactions, and [WithReplicatedConflicts] lets writes
// meet those of another region.
//
// A test here cannot prove how often real conflicts happen, what real
// throttling looks like, how stale real reads get, or what differs from one
// region of AWS to the next, such as the wording of errors.
//
// # How it is checked
//
// Random sequences of requests go to the engine and to a second one, and every
// answer is compared. The second engine is dynoxide, which is open source; a
// public suite measures it against AWS. Where the two differ, AWS's documents
// and suites that are run against AWS decide. The module integration lists each
// such difference with its source. Before, in 2026-11, the second engine was
// DynamoDB Local 3.1.0: 14,000 sequences of 25 requests showed no difference
// but those below. Values at the limits of items, keys, numbers, expressions,
// batches, transactions and scans are accepted, and values one beyond are
// refused. One table of cases, with the texts, runs on both engines as well.
// Histories of concurrent clients, with conflicts and without, are checked for
// linearizability: of single items, and of transactions over several.
//
// # Differences from AWS
//
// Refused with a ValidationException that names the parameter:
//   - the legacy parameters Expected, AttributeUpdates, KeyConditions,
//     QueryFilter, ScanFilter, AttributesToGet and ConditionalOperator
//   - streams, replicas and other parameters of global tables, resource
//     policies, encryption settings (SSESpecification), OnDemandThroughput,
//     WarmThroughput, vector indexes
//
// Refused with an UnknownOperationException: PartiQL, backups, exports and
// imports, and all other operations that are not methods of [DB].
//
// Simpler than on AWS:
//   - Tables and indexes are ACTIVE, changed or gone when the call returns;
//     there are no waiting states.
//   - Provisioned capacity is described and never throttles; only
//     [WithThrottling] does.
//   - An item collection may exceed 10 GB.
//   - Point-in-time recovery is a setting that is kept and described; nothing is
//     backed up.
//   - Consumed capacity names tables by their names, also where a request names
//     them by ARNs.
//   - Operations take effect one after another, so real conflicts between
//     transactions do not happen; [WithConflicts] makes them.
//   - All reads are current, unless [WithStaleReads] and [WithIndexLag] say
//     otherwise.
//   - Batches, queries and scans happen at one moment. AWS promises that for
//     transactions only.
//   - Sets come back sorted. AWS promises no order.
//   - Items with equal index keys are ordered by their primary keys. AWS
//     promises no order.
//   - Requests are not authenticated, and everybody is the same account.
//   - Over HTTP, there are no CORS headers: a page in a browser cannot use the
//     engine. A compressed request may unpack to no more than some 23 MB.
//
// Regions of AWS differ. The engine follows this kind:
//   - UpdateItem outside transactions holds two things to 400 KB. One is the
//     resulting item. The other, checked first and before the condition, is
//     what the request writes, together with a cost for each part of its
//     expression. So an item of nearly 400 KB can be put, but one update cannot
//     write it; attributes that the update leaves alone do not count. That was
//     measured in 22 of 33 regions, three of which had begun to treat updates
//     in transactions alike; the others hold only the item to the limit.
//   - Texts are those that most clients know. Newer regions word some of them
//     differently, or put all problems of a request into one sentence.
//
// # Differences from DynamoDB Local
//
// Where DynamoDB Local 3.1.0 differs from AWS, the engine follows AWS (as of
// 2026-11):
//   - An update that only removes creates nothing if there is no item, also
//     when the path is nested; Local creates the item, and refuses the nested
//     path.
//   - UPDATED_OLD and UPDATED_NEW contain what changed inside a document; Local
//     returns the whole attribute.
//   - A Query cuts its page at 1 MB and then filters; Local filters first.
//   - A Query of a table without sort key refuses every ExclusiveStartKey: its
//     one item is never followed by another. Local takes the key, and finds
//     nothing.
//   - Numbers come back in normal form (1.500 is 1.5, 0.0 is 0); Local returns
//     some of them as they were written or calculated.
//   - The range applies to zero as to other numbers, by its exponent: 0e125 is
//     0, 0e126 overflows. Local takes every zero.
//   - BatchGetItem returns an item once if it is asked for as 1 and as 1.0;
//     Local returns it twice.
//   - An update refuses an index key of the wrong type as a put does; Local
//     accepts it in UpdateItem, and the item leaves the index.
//   - UpdateItem has the lower ceiling described above; Local has one ceiling.
//   - A transaction that fails because a path is not in an item is cancelled,
//     with the reason ValidationError; Local fails it with a
//     ValidationException.
//   - A conflict can happen ([WithConflicts], [WithReplicatedConflicts]); Local
//     never has one.
//   - A query that reads nothing costs 0.5 units, 1 if consistent; with Local,
//     nothing.
//   - Tags exist; Local refuses them.
//   - Global indexes have keys of up to four attributes for the partition and
//     four for the order; Local has them since 3.3.0.
//   - Many texts: Local says less, or says it differently.
//
// Some behaviour is left open by AWS, and differs between engines: whether a
// page that ends with its Limit at the last item has a LastEvaluatedKey (here
// always, but for a Query of a table without sort key), the order of scans,
// which item is in which segment, and which of several indexes a text names.
//
// # Guesses
//
// Where neither documentation nor measurements of AWS were at hand, the engine
// does what is most likely, and tests should not rely on it. "Measured" means
// measured on AWS, by the public test suites of others.
//
// Of items:
//   - An update of a key attribute is refused before its condition is checked;
//     Local checks the condition first.
//   - An update that only deletes from sets does nothing if there is no item,
//     for any paths; that is measured for REMOVE.
//   - IN takes 100 values, as AWS's documentation has it; scylla's tests, which
//     are run against AWS, say 99.
//   - Operands of SET may be in parentheses, as with Local.
//   - An ADD to a set counts all added elements towards the ceiling of updates,
//     also those that the set has already.
//   - Zeros: 0e125 and 0.0e126 are measured as accepted, 0e126 and 0e-131 as
//     refused. Other forms follow the same rule.
//
// Of several items:
//   - A transaction with an empty key is refused as a whole. That is measured.
//     It is not measured that this comes before keys of a wrong type in earlier
//     actions.
//   - A transaction costs double on the table and the ordinary price on
//     indexes; Local doubles both.
//   - An item that a batch asks for in two forms of its key is charged once.
//   - The values of a partition key of several attributes may have 2048 bytes
//     together, those of such a sort key 1024. AWS's text for sort keys speaks
//     of an aggregated size. The other rules and texts for such keys are
//     measured.
//   - An update does not check a value of an index key that it leaves alone.
//     The value may be older than the index.
//   - The filter of a Scan of an index takes attributes that the index does not
//     have for absent, as with Local; a Query refuses them. That is measured
//     with PartiQL.
//   - A page of a Query of a table without sort key has no LastEvaluatedKey
//     with Limit 1, as with Local. That AWS refuses such a key as
//     ExclusiveStartKey is measured.
//
// Of requests:
//   - An ARN of another region or account names a table that is not there.
//   - A recovery period is refused where point-in-time recovery is switched off.
//   - The order of several problems in one sentence is measured for some
//     operations.
//   - Over HTTP, a compressed body that is followed by anything else is
//     refused.
package embedded
