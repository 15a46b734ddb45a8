package storage

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// Address is an address on the web as somebody typed it.
type Address struct {
	Host     string
	Platform string   // empty: of none that is known
	Room     bool     // it opens a room rather than a profile
	Names    []string // what may be a handle or a number in it, in small letters
	page     string   // host and path
}

// ReadAddress reads an address, with or without its scheme, of which there is a host with a dot. Only addresses with a
// scheme or of a known platform are told from a word with a dot in it.
func (d *Directory) ReadAddress(words string) (Address, bool) {
	words = strings.TrimSpace(words)
	scheme := strings.HasPrefix(strings.ToLower(words), "http://") || strings.HasPrefix(strings.ToLower(words), "https://")
	if strings.ContainsAny(words, " \t\n") || !strings.Contains(words, ".") || len(words) > 2000 {
		return Address{}, false
	}
	if !scheme {
		words = "https://" + words
	}
	u, err := url.Parse(words)
	if err != nil || !strings.Contains(u.Hostname(), ".") {
		return Address{}, false
	}
	a := Address{Host: strings.ToLower(u.Hostname())}
	a.Platform = d.platformAt(a.Host)
	a.page = FoldAddress(words)
	var path []string
	for part := range strings.SplitSeq(strings.ToLower(u.Path), "/") {
		if part = strings.TrimPrefix(part, "@"); part != "" {
			path = append(path, part)
		}
	}
	a.Room = strings.HasPrefix(a.Host, "live.") || slices.Contains(path, "live") || slices.Contains(path, "wblive")
	if u.Hostname() == "" || (!scheme && (a.Platform == "" || len(path) == 0)) {
		return Address{}, false
	}
	a.Names = slices.DeleteFunc(path, func(part string) bool { return contains(pathWords, part) })
	return a, true
}

// IsRoom reports whether words are one address, and that of a room.
func IsRoom(words string) bool {
	var none Directory
	words = strings.TrimSpace(words)
	if !strings.Contains(words, "://") {
		words = "https://" + words
	}
	a, ok := none.ReadAddress(words)
	return ok && a.Room
}

// pathWords stand before the name in an address.
var pathWords = []string{"u", "n", "user", "c", "channel", "profile", "live", "l", "wblive", "show", "space", "status", "video", "p"}

// platformAt returns the platform of a host, or of what it is a part of.
func (d *Directory) platformAt(host string) string {
	if d.base != nil {
		return d.base.platformAt(host)
	}
	for host != "" {
		if platform, ok := d.hosts[host]; ok {
			return platform
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return ""
}

// Owner returns whose account an address is of.
func (d *Directory) Owner(a Address) (Subject, bool) {
	if known := d.accountAt(a.page); known != nil {
		return known.Owner, true
	}
	if a.Platform == "" || len(a.Names) == 0 {
		return Subject{}, false
	}
	if known := d.accountAt(accountKey(a.Platform, a.Names[0])); known != nil {
		return known.Owner, true
	}
	return Subject{}, false
}

// accountAt returns the account that is found under a page or an [accountKey], or nil.
func (d *Directory) accountAt(key string) *account {
	if known := d.addresses[key]; known != nil {
		return known
	}
	if d.base == nil {
		return nil
	}
	if known := d.base.addresses[key]; known != nil && !d.hiddenAccounts[known.key] {
		return known
	}
	return nil
}

// accountKey is where an account is found by its platform and a name in small letters; no page has a space in it.
func accountKey(platform, name string) string { return platform + " " + name }

// account is an account with what its address is compared with.
type account struct {
	Account
	key     string // without the scope
	handle  string
	letters uint64
}

func (d *Directory) addAccount(a Account) {
	handle := plainHandle(a.Handle)
	known := &account{Account: a, key: Key(Accounts.key(&a)[1:]...), handle: handle, letters: lettersOf(handle)}
	d.hiddenAccounts[known.key] = true
	if a.Removed {
		return
	}
	d.presence[a.Owner]++
	d.handles.add(Fold(a.Handle), a.Owner)
	if page := FoldAddress(a.URL); page != "" {
		d.addresses[page] = known
	}
	for _, name := range []string{a.Handle, a.UID, a.Name} {
		if name != "" {
			d.addresses[accountKey(a.Platform, strings.ToLower(name))] = known
		}
	}
	if a.Handle != "" || a.URL != "" {
		d.accounts = append(d.accounts, known)
	}
}

// allAccounts yields the accounts in sight that have an address or a handle.
func (d *Directory) allAccounts(yield func(*account) bool) {
	for _, known := range d.accounts {
		if !yield(known) {
			return
		}
	}
	if d.base == nil {
		return
	}
	for _, known := range d.base.accounts {
		if !d.hiddenAccounts[known.key] && !yield(known) {
			return
		}
	}
}

func plainHandle(handle string) string { return strings.ReplaceAll(lookalike(Fold(handle)), " ", "") }

// Lookalikes returns up to n accounts that an address may pretend to be of: those with nearly the same handle, on the same
// platform first, and those of whom it names.
func (d *Directory) Lookalikes(a Address, n int) []Account {
	type candidate struct {
		account Account
		cost    int
	}
	parts, named := d.partsOf(a)
	var near []candidate
	for known := range d.allAccounts {
		cost := tooFar
		if slices.Contains(named, known.Owner) {
			cost = oneSlip
		}
		for _, part := range parts {
			cost = min(cost, known.likeness(part))
		}
		if cost == tooFar {
			continue
		}
		if known.Platform != a.Platform {
			cost += oneSlip
		}
		near = append(near, candidate{known.Account, cost})
	}
	slices.SortStableFunc(near, func(a, b candidate) int { return cmp.Compare(a.cost, b.cost) })
	var accounts []Account
	for _, c := range near {
		same := func(a Account) bool { return a.Owner == c.account.Owner }
		if len(accounts) < n && !slices.ContainsFunc(accounts, same) {
			accounts = append(accounts, c.account)
		}
	}
	return accounts
}

// partsOf returns what in an address may be a handle, and whom its words call.
func (d *Directory) partsOf(a Address) (parts []string, named []Subject) {
	const mostParts, shortest = 4, 4
	all := a.Names
	if a.Platform == "" {
		all = append(slices.Clone(all), strings.Split(a.Host, ".")...)
	}
	for _, part := range all[:min(len(all), mostParts)] {
		if !MayBeName(part) {
			continue
		}
		if plain := plainHandle(part); len(plain) >= shortest {
			parts = append(parts, plain)
		}
		for word := range strings.FieldsSeq(lookalike(Fold(part))) {
			if len(word) >= shortest {
				named = append(named, d.lookUp(word)...)
			}
		}
	}
	return parts, named
}

// likeness is how far a part of an address is from the account's handle.
func (a *account) likeness(part string) int {
	const shortest = 4
	if len(a.handle) < shortest {
		return tooFar
	}
	if part == a.handle {
		return 0
	}
	if cost := slipCost(part, a.handle, lettersOf(part), a.letters, slipsIn(len(a.handle))); cost < tooFar {
		return cost
	}
	if strings.Contains(part, a.handle) {
		return oneSlip
	}
	return tooFar
}
