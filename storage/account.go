package storage

import "strings"

// PutAccount saves an account in its scope and returns the change, for the audit entry. seen is what is known of it before,
// nil if nothing is.
func PutAccount(tx Tx, a Account, seen *Account) (Change, error) {
	own, err := absentIsNil(Accounts.Get(tx, Accounts.key(&a)...))
	if err != nil {
		return Change{}, err
	}
	before := own // it may be one that was removed here
	if before == nil && seen != nil && a.isAlso(*seen) {
		before = seen
	}
	return Change{Account: &Changed[Account]{Before: before, After: &a}}, Accounts.Put(tx, a)
}

// isAlso reports whether two accounts have one key but for their scopes.
func (a Account) isAlso(b Account) bool {
	return a.Owner == b.Owner && a.Platform == b.Platform && strings.EqualFold(a.Handle, b.Handle)
}

// RemoveAccount takes an account away as a scope sees it and returns the change, for the audit entry. Of a public one that a
// community removes, a copy stays there that says so.
func RemoveAccount(tx Tx, scope Scope, a Account) (Change, error) {
	gone := a
	gone.Scope = scope
	hides := false
	if scope != Public {
		var err error
		if hides, err = Accounts.Has(tx, inScope(Public, Accounts.key(&a)[1:])...); err != nil {
			return Change{}, err
		}
	}
	if !hides {
		return Change{Account: &Changed[Account]{Before: &a}}, Accounts.Delete(tx, Accounts.key(&gone)...)
	}
	gone.Removed = true
	return Change{Account: &Changed[Account]{Before: &a, After: &gone}}, Accounts.Put(tx, gone)
}
