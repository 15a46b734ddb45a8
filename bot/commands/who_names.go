package commands

import (
	"sync"

	"boardcast/storage"
)

// directory keeps the names in memory, for as long as none changes: a line is read as a name in many ways, and what is near
// is compared with all of them. Public names are kept apart from those of the communities, which are few and change often.
type directory struct {
	publicChanged, anyChanged []<-chan struct{}

	mu     sync.Mutex
	now    version
	of     version // what is kept is of this
	public *storage.Directory
	own    map[storage.Scope]*storage.Directory
}

// version is greater after every change of a name. Names that are read from a snapshot which was begun after a version was
// taken are at least as new.
type version struct{ public, any uint64 }

// maxKept is of how many communities the names are kept.
const maxKept = 256

func newDirectory(store storage.Store) *directory {
	d := &directory{now: version{public: 1, any: 1}}
	for _, table := range []string{storage.Executives.Name(), storage.Automakers.Name(), storage.Accounts.Name()} {
		public, _ := storage.Prefix(table, string(storage.Public))
		d.publicChanged = append(d.publicChanged, store.Changed(public))
		d.anyChanged = append(d.anyChanged, store.Changed(table+"/"))
	}
	d.publicChanged = append(d.publicChanged, store.Changed(storage.Platforms.Name()+"/"))
	return d
}

func (d *directory) version() version {
	d.mu.Lock()
	defer d.mu.Unlock()
	if anySignal(d.publicChanged) {
		d.now.public++
		d.now.any++
	}
	if anySignal(d.anyChanged) {
		d.now.any++
	}
	return d.now
}

// anySignal takes what is waiting in the channels and reports whether there was something.
func anySignal(channels []<-chan struct{}) bool {
	signalled := false
	for _, channel := range channels {
		select {
		case <-channel:
			signalled = true
		default:
		}
	}
	return signalled
}

// at returns the names that a community has in sight at a version, read from its snapshot if they are not at hand.
func (d *directory) at(v version, s storage.Scoped) (*storage.Directory, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if v.any < d.of.any {
		return readDirectory(s) // it began before the last change
	}
	if d.public == nil || v.public != d.of.public {
		public, err := storage.ReadDirectory(s, storage.Public, nil)
		if err != nil {
			return nil, err
		}
		d.public, d.own = public, nil
	}
	if d.own == nil || v.any != d.of.any || len(d.own) >= maxKept {
		d.own = map[storage.Scope]*storage.Directory{}
	}
	d.of = v
	if s.Scope == storage.Public {
		return d.public, nil
	}
	if own := d.own[s.Scope]; own != nil {
		return own, nil
	}
	own, err := storage.ReadDirectory(s, s.Scope, d.public)
	if err != nil {
		return nil, err
	}
	d.own[s.Scope] = own
	return own, nil
}

// readDirectory reads the names that a community has in sight.
func readDirectory(s storage.Scoped) (*storage.Directory, error) {
	public, err := storage.ReadDirectory(s, storage.Public, nil)
	if err != nil || s.Scope == storage.Public {
		return public, err
	}
	return storage.ReadDirectory(s, s.Scope, public)
}
