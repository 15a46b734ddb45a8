package bolt

// Commits returns the number of the last commit.
func (s *Store) Commits() int {
	tx, err := s.db.Begin(false)
	if err != nil {
		panic(err)
	}
	defer func() { _ = tx.Rollback() }()
	return tx.ID()
}
