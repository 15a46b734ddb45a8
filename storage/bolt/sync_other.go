//go:build !unix

package bolt

// syncFolder does nothing where folders cannot be synced.
func syncFolder(string) error { return nil }
