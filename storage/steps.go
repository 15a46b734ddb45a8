package storage

// Steps returns what leads stores of earlier versions to the present schema, for [Migrate]. Steps are added at the end and
// never removed.
func Steps() []Step {
	return []Step{
		// The roster came to have scopes.
		Automakers.Rekey(), Executives.Rekey(), Accounts.Rekey(),
		// Names came to be folded to simplified characters and found by their words.
		Automakers.Reindex(), Executives.Reindex(), Accounts.Reindex(),
		// Streams came to be found by their id in any scope, and by their words.
		Streams.Reindex(),
		// Figures came to be summed up.
		rollUpStreams(),
		// Changes are found by who made them and by record.
		Entries.Reindex(),
		// Chats came to be found by their community.
		Chats.Reindex(),
		// What is owed came to be sent round by round, and what nobody knows whether it was sent to be found by time.
		Notices.Reindex(),
	}
}
