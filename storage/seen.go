package storage

import (
	"errors"
	"iter"
	"slices"
	"strings"
)

// Executive returns the person whom the community knows by this id, or ErrNotFound.
func (s Scoped) Executive(id string) (Executive, error) { return nearest(s, Executives, id) }

// Automaker returns the automaker that the community knows by this id, or ErrNotFound.
func (s Scoped) Automaker(id string) (Automaker, error) { return nearest(s, Automakers, id) }

// nearest returns the community's own record, or else the public one, by its key without the scope.
func nearest[V any](s Scoped, table *Table[V], key ...string) (V, error) {
	if s.Scope != Public {
		own, err := table.Get(s, inScope(s.Scope, key)...)
		if !errors.Is(err, ErrNotFound) {
			return own, err
		}
	}
	return table.Get(s, inScope(Public, key)...)
}

func inScope(scope Scope, key []string) []string { return append([]string{string(scope)}, key...) }

// PeopleOf yields the people who hold, or held, an office at an automaker, the public ones first.
func (s Scoped) PeopleOf(automaker string) iter.Seq2[Executive, error] {
	return records(s, Executives, byAutomaker, automaker)
}

// AccountsOf returns the accounts of a person or an automaker, by platform and handle.
func (s Scoped) AccountsOf(owner Subject) ([]Account, error) {
	return s.accountsIn(owner.String())
}

// accountsIn returns the accounts whose keys, behind the scope, begin with a prefix, in the order of these keys.
func (s Scoped) accountsIn(prefix ...string) ([]Account, error) {
	accounts := map[string]Account{}
	for _, scope := range s.scopes() { // its own take the place of the public ones
		for account, err := range Accounts.Scan(s, inScope(scope, prefix)...) {
			if err != nil {
				return nil, err
			}
			accounts[Key(Accounts.key(&account)[1:]...)] = account
		}
	}
	var shown []Account
	for _, key := range sortedKeys(accounts) {
		if !accounts[key].Removed {
			shown = append(shown, accounts[key])
		}
	}
	return shown, nil
}

// AccountsAt returns the accounts with a web address, however it is spelt.
func (s Scoped) AccountsAt(address string) ([]Account, error) {
	folded := FoldAddress(address)
	if folded == "" {
		return nil, nil
	}
	var accounts []Account
	for account, err := range records(s, Accounts, byURL, folded) {
		if err != nil {
			return nil, err
		}
		accounts = append(accounts, account)
	}
	return accounts, nil
}

// records yields the records of rows whose key, behind the scope, begins with a prefix.
func records[V any](s Scoped, table *Table[V], index string, prefix ...string) iter.Seq2[V, error] {
	return func(yield func(V, error) bool) {
		for row, err := range rows(s, table, index, prefix...) {
			var v V
			if err == nil {
				v, err = nearest(s, table, row.Primary...)
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// rows yields the rows of an index of the roster as the community sees them, in order: its own among the public ones, without
// those of public records that it has copied. Key and Primary come without the scope. An empty prefix is all of the index.
func rows[V any](s Scoped, table *Table[V], index string, prefix ...string) iter.Seq2[IndexRow, error] {
	return func(yield func(IndexRow, error) bool) {
		own, err := ownRows(s, table, index, prefix)
		if err != nil {
			yield(IndexRow{}, err)
			return
		}
		// ownBefore yields the community's rows that come before a key, nil for all.
		ownBefore := func(key []string) bool {
			for len(own) > 0 && (key == nil || slices.Compare(own[0].Key, key) < 0) {
				if !yield(own[0], nil) {
					return false
				}
				own = own[1:]
			}
			return true
		}
		for row, err := range publicRows(s, table, index, prefix) {
			if err != nil {
				yield(IndexRow{}, err)
				return
			}
			if !ownBefore(row.Key) || !yield(row, nil) {
				return
			}
		}
		ownBefore(nil)
	}
}

// publicRows yields the rows of public records that the community has not copied.
func publicRows[V any](s Scoped, table *Table[V], index string, prefix []string) iter.Seq2[IndexRow, error] {
	return func(yield func(IndexRow, error) bool) {
		copied, err := copies(s, table, len(prefix) == 0)
		if err != nil {
			yield(IndexRow{}, err)
			return
		}
		for row, err := range table.Rows(s, index, Range{Prefix: inScope(Public, prefix)}) {
			var hidden bool
			if err == nil {
				row = withoutScope(row)
				hidden, err = copied(row.Primary)
			}
			if hidden {
				continue
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// ownRows are those of the community alone, which are few beside the public ones.
func ownRows[V any](s Scoped, table *Table[V], index string, prefix []string) ([]IndexRow, error) {
	if s.Scope == Public {
		return nil, nil
	}
	var own []IndexRow
	for row, err := range table.Rows(s, index, Range{Prefix: inScope(s.Scope, prefix)}) {
		if err != nil {
			return nil, err
		}
		own = append(own, withoutScope(row))
	}
	return own, nil
}

func withoutScope(row IndexRow) IndexRow {
	row.Key, row.Primary = row.Key[1:], row.Primary[1:]
	return row
}

// copies returns what says whether the community has a record of its own in the place of a public one. For a walk through all
// of an index the keys of its records are read once; for a few rows each is looked up.
func copies[V any](s Scoped, table *Table[V], all bool) (func(primary []string) (bool, error), error) {
	switch {
	case s.Scope == Public:
		return func([]string) (bool, error) { return false, nil }, nil
	case !all:
		return func(primary []string) (bool, error) { return table.Has(s, inScope(s.Scope, primary)...) }, nil
	}
	own := map[string]bool{}
	from, to := Prefix(table.name, string(s.Scope))
	for item, err := range s.Scan(from, to) {
		if err != nil {
			return nil, err
		}
		own[strings.TrimPrefix(item.Key, from)] = true
	}
	return func(primary []string) (bool, error) { return len(own) > 0 && own[Key(primary...)], nil }, nil
}

// AccountsCalled returns the accounts with a folded handle, on whatever platform.
func (s Scoped) AccountsCalled(folded string) ([]Account, error) {
	var accounts []Account
	for account, err := range records(s, Accounts, byName, folded) {
		if err != nil {
			return nil, err
		}
		accounts = append(accounts, account)
	}
	return accounts, nil
}

// AccountsFrom returns up to n accounts whose folded handle begins with what is typed, in the order of the handles.
func (s Scoped) AccountsFrom(typed string, n int) ([]Account, error) {
	var accounts []Account
	for row, err := range rows(s, Accounts, byName) {
		if err != nil || len(accounts) == n {
			return accounts, err
		}
		if !strings.HasPrefix(row.Key[0], typed) {
			continue
		}
		account, err := nearest(s, Accounts, row.Primary...)
		if err != nil {
			return nil, err
		}
		accounts = append(accounts, account)
	}
	return accounts, nil
}
