package storage

// Tables returns every table of this package, for [CheckTables] and for tools that walk a whole store. The catalog keeps
// one more of its own; ids and the schema have none, and need none.
func Tables() []Checker {
	return []Checker{
		Automakers, Executives, Platforms, Accounts, Streams, Readings, Rollups, Totals,
		Communities, Chats, Watches, Moments, Notices, Cards, Refreshes, Entries, JobRuns, Restores, Users, Suspensions, MentionCounts,
		Hearsays, KeptLines, Happenings, Calendars, Looks,
	}
}
