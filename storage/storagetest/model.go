package storagetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"pgregory.net/rapid"

	"boardcast/storage"
)

var errGiveUp = errors.New("the model gives up this update")

// testModel does the same to a store and to a sorted map, at random, and compares everything that can be read.
func testModel(t trial) {
	folders, n := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		folder := filepath.Join(folders, strconv.Itoa(n))
		if err := os.Mkdir(folder, 0o700); err != nil {
			rt.Fatal(err)
		}
		m := &model{reopen: func() storage.Store { return t.open(t.T, folder) }, committed: map[string]string{}}
		m.store = m.reopen()
		defer func() { _ = m.store.Close() }()
		rt.Repeat(map[string]func(*rapid.T){
			"update": m.update,
			"view":   m.view,
			"reopen": m.close,
		})
	})
}

type model struct {
	store     storage.Store
	reopen    func() storage.Store
	committed map[string]string
}

// Few and short keys, so that writes meet; some are a prefix of others.
func randomKey() *rapid.Generator[string] { return rapid.StringMatching(`[ab]?[a-c/]{1,2}`) }

// change is one write of an update; both are drawn before, since an update may run twice.
type change struct {
	key    string
	value  string
	delete bool
}

func randomChange() *rapid.Generator[change] {
	return rapid.Custom(func(t *rapid.T) change {
		return change{
			key:    randomKey().Draw(t, "key"),
			value:  rapid.StringN(0, 3, -1).Draw(t, "value"),
			delete: rapid.Bool().Draw(t, "delete"),
		}
	})
}

func (m *model) update(t *rapid.T) {
	changes := rapid.SliceOfN(randomChange(), 0, 8).Draw(t, "changes")
	from, to := randomKey().Draw(t, "from"), rapid.OneOf(rapid.Just(""), randomKey()).Draw(t, "to")
	fails := rapid.IntRange(0, 3).Draw(t, "fails") == 0
	var after map[string]string
	err := m.store.Update(context.Background(), func(tx storage.Tx) error {
		after = maps.Clone(m.committed)
		for _, c := range changes {
			if err := c.do(tx, after); err != nil {
				return err
			}
		}
		if err := agree(tx, after, from, to); err != nil || !fails {
			return err
		}
		return errGiveUp
	})
	switch {
	case fails && !errors.Is(err, errGiveUp):
		t.Fatalf("a failing update: %v", err)
	case !fails && err != nil:
		t.Fatalf("update: %v", err)
	case !fails:
		m.committed = after
	}
}

func (c change) do(tx storage.Tx, after map[string]string) error {
	if c.delete {
		delete(after, c.key)
		return tx.Delete(c.key)
	}
	after[c.key] = c.value
	return tx.Put(c.key, []byte(c.value))
}

func (m *model) view(t *rapid.T) {
	from, to := randomKey().Draw(t, "from"), rapid.OneOf(rapid.Just(""), randomKey()).Draw(t, "to")
	err := m.store.View(context.Background(), func(r storage.Reader) error {
		return errors.Join(agree(r, m.committed, from, to), agree(r, m.committed, "", ""))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (m *model) close(t *rapid.T) {
	if err := m.store.Close(); err != nil {
		t.Fatal(err)
	}
	m.store = m.reopen()
}

// agree compares a range of the reader, and each of its keys, with the map.
func agree(r storage.Reader, want map[string]string, from, to string) error {
	keys := slices.DeleteFunc(slices.Sorted(maps.Keys(want)), func(key string) bool {
		return key < from || to != "" && key >= to
	})
	for item, err := range r.Scan(from, to) {
		if err != nil {
			return err
		}
		if len(keys) == 0 || item.Key != keys[0] || string(item.Value) != want[item.Key] {
			return fmt.Errorf("scan of %q to %q yields %s = %q, want key %q", from, to, item.Key, item.Value, keys)
		}
		keys = keys[1:]
	}
	if len(keys) > 0 {
		return fmt.Errorf("scan of %q to %q ends before %q", from, to, keys)
	}
	value, err := r.Get(from)
	if wanted, there := want[from]; there != (err == nil) || !bytes.Equal(value, []byte(wanted)) {
		return fmt.Errorf("get %s = %q, %w; want %q, %t", from, value, err, wanted, there)
	}
	return nil
}
