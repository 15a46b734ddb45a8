package storage

// Steps returns what leads stores of earlier versions to the present schema, for [Migrate]. Steps are added at the end and
// never removed.
func Steps() []Step { return nil }
