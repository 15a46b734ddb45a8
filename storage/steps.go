package storage

// Steps returns what leads stores of earlier versions to the present schema, for [Migrate]. Steps are added at the end and
// never removed.
func Steps() []Step {
	return []Step{
		// The roster came to have scopes.
		Automakers.Rekey(), Automakers.Reindex(),
		Executives.Rekey(), Executives.Reindex(),
		Accounts.Rekey(), Accounts.Reindex(),
		// Streams came to be found by their id in any scope.
		Streams.Reindex(),
		// Names are folded to simplified characters.
		Automakers.Reindex(), Executives.Reindex(), Accounts.Reindex(),
	}
}
