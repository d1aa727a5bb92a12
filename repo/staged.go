package repo

// Staged lets New, and Open, write every object of a model with shards in the staged way, also where
// one transaction would do.
//
// A write that does not fit into one transaction (100 items, 3.9 MB) is staged by itself.
// It writes new copies of the parts that change, and then the root item, conditionally, so
// that its record names them. Nobody sees the copies before that, and afterwards nobody
// sees what they have replaced, which is deleted. So an object has one committed state at
// any time, however many parts it has. It takes two or three round trips instead of one,
// and for a moment the place of both.
//
// Objects move between the two ways without a reader noticing: each write is in its own.
// A process that dies in the middle of a staged write leaves copies that nothing names.
// They are in nobody's way, and Sweep deletes them.
func Staged() Option { return option{"Staged", func(c *config) { c.staged = true }} }

// WithoutTransactions says that the engine has no TransactWriteItems, such as ScyllaDB
// Alternator, dynalite, and DynamoDB's global tables with strong consistency over several
// regions. All writes are staged, and conditional wherever an item can change. What needs
// several objects in one commit is refused: Transact of more than one, TransactGet, and
// unique values.
//
// One thing only tokens exclude, which these engines lack: a network that delivers two
// requests of a creation, which it has delivered before, once more after the object was
// deleted brings the object back, without its parts.
//
// The client needs a method DeleteItem, which that of the SDK has. Writes of models with
// repo.Plain are as with Relaxed.
func WithoutTransactions() Option {
	return option{"WithoutTransactions", func(c *config) { c.alone = true }}
}
