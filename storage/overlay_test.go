package storage_test

import (
	"errors"
	"iter"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"boardcast/storage"
)

// memory is a Reader over a map, which fails at the key "broken".
type memory map[string]string

var errBroken = errors.New("broken")

func (m memory) Get(key string) ([]byte, error) {
	value, ok := m[key]
	if !ok {
		return nil, storage.ErrNotFound
	}
	return []byte(value), nil
}

func (m memory) Scan(from, to string) iter.Seq2[storage.Item, error] {
	return func(yield func(storage.Item, error) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if key < from || to != "" && key >= to {
				continue
			}
			if key == "broken" {
				yield(storage.Item{}, errBroken)
				return
			}
			if !yield(storage.Item{Key: key, Value: []byte(m[key])}, nil) {
				return
			}
		}
	}
}

func TestOverlayNeverChangesItsBase(t *testing.T) {
	base := memory{"a": "1", "b": "2"}
	overlay := storage.NewOverlay(base, 10)
	if err := errors.Join(overlay.Put("a", []byte("x")), overlay.Delete("b"), overlay.Put("c", nil)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(memory{"a": "1", "b": "2"}, base); diff != "" {
		t.Errorf("base (-want +got):\n%s", diff)
	}
	type write struct {
		Key     string
		Value   string
		Deleted bool
	}
	var got []write
	for key, value := range overlay.Writes() {
		got = append(got, write{key, string(value), value == nil})
	}
	if diff := cmp.Diff([]write{{"a", "x", false}, {"b", "", true}, {"c", "", false}}, got); diff != "" {
		t.Errorf("Writes (-want +got):\n%s", diff)
	}
}

func TestOverlayOnOverlay(t *testing.T) {
	lower := storage.NewOverlay(memory{"a": "1", "b": "2", "c": "3"}, 10)
	upper := storage.NewOverlay(lower, 10)
	if err := errors.Join(lower.Delete("a"), lower.Put("d", []byte("4")), upper.Put("a", []byte("x")), upper.Delete("d")); err != nil {
		t.Fatal(err)
	}
	want := []string{"a", "b", "c"}
	if diff := cmp.Diff(want, scanKeys(t, upper, "", "")); diff != "" {
		t.Errorf("Scan (-want +got):\n%s", diff)
	}
}

func scanKeys(t *testing.T, r storage.Reader, from, to string) []string {
	t.Helper()
	var keys []string
	for item, err := range r.Scan(from, to) {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, item.Key)
	}
	return keys
}

func TestOverlayPassesOnErrorsOfItsBase(t *testing.T) {
	overlay := storage.NewOverlay(memory{"a": "1", "broken": "", "c": "3"}, 10)
	if err := overlay.Put("d", nil); err != nil {
		t.Fatal(err)
	}
	var keys []string
	var failed error
	for item, err := range overlay.Scan("", "") {
		if failed = err; err == nil {
			keys = append(keys, item.Key)
		}
	}
	if diff := cmp.Diff([]string{"a"}, keys); diff != "" || !errors.Is(failed, errBroken) {
		t.Errorf("error = %v, want %v; keys (-want +got):\n%s", failed, errBroken, diff)
	}
}

func TestOverlayScanCanBeRepeated(t *testing.T) {
	overlay := storage.NewOverlay(memory{"b": "2"}, 10)
	scan := overlay.Scan("", "")
	count := func() (n int) {
		for _, err := range scan {
			if err != nil {
				t.Error(err)
			}
			n++
		}
		return n
	}
	if first := count(); first != 1 {
		t.Errorf("%d items, want 1", first)
	}
	if err := overlay.Put("a", nil); err != nil {
		t.Fatal(err)
	}
	if second := count(); second != 2 {
		t.Errorf("%d items after a write, want 2", second)
	}
}

func TestOverlayRoom(t *testing.T) {
	overlay := storage.NewOverlay(memory{}, 2)
	if err := errors.Join(overlay.Put("a", nil), overlay.Delete("b"), overlay.Put("b", nil)); err != nil {
		t.Fatal(err)
	}
	if overlay.Room() != 0 || overlay.Err() != nil {
		t.Errorf("room = %d, err = %v; want 0, none", overlay.Room(), overlay.Err())
	}
	if err := overlay.Put("a", []byte("x")); err != nil {
		t.Errorf("a key written before: %v", err)
	}
	if err := overlay.Put("c", nil); !errors.Is(err, storage.ErrTooLarge) || !errors.Is(overlay.Err(), storage.ErrTooLarge) {
		t.Errorf("a third key: %v, %v; want %v", err, overlay.Err(), storage.ErrTooLarge)
	}
}

func TestOverlayWrote(t *testing.T) {
	overlay := storage.NewOverlay(memory{}, 10)
	if overlay.Wrote("") {
		t.Error("an empty overlay wrote something")
	}
	if err := errors.Join(overlay.Put("stream/s7k", nil), overlay.Delete("watch/w3")); err != nil {
		t.Fatal(err)
	}
	for prefix, want := range map[string]bool{"": true, "stream/": true, "stream/s7k": true, "watch/": true, "stream/s8": false, "a": false, "x": false} {
		if got := overlay.Wrote(prefix); got != want {
			t.Errorf("Wrote(%q) = %t, want %t", prefix, got, want)
		}
	}
}

func TestOverlayOfManyWritesIsInOrder(t *testing.T) {
	const n = 2000
	orders := map[string]func(i int) int{
		"rising":      func(i int) int { return i },
		"falling":     func(i int) int { return n - 1 - i },
		"interleaved": func(i int) int { return i%2*n/2 + i/2 },
		"scattered":   func(i int) int { return i * 7 % n },
	}
	for name, order := range orders {
		t.Run(name, func(t *testing.T) {
			overlay := storage.NewOverlay(memory{}, n)
			want := make([]string, n)
			for i := range n {
				key := storage.Key("k", string(rune('a'+order(i)%26)), string(rune(0x4e00+order(i))))
				want[i] = key
				if err := errors.Join(overlay.Put(key, []byte("old")), overlay.Put(key, []byte(key))); err != nil {
					t.Fatal(err)
				}
				if got, err := overlay.Get(key); string(got) != key || err != nil {
					t.Fatalf("after Put, Get of %s is %q, %v", key, got, err)
				}
			}
			slices.Sort(want)
			var written, scanned []string
			for key := range overlay.Writes() {
				written = append(written, key)
			}
			for item, err := range overlay.Scan(want[n/4], want[n/2]) {
				if err != nil {
					t.Fatal(err)
				}
				scanned = append(scanned, item.Key)
			}
			if !slices.Equal(written, want) {
				t.Errorf("the writes are not the keys in order: %d of %d", len(written), n)
			}
			if !slices.Equal(scanned, want[n/4:n/2]) {
				t.Errorf("a scan of a part gave %d keys, not the %d in it in order", len(scanned), n/2-n/4)
			}
			if overlay.Room() != 0 || !overlay.Wrote(want[n-1]) || overlay.Wrote("z") {
				t.Errorf("Room is %d; Wrote of the last key and of none: %t, %t", overlay.Room(), overlay.Wrote(want[n-1]), overlay.Wrote("z"))
			}
		})
	}
}
