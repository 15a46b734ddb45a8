package storagetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/storage"
)

// Opener opens the store of that name in a folder: a second time, after a Close, with what it had. Run closes what it opens.
type Opener func(t *testing.T, folder string) storage.Store

// Run tests that an engine keeps the contract of [storage.Store], each promise on a new store.
func Run(t *testing.T, open Opener) {
	t.Helper()
	for _, c := range promises() {
		t.Run(c.promise, func(t *testing.T) {
			store := open(t, t.TempDir())
			t.Cleanup(func() { noError(t, store.Close()) })
			c.test(trial{T: t, store: store, open: open})
		})
	}
}

type promise struct {
	promise string
	test    func(trial)
}

// trial is one promise put to the test, on a new store.
type trial struct {
	*testing.T
	store storage.Store
	open  Opener
}

func promises() []promise {
	return []promise{
		{"an absent key is not found", testAbsent},
		{"a value comes back as it was, empty too", testValues},
		{"bytes belong to the caller, both ways", testOwnership},
		{"an empty or overlong key is refused", testBadKeys},
		{"a scan yields its range in order", testScan},
		{"a scan stops when the loop does", testScanStops},
		{"a failed update keeps nothing", testFailed},
		{"a panic passes to the caller and keeps nothing", testPanic},
		{"a test may end within an update", testGoexit},
		{"an update sees its own writes", testOwnWrites},
		{"a scan sees writes made before it began", testScanWrites},
		{"writing while a scan runs is allowed", testWriteWhileScanning},
		{"a view sees one snapshot", testSnapshot},
		{"room is counted in keys", testRoom},
		{"an update that ran out of room keeps nothing", testTooLarge},
		{"no update is lost among many callers", testConcurrent},
		{"a failing update leaves its neighbours alone", testNeighbours},
		{"a cancelled context runs nothing", testCancelled},
		{"a reader is of no use after its view", testEnded},
		{"changes are signalled by prefix, coalesced", testChanged},
		{"what was not committed is not signalled", testNotChanged},
		{"one at a time holds a role", testHold},
		{"waiting for a role ends with the context", testHoldCancelled},
		{"without the role there are no updates", testRoleLost},
		{"a closed store says so", testClosed},
		{"closing waits for what runs", testCloseWaits},
		{"what was committed is there after reopening", testReopen},
		{"random operations agree with a sorted map", testModel},
	}
}

func noError(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Error(err)
	}
}

func isError(tb testing.TB, got, want error) {
	tb.Helper()
	if !errors.Is(got, want) {
		tb.Errorf("error = %v, want %v", got, want)
	}
}

// put commits pairs of key and value.
func put(tb testing.TB, store storage.Store, pairs ...string) {
	tb.Helper()
	err := store.Update(tb.Context(), func(tx storage.Tx) error { return putAll(tx, pairs...) })
	if err != nil {
		tb.Fatalf("put: %v", err)
	}
}

func putAll(tx storage.Tx, pairs ...string) error {
	for i := 0; i < len(pairs); i += 2 {
		if err := tx.Put(pairs[i], []byte(pairs[i+1])); err != nil {
			return err
		}
	}
	return nil
}

// has fails the test unless the pairs of key and value are all that the store holds.
func has(tb testing.TB, store storage.Store, pairs ...string) {
	tb.Helper()
	var got []string
	err := store.View(tb.Context(), func(r storage.Reader) error {
		var err error
		got, err = collect(r, "", "")
		return err
	})
	noError(tb, err)
	if diff := cmp.Diff(pairs, got); diff != "" {
		tb.Errorf("store (-want +got):\n%s", diff)
	}
}

func collect(r storage.Reader, from, to string) ([]string, error) {
	var pairs []string
	for item, err := range r.Scan(from, to) {
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, item.Key, string(item.Value))
	}
	return pairs, nil
}

func testAbsent(t trial) {
	put(t, t.store, "a/1", "x")
	for _, key := range []string{"", "a", "a/", "a/0", "a/11", "b"} {
		err := t.store.View(t.Context(), func(r storage.Reader) error {
			_, err := r.Get(key)
			return err
		})
		isError(t, err, storage.ErrNotFound)
	}
	err := t.store.Update(t.Context(), func(tx storage.Tx) error {
		if _, err := tx.Get("b"); !errors.Is(err, storage.ErrNotFound) {
			return fmt.Errorf("get in an update: %w", err)
		}
		return tx.Delete("b")
	})
	noError(t, err)
}

func testValues(t trial) {
	big := string(make([]byte, 100_000))
	pairs := []string{"a/big", big, "a/bytes", "\x00\xff", "a/empty", "", "a/字", "值"}
	put(t, t.store, pairs...)
	has(t, t.store, pairs...)
	err := t.store.Update(t.Context(), func(tx storage.Tx) error {
		if err := tx.Put("a/nil", nil); err != nil {
			return err
		}
		value, err := tx.Get("a/nil")
		if err == nil && len(value) > 0 {
			err = fmt.Errorf("nil came back as %q", value)
		}
		return err
	})
	noError(t, err)
	has(t, t.store, append(pairs[:6:6], "a/nil", "", "a/字", "值")...)
}

func testOwnership(t trial) {
	value := []byte("old")
	err := t.store.Update(t.Context(), func(tx storage.Tx) error {
		copy(value, "old")
		if err := tx.Put("k", value); err != nil {
			return err
		}
		copy(value, "bad")
		got, err := tx.Get("k")
		copy(got, "bad")
		return errors.Join(err, spoil(tx))
	})
	noError(t, err)
	err = t.store.View(t.Context(), func(r storage.Reader) error {
		got, err := r.Get("k")
		copy(got, "bad")
		return errors.Join(err, spoil(r))
	})
	noError(t, err)
	has(t, t.store, "k", "old")
}

func spoil(r storage.Reader) error {
	for item, err := range r.Scan("", "") {
		if err != nil {
			return err
		}
		copy(item.Value, "bad")
	}
	return nil
}

func testBadKeys(t trial) {
	for _, key := range []string{"", string(make([]byte, 1<<16))} {
		err := t.store.Update(t.Context(), func(tx storage.Tx) error { return tx.Put(key, nil) })
		if err == nil {
			t.Errorf("put of a key of %d bytes went through", len(key))
		}
	}
	has(t, t.store)
}

func testScan(t trial) {
	put(t, t.store, "b/2", "5", "a/1", "1", "b/1", "3", "a/2", "2", "b/10", "4", "c", "6")
	tests := []struct {
		from, to string
		want     []string
	}{
		{"", "", []string{"a/1", "1", "a/2", "2", "b/1", "3", "b/10", "4", "b/2", "5", "c", "6"}},
		{"b/", "b0", []string{"b/1", "3", "b/10", "4", "b/2", "5"}},
		{"a/2", "b/10", []string{"a/2", "2", "b/1", "3"}},
		{"a/2\x00", "b/1\x00", []string{"b/1", "3"}},
		{"b/3", "", []string{"c", "6"}},
		{"", "a/1", nil},
		{"b/2", "b/2", nil},
		{"b/2", "a/1", nil},
		{"d", "", nil},
	}
	for _, test := range tests {
		var viewed, updated []string
		err := t.store.View(t.Context(), func(r storage.Reader) (err error) {
			viewed, err = collect(r, test.from, test.to)
			return err
		})
		noError(t, err)
		err = t.store.Update(t.Context(), func(tx storage.Tx) (err error) {
			updated, err = collect(tx, test.from, test.to)
			return err
		})
		noError(t, err)
		if diff := cmp.Diff([][]string{test.want, test.want}, [][]string{viewed, updated}); diff != "" {
			t.Errorf("Scan(%q, %q) in a View and an Update (-want +got):\n%s", test.from, test.to, diff)
		}
	}
}

func testScanStops(t trial) {
	put(t, t.store, "a", "1", "b", "2", "c", "3")
	var seen int
	err := t.store.Update(t.Context(), func(tx storage.Tx) error {
		if err := tx.Put("aa", nil); err != nil {
			return err
		}
		seen = 0
		for _, err := range tx.Scan("", "") {
			if err != nil {
				return err
			}
			seen++
			if seen == 2 {
				break
			}
		}
		return nil
	})
	noError(t, err)
	if seen != 2 {
		t.Errorf("the scan yielded %d items, want 2", seen)
	}
}

func testFailed(t trial) {
	put(t, t.store, "a", "1", "b", "2")
	oops := errors.New("oops")
	err := t.store.Update(t.Context(), func(tx storage.Tx) error {
		return errors.Join(tx.Put("a", []byte("x")), tx.Delete("b"), tx.Put("c", nil), oops)
	})
	isError(t, err, oops)
	has(t, t.store, "a", "1", "b", "2")
}

func testPanic(t trial) {
	type value struct{ n int }
	thrown := &value{7}
	func() {
		defer func() {
			if got := recover(); got != thrown {
				t.Errorf("recovered %v, want the value thrown", got)
			}
		}()
		_ = t.store.Update(t.Context(), func(tx storage.Tx) error {
			noError(t, tx.Put("a", nil))
			panic(thrown)
		})
	}()
	has(t, t.store)
	put(t, t.store, "b", "1")
	has(t, t.store, "b", "1")
}

func testGoexit(t trial) {
	t.Run("that ends", func(inner *testing.T) {
		_ = t.store.Update(t.Context(), func(tx storage.Tx) error {
			noError(t, tx.Put("a", nil))
			inner.SkipNow() // leaves the goroutine as Fatal does
			return nil
		})
	})
	put(t, t.store, "b", "1")
	has(t, t.store, "b", "1")
}

func testOwnWrites(t trial) {
	put(t, t.store, "a", "1", "b", "2")
	err := t.store.Update(t.Context(), func(tx storage.Tx) error {
		if err := errors.Join(tx.Put("a", []byte("x")), tx.Delete("b"), tx.Put("c", []byte("3"))); err != nil {
			return err
		}
		a, errA := tx.Get("a")
		_, errB := tx.Get("b")
		c, errC := tx.Get("c")
		if string(a) != "x" || !errors.Is(errB, storage.ErrNotFound) || string(c) != "3" {
			t.Errorf("a = %q, b: %v, c = %q; want x, not found, 3", a, errB, c)
		}
		return errors.Join(errA, errC, tx.Put("b", []byte("again")), tx.Delete("c"))
	})
	noError(t, err)
	has(t, t.store, "a", "x", "b", "again")
}

func testScanWrites(t trial) {
	put(t, t.store, "b", "2", "d", "4", "f", "6")
	var got []string
	err := t.store.Update(t.Context(), func(tx storage.Tx) error {
		err := errors.Join(putAll(tx, "a", "1", "c", "3", "d", "x", "g", "7"), tx.Delete("f"), tx.Delete("h"))
		if err != nil {
			return err
		}
		got, err = collect(tx, "b", "h")
		return err
	})
	noError(t, err)
	if diff := cmp.Diff([]string{"b", "2", "c", "3", "d", "x", "g", "7"}, got); diff != "" {
		t.Errorf("Scan (-want +got):\n%s", diff)
	}
	has(t, t.store, "a", "1", "b", "2", "c", "3", "d", "x", "g", "7")
}

func testWriteWhileScanning(t trial) {
	put(t, t.store, "a", "1", "b", "2", "c", "3")
	var seen []string
	err := t.store.Update(t.Context(), func(tx storage.Tx) error {
		if err := tx.Put("d", []byte("4")); err != nil {
			return err
		}
		seen = nil
		for item, err := range tx.Scan("", "") {
			if err != nil {
				return err
			}
			seen = append(seen, item.Key, string(item.Value))
			if err := errors.Join(tx.Delete(item.Key), tx.Put(item.Key+"+", item.Value), tx.Put("z", nil)); err != nil {
				return err
			}
		}
		return nil
	})
	noError(t, err)
	if diff := cmp.Diff([]string{"a", "1", "b", "2", "c", "3", "d", "4"}, seen); diff != "" {
		t.Errorf("Scan (-want +got):\n%s", diff)
	}
	has(t, t.store, "a+", "1", "b+", "2", "c+", "3", "d+", "4", "z", "")
}

func testSnapshot(t trial) {
	put(t, t.store, "a", "1")
	err := t.store.View(t.Context(), func(r storage.Reader) error {
		written := make(chan error)
		go func() {
			written <- t.store.Update(t.Context(), func(tx storage.Tx) error { return putAll(tx, "a", "2", "b", "2") })
		}()
		noError(t, <-written)
		got, err := collect(r, "", "")
		if diff := cmp.Diff([]string{"a", "1"}, got); diff != "" {
			t.Errorf("view (-want +got):\n%s", diff)
		}
		return err
	})
	noError(t, err)
	has(t, t.store, "a", "2", "b", "2")
}

func testRoom(t trial) {
	err := t.store.Update(t.Context(), func(tx storage.Tx) error {
		room := tx.Room()
		if room < StrictRoom {
			t.Errorf("room = %d, want at least %d", room, StrictRoom)
		}
		err := errors.Join(tx.Put("a", nil), tx.Put("a", []byte("1")), tx.Delete("a"), tx.Put("b", nil))
		if got := room - tx.Room(); got != 2 {
			t.Errorf("four writes to two keys cost %d, want 2", got)
		}
		return err
	})
	noError(t, err)
}

func fill(tx storage.Tx) error {
	for i := 0; tx.Room() > 0; i++ {
		if err := tx.Put(fmt.Sprintf("k%05d", i), nil); err != nil {
			return err
		}
	}
	return nil
}

func testTooLarge(t trial) {
	err := t.store.Update(t.Context(), func(tx storage.Tx) error {
		if err := fill(tx); err != nil {
			return err
		}
		return tx.Put("one too many", nil)
	})
	isError(t, err, storage.ErrTooLarge)
	err = t.store.Update(t.Context(), func(tx storage.Tx) error {
		if err := fill(tx); err != nil {
			return err
		}
		if err := tx.Delete("one too many"); !errors.Is(err, storage.ErrTooLarge) {
			t.Errorf("delete without room: %v", err)
		}
		return nil
	})
	isError(t, err, storage.ErrTooLarge)
	has(t, t.store)
	noError(t, t.store.Update(t.Context(), fill))
}

func testConcurrent(t trial) {
	const callers, rounds = 8, 25
	var callersDone sync.WaitGroup
	for range callers {
		callersDone.Go(func() {
			for range rounds {
				noError(t, t.store.Update(t.Context(), increment))
			}
		})
	}
	callersDone.Wait()
	has(t, t.store, "n", strconv.Itoa(callers*rounds))
}

func increment(tx storage.Tx) error {
	n := 0
	value, err := tx.Get("n")
	if err == nil {
		_, err = fmt.Sscan(string(value), &n)
	}
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	return tx.Put("n", fmt.Append(nil, n+1))
}

func testNeighbours(t trial) {
	oops := errors.New("oops")
	var callers sync.WaitGroup
	var want []string
	for i := range 30 {
		if i%3 == 0 {
			want = append(want, fmt.Sprintf("k%02d", i), "")
		}
		callers.Go(func() {
			defer func() {
				if got := recover(); (got != nil) != (i%3 == 2) {
					t.Errorf("caller %d recovered %v", i, got)
				}
			}()
			err := t.store.Update(t.Context(), func(tx storage.Tx) error {
				err := tx.Put(fmt.Sprintf("k%02d", i), nil)
				switch i % 3 {
				case 1:
					return oops
				case 2:
					panic(i)
				}
				return err
			})
			if (i%3 == 1) != errors.Is(err, oops) {
				t.Errorf("caller %d: %v", i, err)
			}
		})
	}
	callers.Wait()
	has(t, t.store, want...)
}

func testCancelled(t trial) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	isError(t, t.store.View(ctx, func(storage.Reader) error { t.Error("View ran"); return nil }), context.Canceled)
	isError(t, t.store.Update(ctx, func(storage.Tx) error { t.Error("Update ran"); return nil }), context.Canceled)

	// One that is cancelled while another has the turn.
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	started, release, first := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		var once sync.Once
		first <- t.store.Update(t.Context(), func(tx storage.Tx) error {
			once.Do(func() { close(started) })
			<-release
			return tx.Put("a", nil)
		})
	}()
	<-started
	second := make(chan error)
	go func() { second <- t.store.Update(ctx, func(tx storage.Tx) error { return tx.Put("b", nil) }) }()
	cancel()
	isError(t, <-second, context.Canceled)
	close(release)
	noError(t, <-first)
	has(t, t.store, "a", "")
}

func testEnded(t trial) {
	put(t, t.store, "a", "1")
	var kept storage.Reader
	noError(t, t.store.View(t.Context(), func(r storage.Reader) error { kept = r; return nil }))
	if _, err := kept.Get("a"); err == nil || errors.Is(err, storage.ErrNotFound) {
		t.Errorf("get after the view: %v, want an error that says so", err)
	}
	for _, err := range kept.Scan("", "") {
		if err == nil {
			t.Error("a scan after the view went through")
		}
	}
}

func signalled(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	case <-time.After(5 * time.Second):
		return false
	}
}

func pending(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func testChanged(t trial) {
	watches, streams, all := t.store.Changed("watch/"), t.store.Changed("stream/"), t.store.Changed("")
	put(t, t.store, "watch/1", "", "x", "")
	put(t, t.store, "watch/2", "")
	if !signalled(watches) || !signalled(all) {
		t.Fatal("no signal for a written key")
	}
	// Another commit tells that all signals of those before have come.
	put(t, t.store, "stream/1", "")
	if !signalled(streams) {
		t.Fatal("no signal for a written key")
	}
	pending(watches) // an engine may deliver the second commit's signal apart from the first's
	if pending(watches) {
		t.Error("a signal came although nothing with the prefix was written since")
	}
	err := t.store.Update(t.Context(), func(tx storage.Tx) error { return tx.Delete("watch/1") })
	noError(t, err)
	if !signalled(watches) {
		t.Error("no signal for a deleted key")
	}
}

func testNotChanged(t trial) {
	mark, failed := t.store.Changed("mark/"), t.store.Changed("failed/")
	_ = t.store.Update(t.Context(), func(tx storage.Tx) error { return errors.Join(tx.Put("failed/1", nil), errors.New("oops")) })
	put(t, t.store, "mark/1", "")
	if !signalled(mark) {
		t.Fatal("no signal for a written key")
	}
	if pending(failed) {
		t.Error("a failed update was signalled")
	}
}

func testHold(t trial) {
	var mu sync.Mutex
	inside, most := 0, 0
	enter := func(by int) {
		mu.Lock()
		defer mu.Unlock()
		inside += by
		most = max(most, inside)
	}
	var holders sync.WaitGroup
	for range 4 {
		holders.Go(func() {
			noError(t, t.store.Hold(t.Context(), "scheduler", func(ctx context.Context, held storage.Store) error {
				enter(1)
				defer enter(-1)
				// Another role is free meanwhile.
				return held.Hold(ctx, t.Name(), func(ctx context.Context, held storage.Store) error {
					return held.Update(ctx, increment)
				})
			}))
		})
	}
	holders.Wait()
	if most != 1 {
		t.Errorf("%d held the role at once", most)
	}
	has(t, t.store, "n", "4")
	oops := errors.New("oops")
	isError(t, t.store.Hold(t.Context(), "scheduler", func(context.Context, storage.Store) error { return oops }), oops)
}

func testHoldCancelled(t trial) {
	err := t.store.Hold(t.Context(), "scheduler", func(ctx context.Context, _ storage.Store) error {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		return t.store.Hold(ctx, "scheduler", func(context.Context, storage.Store) error {
			t.Error("two hold the role")
			return nil
		})
	})
	isError(t, err, context.Canceled)
}

func testRoleLost(t trial) {
	var held storage.Store
	noError(t, t.store.Hold(t.Context(), "scheduler", func(_ context.Context, s storage.Store) error {
		held = s
		put(t, held, "a", "1")
		return nil
	}))
	err := held.Update(t.Context(), func(tx storage.Tx) error { return tx.Put("b", nil) })
	isError(t, err, storage.ErrRoleLost)
	has(t, held, "a", "1") // reading needs no role
}

func testClosed(t trial) {
	put(t, t.store, "a", "1")
	noError(t, t.store.Close())
	noError(t, t.store.Close())
	isError(t, t.store.View(t.Context(), func(storage.Reader) error { return nil }), storage.ErrClosed)
	isError(t, t.store.Update(t.Context(), func(storage.Tx) error { return nil }), storage.ErrClosed)
	err := t.store.Hold(t.Context(), "x", func(ctx context.Context, held storage.Store) error { return held.Update(ctx, increment) })
	isError(t, err, storage.ErrClosed)
	if pending(t.store.Changed("")) {
		t.Error("a closed store signalled a change")
	}
}

func testCloseWaits(t trial) {
	started, closed, updated := make(chan struct{}), make(chan error, 1), make(chan error)
	var once sync.Once
	go func() {
		updated <- t.store.Update(t.Context(), func(tx storage.Tx) error {
			once.Do(func() {
				close(started)
				go func() { closed <- t.store.Close() }()
			})
			return tx.Put("a", nil)
		})
	}()
	<-started
	noError(t, <-updated)
	noError(t, <-closed)
}

func testReopen(t trial) {
	folder := t.TempDir()
	var want []string
	for i := range 3 {
		store := t.open(t.T, folder)
		has(t, store, want...)
		want = append(want, fmt.Sprintf("k%d", i), strconv.Itoa(i))
		put(t, store, want[2*i:]...)
		noError(t, store.Close())
	}
	store := t.open(t.T, folder)
	has(t, store, want...)
	noError(t, store.Close())
}
