//go:build unix

package bolt_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"boardcast/storage"
	"boardcast/storage/bolt"
)

// childEnv names what this test binary does instead of testing when it is run as a child, and on which file.
const childEnv = "BOARDCAST_BOLT_TEST_CHILD"

func TestMain(m *testing.M) {
	what, path, _ := strings.Cut(os.Getenv(childEnv), ":")
	var err error
	switch what {
	case "write":
		err = writeForEver(path)
	case "fill":
		err = fillTheDisk(path)
	case "compact":
		err = compactOntoFullDisk(path)
	default:
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func child(t *testing.T, what, path string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.Background(), self)
	cmd.Env = append(os.Environ(), childEnv+"="+what+":"+path)
	cmd.Stderr = os.Stderr
	return cmd
}

// counter is what a writing child keeps; each update writes a record, its row, and the last number twice.
type counter struct {
	Writer int `json:"writer"`
	N      int `json:"n"`
}

func counters() *storage.Table[counter] {
	return storage.NewTable("counter", 1,
		func(c *counter) []string { return []string{strconv.Itoa(c.Writer), strconv.Itoa(c.N)} },
		storage.Index[counter]{Name: "n", Rows: func(c *counter) []storage.Row {
			return []storage.Row{{Key: []string{strconv.Itoa(c.N)}, Cover: c.Writer}}
		}})
}

const writers = 4

// writeForEver prints what was committed, after it was.
func writeForEver(path string) error {
	ctx := context.Background()
	store, err := bolt.Open(ctx, path, bolt.Options{})
	if err != nil {
		return err
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	for writer := range writers {
		all.Go(func() {
			for {
				c := counter{Writer: writer}
				err := store.Update(ctx, func(tx storage.Tx) (err error) {
					c.N, err = countUp(tx, writer)
					return err
				})
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					return
				}
				mu.Lock()
				fmt.Println(c.Writer, c.N)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return errors.New("a writer stopped")
}

func countUp(tx storage.Tx, writer int) (int, error) {
	last, err := lastOf(tx, writer)
	if err != nil {
		return 0, err
	}
	c := counter{Writer: writer, N: last + 1}
	if err := counters().Put(tx, c); err != nil {
		return 0, err
	}
	value := fmt.Append(nil, c.N)
	return c.N, errors.Join(tx.Put(storage.Key("a", strconv.Itoa(writer)), value), tx.Put(storage.Key("z", strconv.Itoa(writer)), value))
}

// lastOf returns the last number of a writer, and fails if an update was torn.
func lastOf(r storage.Reader, writer int) (int, error) {
	a, errA := r.Get(storage.Key("a", strconv.Itoa(writer)))
	z, errZ := r.Get(storage.Key("z", strconv.Itoa(writer)))
	if errors.Is(errA, storage.ErrNotFound) && errors.Is(errZ, storage.ErrNotFound) {
		return 0, nil
	}
	if err := errors.Join(errA, errZ); err != nil {
		return 0, err
	}
	if string(a) != string(z) {
		return 0, fmt.Errorf("writer %d was torn: %s and %s", writer, a, z)
	}
	return strconv.Atoi(string(a))
}

func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	acknowledged := map[int]int{}
	for round := range 10 {
		killAfter(t, path, 20+30*round, acknowledged)
		store := open(t, path)
		err := store.View(t.Context(), func(r storage.Reader) error {
			for writer, n := range acknowledged {
				if err := checkWriter(r, writer, n); err != nil {
					t.Errorf("round %d: %v", round, err)
				}
			}
			return counters().Check(r)
		})
		if err := errors.Join(err, store.Check(t.Context()), store.Close()); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
	}
	if len(acknowledged) != writers {
		t.Errorf("%d writers were heard of, want %d", len(acknowledged), writers)
	}
}

// killAfter kills a writing child with SIGKILL after so many lines, and notes all that it has acknowledged.
func killAfter(t *testing.T, path string, lines int, acknowledged map[int]int) {
	t.Helper()
	cmd := child(t, "write", path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	scanner := bufio.NewScanner(out)
	for seen := 0; scanner.Scan(); seen++ {
		if seen == lines {
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
		var writer, n int
		if _, err := fmt.Sscan(scanner.Text(), &writer, &n); err == nil {
			acknowledged[writer] = n
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the child ended by itself")
	}
}

// checkWriter wants all numbers to n, and at most one more: an update whose answer was not heard.
func checkWriter(r storage.Reader, writer, n int) error {
	last, err := lastOf(r, writer)
	if err != nil {
		return err
	}
	if last < n || last > n+1 {
		return fmt.Errorf("writer %d has %d, acknowledged was %d", writer, last, n)
	}
	for i := 1; i <= last; i++ {
		if has, err := counters().Has(r, strconv.Itoa(writer), strconv.Itoa(i)); err != nil || !has {
			return fmt.Errorf("writer %d: record %d is there: %t, %w", writer, i, has, err)
		}
	}
	return nil
}

func TestFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	out, err := child(t, "fill", path).Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	store := open(t, path)
	if err := store.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if got := get(t, store, "after"); got != "there is space again" {
		t.Errorf("after = %q", got)
	}
}

// fillTheDisk writes up to a limit on the size of files, which fails as a full disk does, then without it.
func fillTheDisk(path string) error {
	ctx := context.Background()
	signal.Ignore(syscall.SIGXFSZ)
	store, err := bolt.Open(ctx, path, bolt.Options{})
	if err != nil {
		return err
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	tight := limit
	tight.Cur = 1 << 20
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &tight); err != nil {
		return err
	}
	committed, err := writeUntilFull(ctx, store)
	if err != nil {
		return err
	}
	// Small writes still find room in what the file has; and nothing of the failed commit is there.
	if err := checkFilled(ctx, store, committed); err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	err = store.Update(ctx, func(tx storage.Tx) error { return tx.Put("after", []byte("there is space again")) })
	return errors.Join(err, checkFilled(ctx, store, committed), store.Check(ctx), store.Close())
}

// writeUntilFull has several callers write, so that a commit that fails fails for all that share it.
func writeUntilFull(ctx context.Context, store *bolt.Store) (map[string]bool, error) {
	var mu sync.Mutex
	var all sync.WaitGroup
	committed := map[string]bool{}
	var wrong error
	for caller := range 8 {
		all.Go(func() {
			for i := range 60 {
				key := fmt.Sprintf("fill/%d/%03d", caller, i)
				err := store.Update(ctx, func(tx storage.Tx) error { return tx.Put(key, make([]byte, 20_000)) })
				mu.Lock()
				committed[key] = err == nil
				if _, unknown := errors.AsType[*storage.UnknownError](err); unknown {
					wrong = err
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	failed := 0
	for _, ok := range committed {
		if !ok {
			failed++
		}
	}
	if failed == 0 || failed == len(committed) {
		return nil, fmt.Errorf("%d of %d updates failed", failed, len(committed))
	}
	return committed, wrong
}

func checkFilled(ctx context.Context, store *bolt.Store, committed map[string]bool) error {
	return store.View(ctx, func(r storage.Reader) error {
		for key, want := range committed {
			_, err := r.Get(key)
			if (err == nil) != want {
				return fmt.Errorf("%s: %w, acknowledged: %t", key, err, want)
			}
		}
		return nil
	})
}

// TestACompactionOntoAFullDisk fails, leaves nothing behind, and the store goes on.
func TestACompactionOntoAFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	out, err := child(t, "compact", path).Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	store := open(t, path)
	if err := store.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if got := get(t, store, "after"); got != "goes on" {
		t.Errorf("after = %q", got)
	}
}

func compactOntoFullDisk(path string) error {
	ctx := context.Background()
	signal.Ignore(syscall.SIGXFSZ)
	store, err := bolt.Open(ctx, path, bolt.Options{})
	if err != nil {
		return err
	}
	for i := range 20 {
		err := store.Update(ctx, func(tx storage.Tx) error { return tx.Put(strconv.Itoa(i), make([]byte, 20_000)) })
		if err != nil {
			return err
		}
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	tight := limit
	tight.Cur = 200_000
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &tight); err != nil {
		return err
	}
	if err := store.CompactFile(ctx, path+".compacted"); !errors.Is(err, syscall.EFBIG) {
		return fmt.Errorf("the error is %w, want %w", err, syscall.EFBIG)
	}
	if _, err := os.Stat(path + ".compacted"); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("half of a file is left: %w", err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	err = store.Update(ctx, func(tx storage.Tx) error { return tx.Put("after", []byte("goes on")) })
	return errors.Join(err, store.Close())
}
